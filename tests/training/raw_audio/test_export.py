"""Files of networks over samples draw as Keras's networks would."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from composer.errors import MachineError
from composer.raw_audio.network import RawAudioCard
from training.raw_audio import export
from training.raw_audio.networks import RawAudioSizes, build_network

SMALL = RawAudioSizes(width=4, head=8)


def card_of(kind):
    return RawAudioCard(
        kind=kind,
        block=export.BLOCKS[kind],
        parameters=0,
        trained_on=(),
        seconds=0,
        samples=0,
        bits_per_sample=None,
        linear_bits=None,
        seed=0,
    )


@pytest.mark.parametrize("kind", export.BLOCKS)
def test_a_file_draws_what_its_network_finds_likely(kind, tmp_path):
    keras.utils.set_random_seed(1)
    network = build_network(kind, SMALL)

    export.export_network(network, card_of(kind), tmp_path / "network.onnx")

    # Another network's file is far from this one's shares.
    other = build_network(kind, SMALL)
    other.set_weights([4 * weight + 0.1 for weight in other.get_weights()])
    assert export.largest_miss(other, tmp_path / "network.onnx") > export.TOLERANCE


@pytest.mark.parametrize("kind", export.BLOCKS)
def test_no_logit_knows_what_comes(kind):
    network = build_network(kind, SMALL)
    levels = np.random.default_rng(0).integers(0, 256, (1, 80)).astype(np.int32)
    changed = levels.copy()
    changed[:, 50:] = 255 - changed[:, 50:]

    before, after = (np.asarray(network(one)) for one in (levels, changed))

    assert np.abs(before[:, :50] - after[:, :50]).max() < 1e-5
    assert np.abs(before[:, 50:] - after[:, 50:]).max() > 1e-5


def test_a_file_that_would_draw_otherwise_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "largest_miss", lambda _network, _path: 0.1)

    with pytest.raises(MachineError, match=r"off by 0\.1"):
        export.export_network(build_network("lstm", SMALL), card_of("lstm"), tmp_path / "network.onnx")
