"""Rows of positions and conditions -> features, on whatever device a network trains on."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from keras import ops

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from training.corpus.batches import RowWindows
    from training.networks.tensor import Tensor

    Numbers = NDArray[np.float32]

_VALUES = 256


class FeatureTables:
    """The tables behind `composer.tokens.features`, read off it, so that they follow whatever it becomes."""

    def __init__(self, windows: RowWindows) -> None:
        """Read them off windows, whose rows and classes have as many columns as any that are looked up."""
        at, classes = windows.rows.shape[-1], windows.classes.shape[-1]
        self._tables = find_tables(
            lambda columns: replace(windows, rows=columns[..., :at], classes=columns[..., at:]).features(),
            at + classes,
        )

    def look_up(self, rows: Tensor, classes: Tensor) -> Tensor:
        """Features (..., features) of rows (..., bytes of a row) and condition classes (..., conditions)."""
        columns = ops.cast(ops.concatenate([rows, classes], axis=-1), "int32")
        looked_up = [ops.take(table, columns[..., column], axis=0) for column, table in self._tables]
        return ops.concatenate(looked_up, axis=-1)


def find_tables(function: Callable[[NDArray[np.uint8]], Numbers], width: int) -> list[tuple[int, Numbers]]:
    """(column, table) of each run of features that one column decides: row v has the features of a value v.

    Raises:
        ValueError: If a feature depends on several columns.
    """
    probes = np.zeros((width, _VALUES, width), np.uint8)
    for column in range(width):
        probes[column, :, column] = np.arange(_VALUES)
    found = function(probes)
    decides = (found != found[:, :1]).any(axis=1)
    if decides.sum(axis=0).max() > 1:
        raise ValueError(f"feature {decides.sum(axis=0).argmax()} depends on several columns, so it has no table")
    owners = decides.argmax(axis=0)
    begins = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(owners)]
    return [
        (int(owners[start]), np.ascontiguousarray(found[owners[start], :, start:stop]))
        for start, stop in pairwise(begins)
    ]
