"""The best weights of a run in half precision, cut into files that may be carried where large ones may not.

Exported weights have 8 bits, so nothing of what is composed is lost with the 16 that are given up.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.files import write_atomically
from training.fitting import checkpoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.fitting.checkpoint import FittingRun

VALUES_A_FILE = 8_000_000
"""Weights of two bytes in one file."""


def write_parts(folder: Path, run: FittingRun, weights: Sequence[NDArray[Any]]) -> None:
    """Write a run without what it takes to go on with it.

    Args:
        folder: Where the files go, the run's record last.
        run: The run.
        weights: Its best weights.

    Raises:
        OutputError: If they cannot be written there.
    """
    values = np.concatenate([weight.ravel() for weight in weights]).astype(np.float16)
    for number, start in enumerate(range(0, len(values), VALUES_A_FILE)):
        buffer = io.BytesIO()
        np.save(buffer, values[start : start + VALUES_A_FILE])
        write_atomically(folder / checkpoint.PART.format(number), buffer.getvalue())
    checkpoint.write_record(folder, run)
