from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.models import loading
from composer.music.intervals import INTERVALS, LARGEST_INTERVAL
from tests.training.corpora import small_dataset
from tests.training.small import TINY
from training.__main__ import main
from training.calibration import fit_tilts
from training.corpus import dataset
from training.export.onnx_export import export_network
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.loading import Model
    from training.corpus.dataset import Dataset


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_dataset(tmp_path_factory.mktemp("corpus"), {f"{name}.mid": "train" for name in "abcd"})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tmp_path_factory.mktemp("weights") / "wavenet-v1.onnx"
    export_network(
        build_network(configuration_from(TINY)), path, {"name": "wavenet", "version": 1, "styles": ("salon", "piano")}
    )
    return loading.load(path)


def test_tilted_melodies_move_more_like_peoples(data: Dataset, model: Model) -> None:
    found = fit_tilts.fit_tilts(model, data, sections=2, candidates=4)

    assert set(found) == {"piano", "salon"}
    for (kind,) in found.values():
        before, after = (float(np.abs(kind.people - each).sum()) for each in (kind.before, kind.after))
        assert after < 0.7 * before
        assert max(map(abs, kind.tilt)) <= fit_tilts.FARTHEST


def test_no_melody_is_to_repeat_more_than_it_does_by_itself() -> None:
    people = np.zeros(len(INTERVALS))
    people[[LARGEST_INTERVAL, LARGEST_INTERVAL + 2, LARGEST_INTERVAL - 2]] = 0.7, 0.2, 0.1

    assert fit_tilts.repeating_at_most(people, 0.8) == pytest.approx(people)
    wanted = fit_tilts.repeating_at_most(people, 0.1)
    assert wanted[LARGEST_INTERVAL] == pytest.approx(0.1)
    assert wanted[LARGEST_INTERVAL + 2] == pytest.approx(0.6)
    assert wanted.sum() == pytest.approx(1)


def test_styles_without_a_melody_get_no_tilt(data: Dataset, model: Model) -> None:
    silent = replace(data, entries=tuple(replace(entry, style="song") for entry in data.entries))

    assert fit_tilts.fit_tilts(model, silent, sections=1, candidates=1) == {}


def test_command_puts_the_tilts_into_the_card(
    data: Dataset, model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.save(data, tmp_path / "prepared")
    path = tmp_path / "wavenet-v1.onnx"
    path.write_bytes(model.path.read_bytes())
    options = ["fit-tilts", "--model", str(path), "--data", str(tmp_path / "prepared"), "--sections", "1"]

    assert main([*options, "--candidates", "2", "--dry-run"]) == 0
    assert path.read_bytes() == model.path.read_bytes()
    assert main([*options, "--candidates", "2", "--recall", "0.5"]) == 0

    assert "salon" in capsys.readouterr().out
    card = loading.read_card(path)
    tilts = card.choosing.tilts
    assert card.choosing.recall == 0.5
    assert set(tilts) == {"piano", "salon"}
    assert all(len(tilt) == len(INTERVALS) for kinds in tilts.values() for tilt in kinds)
