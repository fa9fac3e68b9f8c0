"""Chords as a lead sheet names them: a root and a quality."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable


class Quality(IntEnum):
    """What stands above a chord's root."""

    MAJOR = 0
    MINOR = 1
    DIMINISHED = 2
    DOMINANT_SEVENTH = 3
    MAJOR_SEVENTH = 4
    MINOR_SEVENTH = 5
    HALF_DIMINISHED = 6
    DIMINISHED_SEVENTH = 7
    AUGMENTED = 8
    SUSPENDED = 9


TONES: dict[Quality, tuple[int, ...]] = {
    Quality.MAJOR: (0, 4, 7),
    Quality.MINOR: (0, 3, 7),
    Quality.DIMINISHED: (0, 3, 6),
    Quality.DOMINANT_SEVENTH: (0, 4, 7, 10),
    Quality.MAJOR_SEVENTH: (0, 4, 7, 11),
    Quality.MINOR_SEVENTH: (0, 3, 7, 10),
    Quality.HALF_DIMINISHED: (0, 3, 6, 10),
    Quality.DIMINISHED_SEVENTH: (0, 3, 6, 9),
    Quality.AUGMENTED: (0, 4, 8),
    Quality.SUSPENDED: (0, 5, 7),
}
"""Semitones of each quality's tones above the root."""


@dataclass(frozen=True, slots=True, order=True)
class ChordSymbol:
    """A chord, whatever lies in its bass.

    Attributes:
        root: Pitch class of the root.
        quality: What stands above it.
    """

    root: int
    quality: Quality

    def __post_init__(self) -> None:
        """Refuse pitch classes outside 0-11."""
        if not 0 <= self.root < PITCH_CLASSES:
            raise ValueError(f"root must be in 0-11, got {self.root}")

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes of all tones, the root first."""
        return tuple((self.root + tone) % PITCH_CLASSES for tone in TONES[self.quality])

    def transposed(self, semitones: int) -> ChordSymbol:
        """The same chord so many semitones higher, or lower where negative."""
        return ChordSymbol((self.root + semitones) % PITCH_CLASSES, self.quality)


ALL_SYMBOLS = tuple(ChordSymbol(root, quality) for root in range(PITCH_CLASSES) for quality in Quality)
"""Every chord that has a name, by root and then by quality."""


@dataclass(frozen=True, slots=True, order=True)
class ChordChange:
    """From `start` (tick) on, until the next one, a chord sounds.

    Attributes:
        start: Tick at which it begins.
        symbol: The chord; None where no chord can be told.
    """

    start: int
    symbol: ChordSymbol | None


def moved(changes: Iterable[ChordChange], semitones: int) -> tuple[ChordChange, ...]:
    """The same chords, so many semitones higher."""
    return tuple(
        ChordChange(change.start, None if change.symbol is None else change.symbol.transposed(semitones))
        for change in changes
    )
