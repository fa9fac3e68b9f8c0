"""A training run on disk: weights, their moving average, the optimizer and the run's own record."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from composer.errors import MachineError, spell_command
from composer.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import keras
    from numpy.typing import NDArray

    from training.networks.base import Network

RECORD = "run.json"
AVERAGE = "average.npz"
STATE = "state.npz"
BEST = "best.npz"
PART = "best-{}.npy"
"""Files of a run that was carried here, see `training.fitting.carrying`, from number 0 on."""


@dataclass(slots=True, kw_only=True)
class FittingRun:
    """What a run has done so far.

    Attributes:
        configuration: The network's, as `Configuration.to_dict` gives it.
        seed: Seed of the batches and the first weights.
        steps: Optimizer steps.
        tokens: Tokens seen.
        seconds: Time spent training.
        best: Lowest validation loss, bits per note.
        history: (tokens, seconds, training nats per token, validation bits per note) at each check.
    """

    configuration: dict[str, Any]
    seed: int
    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    best: float = float("inf")
    history: list[tuple[int, float, float, float]] = field(default_factory=list)


def save(
    folder: Path, run: FittingRun, *, state: Sequence[NDArray[Any]], average: Sequence[NDArray[Any]], best: bool
) -> None:
    """Write the run into `folder`, which is made; each file appears whole or not at all.

    Args:
        folder: The run's own.
        run: Record of the run, written last.
        state: Weights, then the optimizer's variables.
        average: The moving average of the weights.
        best: Whether `average` is the best so far, and so to be kept as such.

    Raises:
        OutputError: If it cannot be written there.
    """
    _write_arrays(folder / STATE, state)
    _write_arrays(folder / AVERAGE, average)
    if best:
        _write_arrays(folder / BEST, average)
    write_record(folder, run)


def write_record(folder: Path, run: FittingRun) -> None:
    """Write the record alone.

    Raises:
        OutputError: If it cannot be written there.
    """
    write_atomically(folder / RECORD, json.dumps(asdict(run)).encode())


def _write_arrays(path: Path, arrays: Sequence[NDArray[Any]]) -> None:
    buffer = BytesIO()
    np.savez(buffer, *arrays)
    write_atomically(path, buffer.getvalue())


def read_run(folder: Path) -> FittingRun:
    """The record of the run in `folder`.

    Raises:
        MachineError: If there is none or it is damaged.
    """
    try:
        values = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return FittingRun(**{**values, "history": [tuple(row) for row in values["history"]]})
    except OSError:
        raise MachineError(f"no training run in {folder}; start one with: {spell_command('training fit')}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise MachineError(f"{folder / RECORD} is damaged; start again in another folder") from error


def read_arrays(path: Path) -> list[NDArray[Any]]:
    """The arrays of one of the run's files, in order.

    Raises:
        MachineError: If it is not there or damaged.
    """
    try:
        # Opened here, since np.load leaves a file that it cannot read open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return [archive[f"arr_{index}"] for index in range(len(archive.files))]
    except OSError:
        raise MachineError(f"no weights at {path}; train first: {spell_command('training fit')}") from None
    except (ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise MachineError(f"{path} is damaged; start again in another folder") from error


def load_best(folder: Path, network: Network) -> None:
    """Give `network` the weights that did best on the validation set.

    Raises:
        MachineError: If there are none, or they are those of another network.
    """
    variables = network.trainable_variables
    carried = (folder / PART.format(0)).is_file()
    values = _read_parts(folder, variables) if carried else read_arrays(folder / BEST)
    if [value.shape for value in values] != [tuple(variable.shape) for variable in variables]:
        raise MachineError(f"the weights in {folder} are those of another network; train it again")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _read_parts(folder: Path, variables: Sequence[keras.Variable]) -> list[NDArray[np.float32]]:
    """Weights that were carried here in parts, in the shapes of a network's."""
    sizes = [math.prod(variable.shape) for variable in variables]
    parts: list[NDArray[Any]] = []
    have = 0
    try:
        while have < sum(sizes):
            parts.append(np.load(folder / PART.format(len(parts)), allow_pickle=False))
            have += len(parts[-1])
    except OSError:
        raise MachineError(f"{folder / PART.format(len(parts))} is missing; carry all parts here") from None
    except (ValueError, TypeError, EOFError) as error:
        raise MachineError(f"{folder / PART.format(len(parts))} is damaged; carry it here again") from error
    flat = np.concatenate(parts).astype(np.float32)
    cut = np.split(flat, np.cumsum(sizes))
    if len(cut.pop()):
        raise MachineError(f"the weights in {folder} are those of another network; train it again")
    return [values.reshape(variable.shape) for values, variable in zip(cut, variables, strict=True)]
