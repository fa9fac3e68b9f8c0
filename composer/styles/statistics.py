"""What is usual in a style: metre, mode, tempo and density, drawn where a request leaves them open.

They hang together. A bar of 6/8 has two beats, each of them full of notes; one of 3/8 has three quick ones with hardly
three notes each, and in a slow piece there is room for more notes in a beat than in a fast one. Drawn each for itself
they would ask a network for music that nobody wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from composer.music.score import Metre

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPO_EDGES = (50.0, 66.0, 84.0, 104.0, 132.0)
"""Felt beats a minute that part the tempo classes: very slow, slow, walking, moderate, lively, fast."""

DENSITY_EDGES = (1.5, 2.5, 3.5, 5.0, 8.0)
"""Notes a felt beat, drums left out, that part the density classes, thinnest first."""

DEVIATION = 22.0
"""Deviation of the felt tempo within a metre, in beats a minute."""

_DENSITY_BY_TEMPO = (
    (1.08, 0.98, 0.77, 0.61, 0.77, 1.41),
    (1.11, 1.09, 1.02, 0.65, 1.07, 1.16),
    (1.01, 0.76, 0.84, 0.96, 1.08, 1.02),
    (0.98, 1.00, 0.98, 0.92, 1.05, 1.00),
    (0.88, 0.87, 0.97, 1.09, 1.01, 0.90),
    (0.99, 1.14, 1.11, 1.20, 0.91, 0.55),
)
"""How much more often each density class is met in each tempo class, very slow to fast, than in any, style and metre
being equal."""


@dataclass(frozen=True, slots=True)
class MetreStatistics:
    """What is usual in one metre of a style.

    Attributes:
        weight: Weight of the metre among the others.
        tempo: Mean of the felt beats a minute.
        densities: Weight of each density class, thin to dense.
        upbeats: Share of pieces that begin with an upbeat, by its ticks.
    """

    weight: float
    tempo: float
    densities: tuple[float, ...]
    upbeats: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what nothing could be drawn from."""
        if len(self.densities) != len(DENSITY_EDGES) + 1 or sum(self.densities) <= 0:
            raise ValueError("a metre needs a weight for each density class")
        if sum(self.upbeats.values()) > 1:
            raise ValueError("more upbeats than pieces")

    def densities_at(self, tempo_class: int) -> tuple[float, ...]:
        """Weight of each density class in a tempo class, see `composer.tokens.conditions.tempo_class`."""
        ratios = _DENSITY_BY_TEMPO[tempo_class - 1]
        return tuple(weight * ratio for weight, ratio in zip(self.densities, ratios, strict=True))

    def upbeat(self, lot: float) -> int:
        """Ticks of the upbeat that a lot in [0, 1) falls on; 0 is none."""
        for ticks, share in self.upbeats.items():
            lot -= share
            if lot < 0:
                return ticks
        return 0


@dataclass(frozen=True, slots=True)
class StyleStatistics:
    """How pieces of a style usually are.

    Attributes:
        metres: Statistics of each usual metre.
        minor: Share of pieces in minor.
        breath: How deeply phrases breathe in tempo: 1 is usual, 0 is as a clock.
    """

    metres: Mapping[Metre, MetreStatistics]
    minor: float
    breath: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what nothing could be drawn from."""
        if not self.metres:
            raise ValueError("a style needs a metre")

    def within(self, metre: Metre) -> MetreStatistics:
        """What is usual in a metre; in one that is not, what is usual in the others on average, without an upbeat."""
        return self.metres.get(metre) or self.anywhere

    @property
    def anywhere(self) -> MetreStatistics:
        """What is usual in all metres together."""
        every = list(self.metres.values())
        total = sum(own.weight for own in every)
        tempo = sum(own.weight * own.tempo for own in every) / total
        classes = zip(*(own.densities for own in every), strict=True)
        densities = (
            sum(own.weight * share for own, share in zip(every, shares, strict=True)) / total for shares in classes
        )
        return MetreStatistics(total, tempo, tuple(densities))


def read_statistics(minor: float, metres: str, *, breath: float = 1.0) -> StyleStatistics:
    """The statistics of a style as the table holds them.

    Args:
        minor: Share of pieces in minor.
        metres: A line for each metre: its weight, tempo and densities, then `ticks:share` in per cent of each upbeat.
        breath: How deeply phrases breathe in tempo.
    """
    return StyleStatistics(dict(map(_read_metre, metres.strip().splitlines())), minor, breath)


def _read_metre(line: str) -> tuple[Metre, MetreStatistics]:
    name, *told = line.split()
    weight, tempo, *densities = (float(number) for number in told if ":" not in number)
    upbeats = (number.split(":") for number in told if ":" in number)
    shares = {int(ticks): float(share) / 100 for ticks, share in upbeats}
    return Metre(*map(int, name.split("/"))), MetreStatistics(weight, tempo, tuple(densities), shares)
