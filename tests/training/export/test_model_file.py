from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import ModelError
from composer.models import loading
from composer.models.card import changed
from composer.models.network_spec import FixtureCost
from composer.models.runner import ModelRunner
from tests.composer import handmade
from training.export.model_file import change_card

if TYPE_CHECKING:
    from pathlib import Path


def test_another_card_leaves_the_weights_alone(tmp_path: Path) -> None:
    path = handmade.install(tmp_path)
    before = loading.read_card(path)

    written = change_card(path, fixture_cost=FixtureCost("0123", 5.5))

    model = loading.load(path)
    assert model.card == written == changed(before, fixture_cost=FixtureCost("0123", 5.5))
    decoder, nothing = ModelRunner(model, 1), np.zeros((1, handmade.FEATURE_WIDTH), np.float32)
    assert [decoder.step(np.array([token], np.int32), nothing).tolist() for token in (7, 8)] == [[[0.0]], [[7.0]]]


def test_a_damaged_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = handmade.install(tmp_path)
    damaged = path.read_bytes()[:-20]
    path.write_bytes(damaged)

    with pytest.raises(ModelError, match="damaged"):
        change_card(path, licence="MIT")

    assert path.read_bytes() == damaged
