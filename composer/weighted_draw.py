"""Drawing one of several by their weights; the caller owns the random number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def draw_one(weights: ArrayLike, lot: float) -> int:
    """The place that a number in [0, 1) falls on, where each has as much of it as its weight of all."""
    reached = np.cumsum(weights)
    return int(np.searchsorted(reached, lot * reached[-1], side="right"))
