"""Held voices -> lines: suspensions where a voice falls by step, and passing notes where it moves by a third."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.grammar.chords import scale_under
from composer.grammar.lines import Sounding, parallels
from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.grammar.lines import ChordSpan
    from composer.grammar.lots import Lots

SUNG = 3
"""Voices below the melody: bass, tenor, alto."""

_THIRD = (3, 4)
_STEP = (1, 2)


@dataclass(frozen=True, slots=True)
class Decoration:
    """How much is decorated.

    Attributes:
        suspensions: Chance of a suspension where there is room for one.
        passing: Chance of a passing note where there is room for one.
    """

    suspensions: float
    passing: float


def decorated(spans: Sequence[ChordSpan], beat: int, decoration: Decoration, lots: Lots) -> list[list[list[Sounding]]]:
    """What bass, tenor and alto sing over each chord: for each voice, for each chord its notes.

    Whatever would make fifths or octaves with another voice is left out again.

    Args:
        spans: Chords in order.
        beat: Ticks of a felt beat.
        decoration: How much is decorated.
        lots: Draws.
    """
    notes = [[[Sounding(span.start, span.end, span.voicing[voice])] for span in spans] for voice in range(SUNG)]
    for place in range(len(spans) - 1):
        for voice in range(SUNG):
            for over, tried in _ideas(spans, place, voice, beat, decoration, lots):
                before = notes[voice][over]
                if len(before) == 1:
                    notes[voice][over] = tried
                    if not is_clean(notes, spans, over):
                        notes[voice][over] = before
    return notes


def _ideas(
    spans: Sequence[ChordSpan], place: int, voice: int, beat: int, decoration: Decoration, lots: Lots
) -> list[tuple[int, list[Sounding]]]:
    """What a voice might do between a chord and the next: the place of the chord over which, and the notes."""
    span, following = spans[place], spans[place + 1]
    held, coming = span.voicing[voice], following.voicing[voice]
    found = []
    if voice and held - coming in _STEP and _grinds(held, coming, following) and lots.happens(decoration.suspensions):
        late = min(beat, (following.end - following.start) // 2)
        turn = following.start + late
        if late * 2 >= beat:
            found.append((place + 1, [Sounding(following.start, turn, held), Sounding(turn, following.end, coming)]))
    if abs(coming - held) in _THIRD and span.end - span.start >= beat and lots.happens(decoration.passing):
        between = [p for p in range(min(held, coming) + 1, max(held, coming)) if p % 12 in scale_under(span.chord)]
        turn = span.end - beat // 2
        if len(between) == 1:
            found.append((place, [Sounding(span.start, turn, held), Sounding(turn, span.end, between[0])]))
    return found


def _grinds(held: int, coming: int, following: ChordSpan) -> bool:
    """Whether a held tone is foreign to the next chord, and nobody else sounds the tone that it holds up."""
    sounded = [pitch % PITCH_CLASSES for pitch in (*following.voicing, *(tone.pitch for tone in following.melody))]
    doubled = sounded.count(coming % PITCH_CLASSES) > 1
    return held % PITCH_CLASSES not in following.chord.pitch_classes and not doubled


def is_clean(notes: Sequence[Sequence[Sequence[Sounding]]], spans: Sequence[ChordSpan], place: int) -> bool:
    """Whether the voices around a chord move without fifths and octaves."""
    window = slice(max(place - 1, 0), place + 2)
    lines = [[note for own in voice[window] for note in own] for voice in notes]
    melody = [tone for span in spans[window] for tone in span.melody]
    return not parallels([*lines, melody])
