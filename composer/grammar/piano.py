"""Four voices -> two hands: the left hand's figure, and what the right hand adds to the melody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.grammar.lines import closes
from composer.music.score import PITCH_CLASSES, Note, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from composer.grammar.lines import ChordSpan
    from composer.grammar.lots import Lots
    from composer.music.score import Metre

_REACH = 20
"""Most semitones that a figure goes above its bass."""

_MUDDY, _CLOSE = 45, 52
"""Pitches of the bass below which the next tone is to be at least a fifth, or a third, above."""

_CYCLES: Mapping[str, tuple[Sequence[tuple[int, ...]], Sequence[tuple[int, ...]]]] = {
    "alberti": (((0,), (2,), (1,), (2,)), ((0,), (2,), (1,))),
    "arpeggio": (((0,), (1,), (2,), (3,), (4,), (3,), (2,), (1,)), ((0,), (1,), (2,), (3,), (2,), (1,))),
    "nocturne": (((0,), (2,), (3,), (2,)), ((0,), (2,), (3,), (4,), (3,), (2,))),
    "rocking": (((0,), (1, 2)), ((0,), (1, 2), (1, 2))),
    "pulse": (((0, 1, 2), (1, 2), (1, 2), (1, 2)), ((0, 1, 2), (1, 2), (1, 2))),
}
"""What is struck one after the other where beats go in twos and in threes: 0 the bass, 1 the next tone up, ..."""

_BY_BEAT: Mapping[str, Sequence[tuple[int, ...]]] = {"waltz": ((0,), (1, 2)), "stride": ((0,), (1, 2))}
"""What is struck on a chord's first beat, and on its others."""

TEXTURES: Mapping[int, Mapping[str, float]] = {
    2: {"alberti": 2.0, "arpeggio": 1.5, "nocturne": 1.2, "rocking": 1.0, "chorale": 1.0, "stride": 1.5, "pulse": 0.8},
    3: {"alberti": 0.7, "arpeggio": 1.5, "nocturne": 1.5, "rocking": 1.0, "chorale": 0.8, "waltz": 3.0},
}
"""Weights of the textures where beats go in twos, and where there are three of them or they go in threes."""

_RETURNING: Mapping[str, str] = {"alberti": "arpeggio", "chorale": "nocturne", "rocking": "pulse", "stride": "rocking"}
"""What a texture becomes where its section comes again, half of the time."""

_OCTAVES_BELOW = 84
"""Pitch of the melody up to which an octave above it still sounds full."""


@dataclass(frozen=True, slots=True)
class Hands:
    """A pianist.

    Attributes:
        metre: Metre of the piece.
        step: Ticks between two notes of a figure.
        textures: Name of the texture of each section, by its letter.
        varied: Sections whose texture changes when they return.
        octaves: Whether the climax is played in octaves.
    """

    metre: Metre
    step: int
    textures: Mapping[str, str]
    varied: frozenset[str]
    octaves: bool

    def play(self, spans: Sequence[ChordSpan]) -> Iterator[Note]:
        """The notes of both hands."""
        for place, span in enumerate(spans):
            yield from self._melody(span)
            if place == len(spans) - 1:
                yield from self._final_chord(span)
            elif closes(spans, place) and span.end - span.start > self.metre.beat_ticks:
                yield from self._resting(span)
            else:
                yield from self._accompaniment(span)
            yield from self._alto(span)

    def _texture(self, span: ChordSpan) -> str:
        texture = self.textures[span.phrase.section]
        if span.phrase.returning and span.phrase.section in self.varied:
            return _RETURNING.get(texture, texture)
        return texture

    def _melody(self, span: ChordSpan) -> Iterator[Note]:
        in_octaves = self.octaves and span.phrase.climax
        for tone in span.melody:
            for pitch in (tone.pitch, tone.pitch + 12) if in_octaves and tone.pitch < _OCTAVES_BELOW else (tone.pitch,):
                yield self._note(span, tone.start, tone.end, pitch, Part.MELODY)

    def _note(self, span: ChordSpan, start: int, end: int, pitch: int, part: Part, *, softer: int = 0) -> Note:
        return Note(start, end - start, pitch, span.phrase.loudness(start / self.metre.bar_ticks) - softer, part)

    def _struck(self, span: ChordSpan, places: Iterable[int], start: int, end: int) -> Iterator[Note]:
        tones = _tones(span)
        for place in sorted({_reflected(place, len(tones)) for place in places}):
            yield self._note(span, start, end, tones[place], Part.ACCOMPANIMENT)

    def _accompaniment(self, span: ChordSpan) -> Iterator[Note]:
        texture, beat = self._texture(span), self.metre.beat_ticks
        if texture == "chorale":
            for pitch in span.voicing[:2]:
                yield self._note(span, span.start, span.end, pitch, Part.ACCOMPANIMENT)
        elif texture in _BY_BEAT:
            for number, start in enumerate(range(span.start, span.end, beat)):
                yield from self._struck(span, _BY_BEAT[texture][min(number, 1)], start, min(start + beat, span.end))
        else:
            cycle = _CYCLES[texture][beat % 9 == 0]
            for number, start in enumerate(range(span.start, span.end, self.step)):
                places = cycle[number % len(cycle)]
                yield from self._struck(span, places, start, min(start + self.step, span.end))

    def _resting(self, span: ChordSpan) -> Iterator[Note]:
        """A phrase comes to rest: the bass, then the chord above it."""
        beat = self.metre.beat_ticks
        yield from self._struck(span, (0,), span.start, span.end)
        yield from self._struck(span, (1, 2), span.start + beat, span.end)

    def _alto(self, span: ChordSpan) -> Iterator[Note]:
        """The alto under the melody, where the right hand can hold it."""
        alto = span.voicing[2]
        pitches = [tone.pitch for tone in span.melody]
        fits = min(pitches) - alto >= 3 and max(pitches) - alto <= 12  # noqa: PLR2004 - a third and an octave
        wanted = self._texture(span) == "chorale" or span.phrase.section != "A" or span.phrase.returning
        if fits and wanted and not (self.octaves and span.phrase.climax) and not span.phrase.last:
            yield self._note(span, span.start, span.end, alto, Part.MELODY, softer=6)

    def _final_chord(self, span: ChordSpan) -> Iterator[Note]:
        bass = span.voicing[0]
        low = bass - 12 if bass - 12 >= 28 else bass  # noqa: PLR2004 - the lowest E of a double bass
        for pitch in (low, low + 12):
            yield self._note(span, span.start, span.end, pitch, Part.ACCOMPANIMENT)
        for pitch in sorted(set(span.voicing[1:3]) - {span.voicing[3], low, low + 12}):
            part = Part.MELODY if span.voicing[3] - pitch <= 12 else Part.ACCOMPANIMENT  # noqa: PLR2004 - an octave
            yield self._note(span, span.start, span.end, pitch, part, softer=6)


def _reflected(place: int, number: int) -> int:
    """A place among so many tones: a figure that goes beyond the last one turns back."""
    return max(min(place, 2 * (number - 1) - place), 0)


def _tones(span: ChordSpan) -> list[int]:
    """What the left hand has: the bass, and the chord's tones above it as far as it reaches and below the melody."""
    bass = span.voicing[0]
    ceiling = min(bass + _REACH, min(tone.pitch for tone in span.melody) - 1)
    gap = 7 if bass < _MUDDY else 3 if bass < _CLOSE else 1
    above = [p for p in range(bass + gap, ceiling + 1) if p % PITCH_CLASSES in span.chord.pitch_classes]
    return [bass, *above] if above else [bass, bass + 12]


def hands_for(metre: Metre, beat_seconds: float, sections: Iterable[str], lots: Lots) -> Hands:
    """A pianist who plays each section in another way.

    Args:
        metre: Metre of the piece.
        beat_seconds: Length of a felt beat.
        sections: Letters of the sections.
        lots: Draws.
    """
    ternary = metre.beat_ticks % 9 == 0
    three = ternary or metre.bar_ticks // metre.beat_ticks == 3  # noqa: PLR2004 - a waltz
    left = dict(TEXTURES[3 if three else 2])
    textures = {}
    for letter in sections:
        textures[letter] = lots.pick(left)
        if len(left) > 1:
            del left[textures[letter]]
    parts = 3 if ternary else 2
    slow = beat_seconds > (_SLOW_THIRDS if ternary else _SLOW_HALVES)
    varied = frozenset(letter for letter in textures if lots.happens(0.5))
    return Hands(metre, metre.beat_ticks // (2 * parts if slow else parts), textures, varied, lots.happens(0.4))


_SLOW_HALVES, _SLOW_THIRDS = 0.72, 1.3
"""Seconds of a beat from which on figures go in quarters, or sixths, of it."""
