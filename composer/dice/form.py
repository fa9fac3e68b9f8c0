"""Which strains of which dances are heard in which order, and how fast each bar goes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.dice.tables import COLUMNS, STRAIN
from composer.music.score import TICKS_PER_QUARTER, Tempo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composer.music.score import Metre

_TRIO = frozenset("ab")
_SECOND_STRAINS = frozenset("Bb")

_CLOSE, _LAST_CLOSE = (0.9,), (0.95, 0.8)
"""Share of the tempo in the last bars of a dance, and of the last dance."""


@dataclass(frozen=True, slots=True)
class Step:
    """One bar on the way through a dance.

    Attributes:
        table: Index of the table among those of the game: 0 for the dance, 1 for its trio.
        column: Bar of the dance, from 0.
        returns: Whether its strain begins again after this bar, so that the first ending is played.
        repeated: Whether its strain was heard just before.
    """

    table: int
    column: int
    returns: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Dance:
    """A dance, alone or with its trio, on one throw of the dice.

    Attributes:
        strains: Strains in order: A and B are the halves of the dance, a and b those of its trio. "AABBaabbAB" is a
            minuet with a trio, both with their repeats, and then the minuet again without.
        skipped: Number of bars at the beginning that are left out, fewer than all.
    """

    strains: str
    skipped: int = 0

    @property
    def bars(self) -> int:
        """Number of bars that are heard."""
        return len(self.strains) * STRAIN - self.skipped

    @property
    def tables(self) -> int:
        """Number of tables that it takes; for each of them the dice are thrown `COLUMNS` times."""
        return 1 + any(strain in _TRIO for strain in self.strains)

    def steps(self) -> list[Step]:
        """Its bars in order."""
        return [step for place in range(len(self.strains)) for step in self._strain(place)][self.skipped :]

    def _strain(self, place: int) -> Iterator[Step]:
        strain = self.strains[place]
        first = STRAIN if strain in _SECOND_STRAINS else 0
        last = first + STRAIN - 1
        returns = self.strains[place + 1 :].startswith(strain)
        repeated = self.strains[:place].endswith(strain)
        for column in range(first, last + 1):
            yield Step(int(strain in _TRIO), column, returns and column == last, repeated)


@dataclass(frozen=True, slots=True)
class Row:
    """Dances that follow each other.

    Attributes:
        dances: Dances, at least one, each on a throw of its own.
    """

    dances: tuple[Dance, ...]

    @property
    def bars(self) -> int:
        """Number of bars that are heard."""
        return sum(dance.bars for dance in self.dances)

    @property
    def rolls(self) -> int:
        """How often the dice are thrown."""
        return sum(dance.tables for dance in self.dances) * COLUMNS

    def beats_per_minute(self, metre: Metre, seconds: float) -> float:
        """Tempo in felt beats at which the row, with its closes, fills so many seconds."""
        beats = metre.bar_ticks / metre.beat_ticks
        return math.fsum(beats / share for share in self._shares()) * 60 / seconds

    def tempos(self, metre: Metre, beats_per_minute: float) -> tuple[Tempo, ...]:
        """The tempo map, with a tempo only where it changes."""
        quarters = beats_per_minute * metre.beat_ticks / TICKS_PER_QUARTER
        shares = self._shares()
        changes = [0, *(bar for bar, (before, share) in enumerate(pairwise(shares), 1) if share != before)]
        return tuple(Tempo(bar * metre.bar_ticks, quarters * shares[bar]) for bar in changes)

    def _shares(self) -> list[float]:
        """Share of the tempo for each bar."""
        *others, last = self.dances
        slowing = [*((dance, _CLOSE) for dance in others), (last, _LAST_CLOSE)]
        return [share for dance, close in slowing for share in (*[1.0] * (dance.bars - len(close)), *close)]
