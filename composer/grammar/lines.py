"""Four-part chords and a melody over them, before anybody is told how to play them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.grammar.chords import Chord
    from composer.grammar.phrases import Phrase
    from composer.grammar.voices import Voicing

_PERFECT = (0, 7)


@dataclass(frozen=True, slots=True)
class Sounding:
    """A note of one line.

    Attributes:
        start: First tick.
        end: First tick after it.
        pitch: MIDI pitch.
    """

    start: int
    end: int
    pitch: int


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """One chord with its voices and what the melody does over it.

    Attributes:
        start: First tick.
        end: First tick after it.
        chord: Chord.
        voicing: Its four voices.
        melody: Notes of the melody that begin in it; the first is the soprano's tone.
        phrase: Phrase that it belongs to.
        rule: Rule that made the chord.
    """

    start: int
    end: int
    chord: Chord
    voicing: Voicing
    melody: tuple[Sounding, ...]
    phrase: Phrase
    rule: str

    @property
    def numeral(self) -> str:
        """Roman numeral with the figures of its inversion."""
        return self.chord.figured(self.voicing[0])


def closes(spans: Sequence[ChordSpan], place: int) -> bool:
    """Whether a phrase ends with the chord at a place."""
    return place + 1 == len(spans) or spans[place + 1].phrase is not spans[place].phrase


def parallels(lines: Sequence[Sequence[Sounding]]) -> list[int]:
    """Ticks at which two of the lines both move and form fifths or octaves again.

    Args:
        lines: Notes of each line in order of time, none overlapping another of its line.
    """
    ticks = sorted({note.start for line in lines for note in line})
    heard = [_heard(line, ticks) for line in lines]
    wrong = set()
    for one, other in combinations(heard, 2):
        for tick, (old, new) in zip(ticks[1:], pairwise(zip(one, other, strict=True)), strict=True):
            moving = old[0] != new[0] and old[1] != new[1]
            if moving and _interval(old) == _interval(new) and _interval(new) in _PERFECT:
                wrong.add(tick)
    return sorted(wrong)


def _interval(pair: tuple[int | None, int | None]) -> int | None:
    """Semitones between two pitches within an octave; None where one of them is silent."""
    one, other = pair
    return None if one is None or other is None else abs(one - other) % PITCH_CLASSES


def _heard(line: Iterable[Sounding], ticks: Sequence[int]) -> list[int | None]:
    """What a line sounds at each tick; None where it is silent."""
    notes = list(line)
    found: list[int | None] = []
    place = 0
    for tick in ticks:
        while place < len(notes) and notes[place].end <= tick:
            place += 1
        sounds = place < len(notes) and notes[place].start <= tick
        found.append(notes[place].pitch if sounds else None)
    return found
