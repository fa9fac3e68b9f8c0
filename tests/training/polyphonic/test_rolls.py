from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.io import savemat

from composer.errors import RequestError
from tests.training.polyphonic.tunes import rolls, write_set
from training.polyphonic.rolls import FILES, load_rolls

if TYPE_CHECKING:
    from pathlib import Path


def test_set_is_read_with_its_splits(tmp_path: Path, rng: np.random.Generator) -> None:
    write_set(tmp_path, FILES["jsb"], rng)

    read = load_rolls(tmp_path, "jsb")

    assert read.splits == ("train", "train", "valid", "valid", "test", "test")
    assert read.starts.tolist() == [0, 14, 24, 38, 48, 62, 72]
    assert read.frames.shape == (72, 88)
    assert read.of("valid") == [2, 3]
    assert read.time[[0, 13, 14, 15]].tolist() == [0, 13, 0, 1]
    assert read.piece_of[[0, 13, 14, 71]].tolist() == [0, 0, 1, 5]


def test_missing_set_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"no benchmark set at .*JSB_Chorales\.mat"):
        load_rolls(tmp_path, "jsb")


def test_file_of_another_form_is_refused(tmp_path: Path) -> None:
    savemat(tmp_path / FILES["jsb"], {"something": np.zeros(3)})
    (tmp_path / FILES["nottingham"]).write_bytes(b"no MATLAB file at all, but long enough to look like one" * 9)

    for name in ("jsb", "nottingham"):
        with pytest.raises(RequestError, match="is not a piano roll of the benchmark"):
            load_rolls(tmp_path, name)


def test_keyboard_is_turned_round(rng: np.random.Generator) -> None:
    music = rolls(rng, keys=5)

    turned = music.from_the_top()

    np.testing.assert_array_equal(turned.frames[:, 0], music.frames[:, 4])
    np.testing.assert_array_equal(turned.from_the_top().frames, music.frames)
