"""Chords for bars, to be played over and over: "Am F C G", or "Am F | C G" where bars hold several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.chord_names import spell_chord
from composer.music.chord_symbol import Quality
from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from composer.music.chord_symbol import ChordSymbol

MOST_IN_BAR = 4

BAR_LINE = "|"

_MINOR = (Quality.MINOR, Quality.MINOR_SEVENTH)


@dataclass(frozen=True, slots=True)
class ChordSequence:
    """Chords that are played over and over.

    Attributes:
        bars: Chords of each bar, one to `MOST_IN_BAR`, which share it evenly.
    """

    bars: tuple[tuple[ChordSymbol, ...], ...]

    def __str__(self) -> str:
        """As people write it: Am F C G; with sharps where most chords stand on their side of the circle of fifths."""
        sharps = sum(_fifths(chord) for bar in self.bars for chord in bar) > 0
        between = " " if all(len(bar) == 1 for bar in self.bars) else f" {BAR_LINE} "
        return between.join(" ".join(spell_chord(chord, sharps=sharps) for chord in bar) for bar in self.bars)


def _fifths(chord: ChordSymbol) -> int:
    """Fifths from C to a chord, or to the major chord of which it is the relative: -5 to 6."""
    major = (chord.root + 3) % PITCH_CLASSES if chord.quality in _MINOR else chord.root
    return (major * 7 + 5) % PITCH_CLASSES - 5
