"""What a piece must keep to: metre, length, who plays, and where its cadence stands.

Models think in C major and A minor; pieces are transposed afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.chord_symbol import moved
from composer.music.score import Mode, Part
from composer.styles.style import TWO_HANDS
from composer.styles.table import PIANO, STYLES
from composer.tokens.vocabulary import PITCHED_PARTS

if TYPE_CHECKING:
    from composer.music.chord_symbol import ChordChange
    from composer.music.score import Metre, Note
    from composer.planning.plan import Plan

TONICS = {Mode.MAJOR: 0, Mode.MINOR: 9}
"""Pitch class on which models' pieces stand."""

_CROSSING = 12
"""Semitones by which a pianist's hands cross, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceConstraints:
    """What a piece must keep to.

    Attributes:
        metre: One of `vocabulary.METRES`.
        bars: Number of bars, at least 1; from 2 on there is room for the dominant.
        mode: Mode of the cadence.
        parts: Parts that may play.
        reach: Most semitones that one part spans at one onset.
        fullest: Most notes of one part at one onset.
        form: Index of one of `composer.planning.form.FORMS`.
        crossing: Most semitones that a hand plays beyond what the other one struck last; None for any number.
        opening: Tick of the first note: 0, or where the upbeat begins in the first of at least two bars.
        prime: Tokens of whole bars, without START, with which the piece begins, whatever else stands here.
        recalled: For each bar the earlier bar that it recalls, or None; None where the form decides it.
        melody: A melody that is given for the first bars, in C major or A minor; nothing else is drawn for that part.
        melody_bars: How many bars those are.
        harmony: Notes that sounded with it. In those bars parts play only pitch classes that sounded in the same beat.
        chords: The plan's chords in C major or A minor, in order, the first at tick 0; none leaves them to the network.
    """

    metre: Metre
    bars: int
    mode: Mode
    parts: frozenset[Part] = TWO_HANDS
    reach: int = 16
    fullest: int = 5
    form: int = 0
    crossing: int | None = None
    opening: int = 0
    prime: tuple[int, ...] = ()
    recalled: tuple[int | None, ...] | None = None
    melody: tuple[Note, ...] = ()
    melody_bars: int = 0
    harmony: tuple[Note, ...] = ()
    chords: tuple[ChordChange, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what has no room or no pitch."""
        if self.bars < 1 or not self.parts & set(PITCHED_PARTS):
            raise ValueError("a piece needs a bar and a part with pitches")
        if self.opening and not (0 < self.opening < self.metre.bar_ticks and self.bars > 1):
            raise ValueError("an upbeat stands in a bar before others")

    @property
    def upbeat_bars(self) -> int:
        """Bars before the first whole one: 1 with an upbeat, else 0."""
        return int(self.opening > 0)

    @property
    def ticks(self) -> int:
        """Length of the piece."""
        return self.bars * self.metre.bar_ticks

    @property
    def dominant_start(self) -> int:
        """Tick from which the dominant reigns, until the last bar."""
        beats = self.metre.bar_ticks // self.metre.beat_ticks
        return self.tonic_start - (beats + 1) // 2 * self.metre.beat_ticks if self.bars > 1 else 0

    @property
    def tonic_start(self) -> int:
        """Tick of the last bar."""
        return self.ticks - self.metre.bar_ticks


def constraints_of(plan: Plan, style: str) -> PieceConstraints:
    """What a planned piece of a style must keep to."""
    known = STYLES[style]
    return PieceConstraints(
        metre=plan.metre,
        bars=plan.bars,
        mode=plan.key.mode,
        parts=known.parts,
        reach=known.reach,
        fullest=known.fullest,
        form=plan.form,
        opening=plan.opening,
        crossing=_CROSSING if PIANO in {known.name, known.kind_of} else None,
        chords=moved(plan.chords, TONICS[plan.key.mode] - plan.key.tonic),
    )
