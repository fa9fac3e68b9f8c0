"""Models, each loaded once."""

from __future__ import annotations

import pytest

from bot.errors import UnknownModel
from bot.pipeline.loaded_models import LoadedModels
from composer.models import loading
from tests.bot import tiny_model


@pytest.fixture
def models(tmp_path):
    for version in (1, 2):
        tiny_model.install(tmp_path, version=version)
    return LoadedModels(loading.installed(tmp_path))


def test_a_model_is_loaded_once_and_stays_until_it_is_let_go_of(models):
    first, second = models.model("tiny", 1), models.model("tiny", 2)

    models.unload_all_but({("tiny", 2)})

    assert models.model("tiny", 2) is second
    assert models.model("tiny", 1) is not first


def test_a_model_that_is_no_longer_installed_is_unknown(models):
    models.install(card for card in models.cards.values() if card.identity.version == 1)

    with pytest.raises(UnknownModel) as refusal:
        models.model("tiny", 2)

    assert (refusal.value.name, refusal.value.nearest) == ("tiny@2", "tiny")
