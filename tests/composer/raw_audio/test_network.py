"""Networks over samples: what a file draws, and when it is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from composer.errors import ModelError
from composer.raw_audio.engine import RAW_AUDIO_ENGINES
from composer.raw_audio.network import load, load_kept
from composer.tutorial.engine import TUTORIAL_ENGINES

SOME = 600
PATHS = {engine.identity.name: engine.path for engine in RAW_AUDIO_ENGINES}


@pytest.fixture(scope="module", params=PATHS)
def network(request):
    return load(PATHS[request.param])


def test_equal_seeds_draw_equal_samples_and_a_longer_dream_begins_alike(network):
    first, again = (network.dream(SOME, np.random.default_rng(7)) for _ in range(2))
    longer = network.dream(SOME + 300, np.random.default_rng(7))
    other = network.dream(SOME, np.random.default_rng(8))

    assert first.tolist() == again.tolist() == longer[:SOME].tolist()
    assert first.tolist() != other.tolist()


def test_it_does_not_stick_to_one_value(network):
    assert len(set(network.dream(2 * SOME, np.random.default_rng(1)).tolist())) > 20


def test_what_progress_raises_ends_the_dream(network):
    told: list[int] = []

    def stop(drawn: int) -> None:
        told.append(drawn)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        network.dream(SOME, np.random.default_rng(1), stop)
    assert told == [network.card.block]


@pytest.mark.parametrize("engine", RAW_AUDIO_ENGINES, ids=lambda engine: engine.identity.name)
def test_the_shipped_files_are_small_and_say_what_they_are(engine):
    card = load(engine.path).card

    assert engine.path.stat().st_size < 2_000_000
    assert engine.identity.name == f"audio-{card.kind}-raw"
    assert card.trained_on == engine.identity.trained_on
    assert card.bits_per_sample is not None


def test_a_file_that_was_replaced_dreams_as_it_is_now(tmp_path):
    for path in PATHS.values():
        shutil.copyfile(path, tmp_path / "rain.raw.onnx")

        assert load_kept(tmp_path / "rain.raw.onnx").card == load(path).card


def test_another_file_is_refused(tmp_path):
    other = Path(shutil.copy(TUTORIAL_ENGINES[0].path, tmp_path / "other.onnx"))

    with pytest.raises(ModelError, match="not that of a network over samples"):
        load(other)
