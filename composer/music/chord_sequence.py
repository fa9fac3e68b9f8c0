"""Chords for bars, to be played over and over: "Am F C G", or "Am F | C G" where bars hold several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.analysis import find_key, signature_of
from composer.music.chord_names import spell_chord
from composer.music.score import Key, Note, Part

if TYPE_CHECKING:
    from composer.music.chord_symbol import ChordSymbol

MOST_IN_BAR = 4

BAR_LINE = "|"
_LOWEST_ROOT = 36
_BAR = 96


@dataclass(frozen=True, slots=True)
class ChordSequence:
    """Chords that are played over and over.

    Attributes:
        bars: Chords of each bar, one to `MOST_IN_BAR`, which share it evenly.
    """

    bars: tuple[tuple[ChordSymbol, ...], ...]

    def __str__(self) -> str:
        """As people write it: Am F C G."""
        sharps = signature_of(self.key) > 0
        between = " " if all(len(bar) == 1 for bar in self.bars) else f" {BAR_LINE} "
        return between.join(" ".join(spell_chord(chord, sharps=sharps) for chord in bar) for bar in self.bars)

    @property
    def key(self) -> Key:
        """The likeliest key: that in which its chords stand, and to whose tonic its first one likely belongs."""
        chords = [*(chord for bar in self.bars for chord in bar), self.bars[0][0]]
        notes = [
            Note(place * _BAR, _BAR, _LOWEST_ROOT + chord.root + (12 + (tone - chord.root) % 12) * (tone != chord.root),
                 64, Part.ACCOMPANIMENT)
            for place, chord in enumerate(chords)
            for tone in chord.pitch_classes
        ]  # fmt: skip
        return find_key(sorted(notes))
