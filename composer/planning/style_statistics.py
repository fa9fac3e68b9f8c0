"""What is usual in each style: metre, mode, tempo and density, drawn where a request leaves them open.

They hang together. A bar of 6/8 has two beats, each of them full of notes; one of 3/8 has three quick ones with hardly
three notes each, and in a slow piece there is room for more notes in a beat than in a fast one. Drawn each for itself
they would ask a network for music that nobody wrote.

Counted over bars in the training split of the corpus by `python -m training style-statistics`; metres below two in a
hundred are left out. Choirs' tempi are not counted: hardly any of their old scores names one, and a modern one's is no
help.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import Metre
from composer.tokens.conditions import DENSITY_EDGES

if TYPE_CHECKING:
    from collections.abc import Mapping

DEVIATION = 22.0
"""Of the felt tempo within a metre, in beats a minute."""

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
        weight: Of the metre among the others.
        tempo: Mean of the felt beats a minute.
        densities: Weight of each density class, thin to dense.
    """

    weight: float
    tempo: float
    densities: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what nothing could be drawn from."""
        if len(self.densities) != len(DENSITY_EDGES) + 1 or sum(self.densities) <= 0:
            raise ValueError("a metre needs a weight for each density class")

    def densities_at(self, tempo_class: int) -> tuple[float, ...]:
        """Weight of each density class in a tempo class, see `composer.tokens.conditions.tempo_class`."""
        ratios = _DENSITY_BY_TEMPO[tempo_class - 1]
        return tuple(weight * ratio for weight, ratio in zip(self.densities, ratios, strict=True))


@dataclass(frozen=True, slots=True)
class StyleStatistics:
    """How pieces of a style usually are.

    Attributes:
        metres: What is usual in each metre.
        minor: Share of pieces in minor.
        breath: How deeply phrases breathe in tempo: 1 is usual, 0 is as a clock.
    """

    metres: Mapping[Metre, MetreStatistics]
    minor: float
    breath: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what nothing could be drawn from."""
        if not self.metres:
            raise ValueError("statistics need a metre")

    def within(self, metre: Metre) -> MetreStatistics:
        """What is usual in a metre; in one that is not, what is usual in the others on average."""
        return self.metres.get(metre) or self.anywhere

    @property
    def anywhere(self) -> MetreStatistics:
        """What is usual in all metres together."""
        weights = [own.weight for own in self.metres.values()]
        tempo = np.average([own.tempo for own in self.metres.values()], weights=weights)
        densities = np.average([own.densities for own in self.metres.values()], axis=0, weights=weights)
        return MetreStatistics(sum(weights), float(tempo), tuple(densities.tolist()))


def _statistics(minor: float, metres: str, *, breath: float = 1.0) -> StyleStatistics:
    """Read a line for each metre: its weight, tempo and densities."""
    lines = (line.split() for line in metres.strip().splitlines())
    numbers = {name: [float(number) for number in rest] for name, *rest in lines}
    found = {
        Metre(*map(int, name.split("/"))): MetreStatistics(weight, tempo, tuple(densities))
        for name, (weight, tempo, *densities) in numbers.items()
    }
    return StyleStatistics(found, minor, breath)


STATISTICS: Mapping[str, StyleStatistics] = {
    "piano": _statistics(
        0.30,
        """
        3/4 32 112 0 5 25 36 27 6
        2/4 20 95 0 0 4 15 61 19
        4/4 18 94 4 6 13 29 39 8
        3/8 11 136 1 7 33 52 6 1
        6/8 8 74 0 0 1 5 42 51
        2/2 8 77 2 3 4 10 37 45
        """,
    ),
    "baroque": _statistics(
        0.53,
        """
        4/4 30 80 0 5 7 18 67 4
        3/4 28 92 0 10 24 24 41 1
        2/2 13 74 0 3 7 12 57 20
        3/8 12 119 0 11 67 6 14 3
        6/8 5 80 0 3 10 21 28 37
        2/4 4 85 0 4 24 28 39 5
        12/8 4 77 0 4 12 36 37 13
        """,
    ),
    "classical": _statistics(
        0.34,
        """
        2/4 30 104 0 1 3 17 68 11
        3/4 23 118 0 14 26 23 34 3
        4/4 22 122 0 1 28 41 26 4
        6/8 10 84 0 2 7 10 43 37
        2/2 8 110 0 3 8 17 55 18
        3/8 5 125 0 16 32 16 28 7
        """,
    ),
    "romantic": _statistics(
        0.41,
        """
        3/4 45 118 0 5 31 45 14 6
        4/4 16 102 1 3 14 29 36 17
        2/4 11 87 0 0 6 13 45 35
        2/2 11 80 0 0 3 11 21 65
        6/8 10 82 0 0 3 6 45 46
        6/4 2 71 0 1 9 13 12 65
        """,
    ),
    "salon": _statistics(
        0.24,
        """
        3/4 29 104 0 4 22 33 33 8
        2/4 24 98 0 0 4 15 63 18
        4/4 17 85 7 7 13 30 36 7
        3/8 14 137 1 6 25 60 7 1
        6/8 7 73 0 0 2 6 42 49
        2/2 6 74 3 6 6 10 38 36
        """,
    ),
    "song": _statistics(
        0.31,
        """
        4/4 29 98 0 1 13 36 44 5
        3/4 23 90 0 2 10 31 45 11
        2/4 19 90 0 1 3 12 51 33
        6/8 16 73 0 1 2 4 43 50
        3/8 4 130 0 8 35 40 15 3
        2/2 4 62 0 0 1 13 42 44
        """,
    ),
    "quartet": _statistics(
        0.34,
        """
        3/4 26 110 1 4 31 37 24 2
        2/4 22 118 0 0 4 27 49 19
        4/4 19 108 0 4 13 35 42 6
        6/8 13 96 0 1 1 10 53 35
        2/2 11 79 0 0 1 13 57 29
        3/8 6 137 2 17 40 31 9 2
        """,
    ),
    "orchestra": _statistics(
        0.29,
        """
        3/4 24 124 0 1 0 14 45 40
        4/4 20 103 0 0 0 5 38 57
        2/2 19 91 0 0 0 1 23 75
        2/4 14 107 0 0 0 6 12 82
        6/8 10 92 0 0 0 4 15 82
        3/8 7 126 0 0 4 6 59 31
        6/4 4 86 0 0 0 3 16 80
        """,
    ),
    "band": _statistics(
        0.75,
        """
        4/4 85 126 2 6 13 18 33 28
        3/4 7 128 3 11 14 24 19 29
        5/4 2 128 8 2 36 8 25 20
        """,
        breath=0,
    ),
    "choir": _statistics(
        0.39,
        """
        2/2 62 80 15 26 28 19 10 1
        3/2 15 80 32 33 18 14 3 0
        4/4 13 80 16 22 29 23 10 1
        3/4 6 80 5 11 24 42 17 0
        """,
    ),
}
"""For every style."""
