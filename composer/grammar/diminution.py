"""A long note made of several: ways from one note of a melody to the next, by steps of the scale."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_FILLED = 3
"""Notes that one way puts between two; longer spans are parted first."""

REACH = 5
"""Most steps that a way leaves its first note by."""

FARTHEST = 8
"""Most steps between two notes that have ways of their own."""

_KEPT = 120
"""Ways that are kept for each distance, the smoothest."""

_STEP_COSTS = np.array([1.1, 0.0, 0.35, 0.9, 1.7, 2.6, 4.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 9.0])
"""Cost of going so many steps at once: none is a repeated note."""


@cache
def ways(filled: int, distance: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The smoothest ways to put notes between two that are `distance` steps apart.

    Args:
        filled: Number of notes to put between, 1 to `MOST_FILLED`.
        distance: Steps from the first note to the one after the last, -`FARTHEST` to `FARTHEST`.

    Returns:
        Steps of each note above the first one, shape (ways, filled), and the cost of each way, shape (ways,).
    """
    rows = np.array(list(product(range(-REACH, REACH + 1), repeat=filled)), np.int64)
    ends = np.zeros((len(rows), 1), np.int64)
    steps = np.diff(np.hstack([ends, rows, ends + distance]), axis=1)
    costs = _STEP_COSTS[np.minimum(np.abs(steps), len(_STEP_COSTS) - 1)].sum(axis=1)
    # A leap is taken back by a step; two leaps one way are an arpeggio, which must not go on.
    leaps = np.abs(steps) > 2  # noqa: PLR2004 - a third
    onward = np.sign(steps[:, 1:]) == np.sign(steps[:, :-1])
    costs += (leaps[:, :-1] & onward & (np.abs(steps[:, 1:]) > 0)).sum(axis=1) * 0.8
    costs += ((steps[:, 1:] == -steps[:, :-1]) & (steps[:, 1:] != 0)).sum(axis=1) * 0.3
    best = np.argsort(costs, kind="stable")[:_KEPT]
    return rows[best], costs[best]


@cache
def way_steps(filled: int, distance: int) -> NDArray[np.int64]:
    """The steps inside each of `ways`, from the first note to the one after the last: shape (ways, filled + 1)."""
    rows, _ = ways(filled, distance)
    ends = np.zeros((len(rows), 1), np.int64)
    return np.diff(np.hstack([ends, rows, ends + distance]), axis=1)
