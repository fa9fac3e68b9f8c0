"""The matrix of a piece: which timbre plays how densely in which stretch of time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from composer.stochastic.laws import cell_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEAN_UNITS = 0.6
"""Mean number of units a cell, as in *Achorripsis*."""

_FEWEST_COLUMNS = 3
_COLUMN_POWER = 2 / 3
"""28 columns, as many as *Achorripsis* has, fill 148 s; 5 s have 3, and 300 s have 45."""

_HOLE_FROM = 8
"""Number of columns from which on one of them is silent."""


def columns_in(seconds: float) -> int:
    """Number of columns in which so many seconds are divided."""
    return max(_FEWEST_COLUMNS, round(math.pow(seconds, _COLUMN_POWER)))


def draw_matrix(timbres: int, columns: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Units of each cell, shape (timbres, columns): 0, 1, 2... as often as `cell_counts` says.

    Each kind of cell falls on the columns independently, so that its number in a column follows Poisson's law too
    (*Formalized Music*, p. 30), as far as a column has room. A matrix of many columns has a silent one. Silent columns
    stand apart from each other, and neither first nor last.

    Args:
        timbres: Number of timbres, at least 2.
        columns: Number of columns, at least `_FEWEST_COLUMNS`.
        rng: Decides every draw.
    """
    matrix = np.zeros((timbres, columns), np.int64)
    counts = cell_counts(timbres * columns, MEAN_UNITS)
    for units in range(len(counts) - 1, 0, -1):
        for _ in range(counts[units]):
            column = rng.choice(np.flatnonzero((matrix == 0).any(axis=0)))
            _place(matrix, units, int(column), rng)
    if columns >= _HOLE_FROM and matrix.any(axis=0).all():
        _clear_one(matrix, rng)
    return np.take(matrix, _with_holes_apart(matrix, rng), axis=1)


def _place(matrix: NDArray[np.int64], units: int, column: int, rng: np.random.Generator) -> None:
    """Let units fall on one of the empty cells of a column."""
    matrix[rng.choice(np.flatnonzero(matrix[:, column] == 0)), column] = units


def _clear_one(matrix: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Make a hole of the thinnest column: others take in its cells."""
    hole = int(matrix.sum(axis=0).argmin())
    moved = [int(units) for units in matrix[:, hole] if units]
    matrix[:, hole] = 0
    for units in moved:
        room = (matrix == 0).any(axis=0)
        room[hole] = False
        _place(matrix, units, int(rng.choice(np.flatnonzero(room))), rng)


def _with_holes_apart(matrix: NDArray[np.int64], rng: np.random.Generator) -> list[int]:
    """Columns in a new order: each silent one between two that sound, as far as there are enough of these."""
    units = matrix.sum(axis=0)
    loud, silent = np.flatnonzero(units).tolist(), np.flatnonzero(units == 0).tolist()
    order = [[column] for column in loud]
    gaps = rng.permutation(len(loud) - 1).tolist()
    for number, column in enumerate(silent):
        order[gaps[number % len(gaps)]].append(column)
    return [column for group in order for column in group]
