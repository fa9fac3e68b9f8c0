"""Engines, each loaded once."""

from __future__ import annotations

import pytest

from bot.errors import UnknownModel
from bot.worker.loaded_engines import LoadedEngines
from composer import engines
from composer.errors import ModelError
from tests.bot import tiny_model


@pytest.fixture
def loaded(tmp_path):
    for version in (1, 2):
        tiny_model.install(tmp_path, version=version)
    return LoadedEngines(engines.installed(tmp_path))


def test_an_engine_is_loaded_once_and_stays_until_it_is_let_go_of(loaded):
    first, second = loaded.engine("tiny", 1), loaded.engine("tiny", 2)

    loaded.unload_all_but({("tiny", 2)})

    assert loaded.engine("tiny", 2) is second
    assert loaded.engine("tiny", 1) is not first


def test_a_file_that_was_swapped_after_it_was_listed_is_not_loaded_under_its_name(loaded, tmp_path):
    listed = list(loaded.installed.values())
    loaded.install(listed, digests={(one.identity.name, one.identity.version): one.digest() for one in listed})
    kept = loaded.engine("tiny", 1)

    for version in (1, 2):
        tiny_model.install(tmp_path, version=version, noise_seed=9)

    assert loaded.engine("tiny", 1) is kept
    with pytest.raises(ModelError, match=r"tiny-v2\.onnx was swapped for another file"):
        loaded.engine("tiny", 2)


def test_an_engine_that_is_no_longer_installed_is_unknown(loaded):
    loaded.install(one for one in loaded.installed.values() if one.identity.version == 1)

    with pytest.raises(UnknownModel) as refusal:
        loaded.engine("tiny", 2)

    assert (refusal.value.name, refusal.value.nearest) == ("tiny@2", "tiny")
