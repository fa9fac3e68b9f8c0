from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from composer.errors import MachineError
from tests.training import small
from training.fitting import carrying, checkpoint
from training.fitting.checkpoint import FittingRun

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[NDArray[np.float32]]:
    """Weights of a small network, carried in several parts."""
    monkeypatch.setattr(carrying, "VALUES_A_FILE", 1000)
    made = [np.array(weight) for weight in small.network("wavenet").get_weights()]
    carrying.write_parts(tmp_path, FittingRun(configuration=small.configuration("wavenet"), seed=1, steps=7), made)
    return made


def test_carried_weights_are_those_that_were_best_but_for_the_bits_given_up(
    weights: list[NDArray[np.float32]], tmp_path: Path
) -> None:
    network = small.network("wavenet")
    network.set_weights([weight * 0 for weight in weights])

    checkpoint.load_best(tmp_path, network)

    assert checkpoint.read_run(tmp_path).steps == 7
    assert len(list(tmp_path.glob("best-*.npy"))) > 2
    for found, carried in zip(network.trainable_variables, weights, strict=True):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(found), carried, rtol=1e-3, atol=1e-6)


@pytest.mark.usefixtures("weights")
def test_part_that_was_left_behind_is_named(tmp_path: Path) -> None:
    (tmp_path / "best-1.npy").unlink()

    with pytest.raises(MachineError, match=r"best-1.npy is missing; carry all parts here"):
        checkpoint.load_best(tmp_path, small.network("wavenet"))


@pytest.mark.usefixtures("weights")
def test_carried_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"those of another network|is missing"):
        checkpoint.load_best(tmp_path, small.network("lstm"))
