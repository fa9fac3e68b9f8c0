"""Four voices -> singers or strings: who holds, who repeats, and who answers between the beats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.grammar.lines import Sounding, closes
from composer.grammar.ornaments import Decoration, decorated, is_clean
from composer.music.score import Note, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from composer.grammar.lines import ChordSpan
    from composer.grammar.lots import Lots
    from composer.music.score import Metre

TEXTURES: Mapping[str, Mapping[str, float]] = {
    "choir": {"held": 1.0},
    "quartet": {"held": 1.0, "pulse": 1.5, "offbeat": 1.2, "rocking": 1.2},
}
"""Weights of the textures of the inner voices: choirs hold their notes."""

_DECORATIONS: Mapping[str, Decoration] = {"choir": Decoration(0.6, 0.6), "quartet": Decoration(0.5, 0.35)}
_PARTS = (Part.BASS, Part.ACCOMPANIMENT, Part.ACCOMPANIMENT)

_DETACHED = 0.75
"""Share of its time that a repeated note sounds."""


def sounded(spans: Sequence[ChordSpan], metre: Metre, lower: Sequence[Sequence[Sequence[Sounding]]]) -> Iterator[Note]:
    """The notes of all four, of a choir or a quartet; `lower` are those of `lower_lines`."""
    for span in spans:
        for tone in span.melody:
            yield Note(
                tone.start,
                tone.end - tone.start,
                tone.pitch,
                span.phrase.loudness(tone.start / metre.bar_ticks),
                Part.MELODY,
            )
    for voice, line in enumerate(lower):
        for span, notes in zip(spans, line, strict=True):
            for own in notes:
                velocity = span.phrase.loudness(own.start / metre.bar_ticks)
                yield Note(own.start, own.end - own.start, own.pitch, velocity, _PARTS[voice])


def lower_lines(spans: Sequence[ChordSpan], style: str, metre: Metre, lots: Lots) -> list[list[list[Sounding]]]:
    """What bass, tenor and alto play: for each voice, for each chord its notes.

    Where repeated and rocking notes make fifths or octaves after all, the chord is held.
    """
    lines = decorated(spans, metre.beat_ticks, _DECORATIONS[style], lots)
    textures = {letter: lots.pick(TEXTURES[style]) for letter in sorted({span.phrase.section for span in spans})}
    for place, span in enumerate(spans):
        texture = "held" if closes(spans, place) else textures[span.phrase.section]
        if texture == "held":
            continue
        before = [line[place] for line in lines]
        for voice, line in enumerate(lines):
            line[place] = [note for tone in line[place] for note in _divided(tone, voice, texture, metre, span)]
        if not is_clean(lines, spans, place):
            for line, own in zip(lines, before, strict=True):
                line[place] = own
    return lines


def _divided(tone: Sounding, voice: int, texture: str, metre: Metre, span: ChordSpan) -> Iterator[Sounding]:
    """A held tone as the texture has it."""
    beat = metre.beat_ticks
    half = beat // 3 if beat % 36 == 0 else beat // 2
    if texture == "held" or tone.end - tone.start < beat:
        yield tone
    elif voice == 0:
        yield from _bass(tone, texture, beat)
    elif texture == "pulse":
        for start in range(tone.start, tone.end, half):
            yield _short(start, min(start + half, tone.end), tone.pitch)
    elif texture == "offbeat":
        for start in range(tone.start, tone.end, beat):
            if start + half < tone.end:
                yield _short(start + half, min(start + beat, tone.end), tone.pitch)
    elif voice == 1:
        yield tone
    else:
        yield from _rocked(tone, half, span)


def _bass(tone: Sounding, texture: str, beat: int) -> Iterator[Sounding]:
    """The bass marks the beats, held under a rocking voice."""
    if texture == "rocking":
        yield tone
        return
    for start in range(tone.start, tone.end, beat):
        end = min(start + beat, tone.end)
        yield _short(start, end, tone.pitch) if texture == "offbeat" else Sounding(start, end, tone.pitch)


def _short(start: int, end: int, pitch: int) -> Sounding:
    return Sounding(start, start + max(round((end - start) * _DETACHED), 1), pitch)


def _rocked(tone: Sounding, half: int, span: ChordSpan) -> Iterator[Sounding]:
    """A tone that goes down to the next one of the chord and back again, if there is one."""
    tenor = span.voicing[1]
    below = max((p for p in range(tenor + 1, tone.pitch) if p % 12 in span.chord.pitch_classes), default=tone.pitch)
    count = (tone.end - tone.start) // half
    rocking = [
        Sounding(
            tone.start + number * half,
            tone.start + (number + 1) * half if number + 1 < count else tone.end,
            below if number % 2 and number + 1 < count else tone.pitch,
        )
        for number in range(count)
    ]
    yield from rocking
