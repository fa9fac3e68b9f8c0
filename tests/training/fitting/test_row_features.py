from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from tests.training.corpora import small_dataset
from training.corpus.batches import Batches
from training.fitting import row_features
from training.fitting.row_features import FeatureTables

if TYPE_CHECKING:
    from pathlib import Path


def test_tables_give_every_value_its_features(tmp_path: Path, rng: np.random.Generator) -> None:
    windows = Batches(small_dataset(tmp_path), {}, seed=1).draw_windows(2, 40)
    windows.rows[1] = rng.integers(256, size=windows.rows[1].shape)

    looked_up = FeatureTables(windows).look_up(windows.rows, windows.classes)

    np.testing.assert_array_equal(keras.ops.convert_to_numpy(looked_up), windows.features())


def test_feature_of_two_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="feature 0 depends on several columns"):
        row_features.find_tables(lambda rows: rows.sum(axis=-1, keepdims=True).astype(np.float32), 2)
