from __future__ import annotations

from itertools import product

import keras
import numpy as np
import pytest

from tests.training.polyphonic.tunes import rolls, table
from tests.training.small import SIZES
from training.networks.registry import NETWORKS
from training.polyphonic import batches
from training.polyphonic.fitting import per_frame, step_likelihoods
from training.polyphonic.model import Copyist
from training.polyphonic.rolls import PianoRolls

KEYS = 4


def copyist(architecture: str, *, classes: int) -> Copyist:
    keras.utils.set_random_seed(1)
    made = Copyist({"architecture": architecture, **SIZES[architecture]}, classes=classes, masked=0.2)
    rng = np.random.default_rng(1)
    made.set_weights([weight + rng.normal(scale=0.1, size=weight.shape) for weight in made.get_weights()])
    return made


@pytest.mark.parametrize("architecture", NETWORKS)
@pytest.mark.parametrize("serial", [True, False])
def test_probabilities_of_all_frames_sum_to_one(rng: np.random.Generator, architecture: str, *, serial: bool) -> None:
    music = rolls(rng, keys=KEYS, lengths=(9, 8, 7, 6))
    model = copyist(architecture, classes=2 * KEYS)
    total = 0.0
    for notes in product((False, True), repeat=KEYS):
        frames = music.frames.copy()
        frames[-1] = notes
        data = table(PianoRolls(frames=frames, starts=music.starts, splits=music.splits), serial=serial)
        its = np.flatnonzero(data.steps.frame[data.steps.starts[3] :] == len(frames) - 1)

        total += float(np.exp(-step_likelihoods(model, data, [3])[its].sum()))

    assert total == pytest.approx(1.0, abs=1e-5)


def test_gate_adds_to_the_class_that_its_source_points_at(rng: np.random.Generator) -> None:
    data = table(rolls(rng, keys=KEYS, lengths=(9, 8, 7, 6)), serial=True)
    batch = batches.cut_window(data, np.arange(20)[None])
    model = copyist("wavenet", classes=data.classes)
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    bias = model.network.head.logits.bias
    bias.assign(np.eye(bias.shape[0])[data.classes] * 3.0)

    logits = np.asarray(keras.ops.convert_to_numpy(model(batch.inputs)))

    pointed = batch.pointers[..., 0, :].astype(np.float32)
    assert pointed.any()
    np.testing.assert_allclose(logits[batch.valid], 3.0 * pointed[batch.valid], rtol=1e-6)
    assert (logits[~batch.valid] < -1e8).all()


def test_measure_counts_all_frames_but_each_first(rng: np.random.Generator) -> None:
    data = table(rolls(rng, keys=KEYS, lengths=(9, 8, 7, 6)), serial=False)

    told = np.ones((11, 2 * KEYS), np.float32)

    assert per_frame(told, data, [2, 3]) == pytest.approx(11 * 8 / (6 + 5))


def test_likelihoods_come_in_the_order_of_the_table(rng: np.random.Generator) -> None:
    data = table(rolls(rng, keys=KEYS, lengths=(9, 8, 12, 6)), serial=True)
    model = copyist("wavenet", classes=data.classes)

    together = step_likelihoods(model, data, [2, 3])

    alone = np.concatenate([step_likelihoods(model, data, [piece]) for piece in (2, 3)])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)
