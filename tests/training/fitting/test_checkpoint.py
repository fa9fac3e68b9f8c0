from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import MachineError, OutputError
from tests.training import small
from training.fitting import checkpoint
from training.fitting.checkpoint import AVERAGE, BEST, RECORD, STATE, FittingRun

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def arrays(value: float, count: int = 12) -> list[NDArray[np.float32]]:
    """More than ten, so that their order is not that of their names."""
    return [np.full((index + 1,), value + index, np.float32) for index in range(count)]


def run() -> FittingRun:
    return FittingRun(configuration=small.configuration("wavenet"), seed=3)


def save(folder: Path, of: FittingRun, *, value: float = 0, best: bool = False) -> None:
    checkpoint.save(folder, of, state=arrays(value), average=arrays(value + 0.5), best=best)


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    kept = run()
    kept.steps, kept.best = 5, 17.5
    kept.history.append((1000, 12.0, 1.5, 17.5))

    save(tmp_path / "new" / "run", kept)

    folder = tmp_path / "new" / "run"
    assert checkpoint.read_run(folder) == kept
    for read, saved in zip(checkpoint.read_arrays(folder / STATE), arrays(0), strict=True):
        np.testing.assert_array_equal(read, saved)
    assert checkpoint.read_arrays(folder / AVERAGE)[11][0] == 11.5


def test_run_that_was_never_measured_is_read(tmp_path: Path) -> None:
    save(tmp_path, run())

    assert checkpoint.read_run(tmp_path).best == float("inf")


def test_best_weights_stay_when_later_ones_are_worse(tmp_path: Path) -> None:
    save(tmp_path, run(), value=1, best=True)
    save(tmp_path, run(), value=2, best=False)

    assert checkpoint.read_arrays(tmp_path / BEST)[0][0] == 1.5
    assert checkpoint.read_arrays(tmp_path / AVERAGE)[0][0] == 2.5


def test_nothing_but_the_runs_files_is_left(tmp_path: Path) -> None:
    save(tmp_path, run(), best=True)
    save(tmp_path, run(), best=True)

    assert {path.name for path in tmp_path.iterdir()} == {RECORD, STATE, AVERAGE, BEST}


def test_network_takes_its_best_weights(tmp_path: Path) -> None:
    network, other = small.network("wavenet"), small.network("wavenet")
    weights = [np.asarray(variable) + 1 for variable in network.trainable_variables]
    checkpoint.save(tmp_path, run(), state=[], average=weights, best=True)

    checkpoint.load_best(tmp_path, other)

    for variable, weight in zip(other.trainable_variables, weights, strict=True):
        np.testing.assert_array_equal(np.asarray(variable), weight)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    save(tmp_path, run(), best=True)

    with pytest.raises(MachineError, match="those of another network"):
        checkpoint.load_best(tmp_path, small.network("wavenet"))


def test_missing_run_is_named_with_the_command_that_starts_one(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"no training run in .*; start one with: .*-m training fit"):
        checkpoint.read_run(tmp_path)
    with pytest.raises(MachineError, match=r"no weights at .*best.npz"):
        checkpoint.load_best(tmp_path, small.network("wavenet"))


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", json.dumps({"history": [], "colour": "red"})])
def test_damaged_record_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)

    with pytest.raises(MachineError, match=r"run.json is damaged"):
        checkpoint.read_run(tmp_path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut off", b"\x80\x04 pickled"])
def test_damaged_weights_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / BEST).write_bytes(data)

    with pytest.raises(MachineError, match=r"best.npz is damaged"):
        checkpoint.read_arrays(tmp_path / BEST)


def test_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match=r"cannot write .*file"):
        save(tmp_path / "file", run())
