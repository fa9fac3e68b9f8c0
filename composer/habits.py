"""What is usual in each style: metre, mode, tempo and density, drawn where a request leaves them open.

Shares of bars in the training split of the corpus, as counted by `training.habits` and rounded; metres below
two in a hundred are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.conditions import DENSITY_EDGES
from composer.score import Metre

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Habits:
    """How pieces of a style usually are.

    Attributes:
        metres: Metre -> its weight.
        minor: Share of pieces in minor.
        tempo: Mean and standard deviation of the felt beats a minute.
        densities: Weight of each density class, thin to dense.
        breath: How deeply phrases breathe in tempo: 1 is usual, 0 is as a clock.
    """

    metres: Mapping[Metre, float]
    minor: float
    tempo: tuple[float, float]
    densities: tuple[float, ...]
    breath: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what nothing could be drawn from."""
        if not self.metres or len(self.densities) != len(DENSITY_EDGES) + 1 or sum(self.densities) <= 0:
            raise ValueError("habits need a metre and a weight for each density class")


def _habits(metres: str, minor: float, tempo: tuple[float, float], *densities: float, breath: float = 1.0) -> Habits:
    """Read metres as "3/4 32, 2/4 20"."""
    pairs = (pair.split() for pair in metres.split(","))
    return Habits(
        {Metre(*map(int, name.split("/"))): float(weight) for name, weight in pairs}, minor, tempo, densities, breath
    )


_PIANO = _habits("3/4 33, 4/4 24, 2/4 20, 6/8 11, 3/8 6, 2/2 6", 0.33, (92.0, 22.0), 0, 4, 15, 28, 37, 16)

HABITS: Mapping[str, Habits] = {
    "piano": _PIANO,
    "baroque": _habits("4/4 32, 3/4 28, 2/2 13, 3/8 12, 6/8 5, 2/4 4, 12/8 4", 0.5, (84.0, 22.0), 0, 6, 20, 20, 46, 8),
    "classical": _habits("2/4 30, 3/4 24, 4/4 22, 6/8 10, 2/2 8, 3/8 5", 0.34, (100.0, 26.0), 0, 6, 17, 22, 45, 10),
    "romantic": _habits("3/4 46, 4/4 17, 2/4 11, 6/8 11, 2/2 9, 12/8 2", 0.4, (90.0, 26.0), 0, 3, 18, 28, 27, 24),
    "salon": _habits("3/4 30, 2/4 25, 4/4 18, 3/8 12, 6/8 8, 2/2 5", 0.25, (92.0, 20.0), 0, 4, 14, 28, 38, 15),
    "song": _habits("4/4 30, 3/4 24, 2/4 20, 6/8 17, 3/8 4, 9/8 2, 2/2 3", 0.31, (82.0, 20.0), 0, 2, 9, 23, 44, 22),
    "quartet": _habits("3/4 27, 2/4 22, 4/4 22, 6/8 14, 2/2 8, 3/8 5", 0.34, (98.0, 28.0), 0, 3, 14, 28, 40, 15),
    "orchestra": _habits("3/4 26, 4/4 26, 2/2 16, 2/4 15, 6/8 11, 3/8 4", 0.29, (98.0, 26.0), 0, 0, 0, 6, 31, 63),
    "band": _habits("4/4 90, 3/4 7, 5/4 3", 0.75, (120.0, 22.0), 2, 6, 15, 18, 32, 27, breath=0),
    "choir": _habits("2/2 60, 3/2 12, 4/4 20, 3/4 8", 0.39, (80.0, 14.0), 8, 25, 30, 25, 12, 0),
}
"""For every style."""
