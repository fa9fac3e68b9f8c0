"""Four voices -> two hands: the left hand's figure, and what the right hand adds below the melody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.music.score import PITCH_CLASSES, Note, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from composer.grammar.lines import ChordSpan
    from composer.grammar.lots import Lots
    from composer.music.score import Metre

Figure = tuple[tuple[int, ...], ...]
"""For each step of a beat-long or bar-long figure the tones that are struck: 0 the bass, 1 the next one up, ..."""

_SPAN = 16
"""Most semitones that the left hand's figure reaches above its bass."""

_MUDDY = 45
"""Pitch of the bass below which the next tone is to be at least a fifth above."""

# Eighths of a beat that is divided in two, or in three.
_BY_BEAT: Mapping[str, Mapping[int, Sequence[Figure]]] = {
    "alberti": {2: (((0,), (2,)), ((1,), (2,))), 3: (((0,), (2,), (1,)),)},
    "arpeggio": {2: (((0,), (1,)), ((2,), (3,))), 3: (((0,), (1,), (2,)), ((3,), (2,), (1,)))},
    "rocking": {2: (((0,), (1, 2)),), 3: (((0,), (1, 2), (1, 2)),)},
    "pulse": {2: (((0, 1, 2), (1, 2)), ((1, 2), (1, 2))), 3: (((0, 1), (2,), (2,)),)},
}
"""Figures by the number of notes in a beat; those of the following beats of a chord take turns."""

_BY_BAR: Mapping[str, Sequence[tuple[int, ...]]] = {"waltz": ((0,), (1, 2)), "stride": ((0,), (1, 2))}
"""What is struck on a chord's first beat, and on its others."""

TEXTURES = {
    2: {"alberti": 2.0, "arpeggio": 2.0, "rocking": 1.5, "chorale": 1.0, "stride": 1.5, "pulse": 0.8},
    3: {"alberti": 1.0, "arpeggio": 2.0, "rocking": 1.5, "chorale": 0.8, "waltz": 3.0},
}
"""Weights of the textures where beats go in twos, and where there are three of them or they go in threes."""


def played(spans: Sequence[ChordSpan], metre: Metre, textures: Mapping[str, str], lots: Lots) -> Iterator[Note]:
    """The notes of both hands.

    Args:
        spans: Chords in order.
        metre: Metre of the piece.
        textures: Name of the texture of each section, by its letter.
        lots: Draws.
    """
    for place, span in enumerate(spans):
        yield from _melody(span)
        if place == len(spans) - 1:
            yield from _final_chord(span)
        else:
            yield from _accompaniment(span, metre, textures[span.phrase.section])
            yield from _below_melody(span, textures[span.phrase.section], lots)


def loudness(span: ChordSpan) -> int:
    """Velocity of a section: middling at home, louder in episodes and where home returns."""
    base = {"A": 64, "coda": 58}.get(span.phrase.section, 72)
    return base + min(2 * span.phrase.returning, 6)


def _melody(span: ChordSpan) -> Iterator[Note]:
    for tone in span.melody:
        yield Note(tone.start, tone.end - tone.start, tone.pitch, loudness(span), Part.MELODY)


def _tones(span: ChordSpan) -> list[int]:
    """What the left hand has: the bass, and the chord's tones above it as far as it reaches and below the melody."""
    bass = span.voicing[0]
    ceiling = min(bass + _SPAN + 4, min(tone.pitch for tone in span.melody) - 1)
    classes = span.chord.pitch_classes
    gap = 7 if bass < _MUDDY else 3
    tones = [bass, *(p for p in range(bass + gap, ceiling + 1) if p % PITCH_CLASSES in classes)]
    return tones if len(tones) > 1 else [bass, bass + 12]


def _accompaniment(span: ChordSpan, metre: Metre, texture: str) -> Iterator[Note]:
    tones, velocity = _tones(span), loudness(span)
    beat = metre.beat_ticks

    def struck(places: Sequence[int], start: int, end: int) -> Iterator[Note]:
        for place in sorted({min(place, len(tones) - 1) for place in places}):
            yield Note(start, end - start, tones[place], velocity, Part.ACCOMPANIMENT)

    if texture == "chorale":
        for pitch in span.voicing[:2]:
            yield Note(span.start, span.end - span.start, pitch, velocity, Part.ACCOMPANIMENT)
    elif texture in _BY_BAR:
        for number, start in enumerate(range(span.start, span.end, beat)):
            yield from struck(_BY_BAR[texture][min(number, 1)], start, min(start + beat, span.end))
    else:
        divided = 3 if beat % 36 == 0 else 2
        figures, step = _BY_BEAT[texture][divided], beat // divided
        for number, start in enumerate(range(span.start, span.end, step)):
            figure = figures[number // divided % len(figures)]
            yield from struck(figure[number % divided], start, min(start + step, span.end))


def _below_melody(span: ChordSpan, texture: str, lots: Lots) -> Iterator[Note]:
    """The alto under the melody where the right hand can hold it."""
    alto = span.voicing[2]
    lowest = min(tone.pitch for tone in span.melody)
    highest = max(tone.pitch for tone in span.melody)
    fits = lowest - alto >= 3 and highest - alto <= 12  # noqa: PLR2004 - a third and an octave
    if fits and (texture == "chorale" or (span.phrase.section != "A" and lots.happens(0.6))):
        yield Note(span.start, span.end - span.start, alto, loudness(span) - 6, Part.MELODY)


def _final_chord(span: ChordSpan) -> Iterator[Note]:
    bass = span.voicing[0]
    low = bass - 12 if bass - 12 >= 28 else bass  # noqa: PLR2004 - the lowest E of a double bass
    for pitch in sorted({low, low + 12}):
        yield Note(span.start, span.end - span.start, pitch, loudness(span), Part.ACCOMPANIMENT)
    for pitch in sorted(set(span.voicing[1:3]) - {span.voicing[3], low, low + 12}):
        yield Note(span.start, span.end - span.start, pitch, loudness(span) - 6, Part.MELODY)
