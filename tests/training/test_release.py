from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from composer.compose import compose
from composer.decoding.network_engine import NetworkEngine
from composer.models import loading
from composer.models.identity import Source
from composer.request import Request
from tests.training.corpora import small_dataset
from tests.training.small import TINY
from training.corpus.style_profiles import measure_profiles, score_of
from training.evaluation import bits_per_note
from training.fitting.fit import fit_network
from training.fitting.plan import TrainingPlan
from training.release import known_styles, release_model, training_sources

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset

CONFIGURATION = {**TINY, "dropout": 0.1}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    splits = {f"{name}.mid": "train" for name in "abcdefghijklmnopqrstu"}
    return small_dataset(tmp_path_factory.mktemp("corpus"), {**splits, "x.mid": "valid", "y.mid": "test"})


@pytest.fixture(scope="module")
def released(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("run")
    fit_network(data, CONFIGURATION, TrainingPlan(tokens=2000, batch=2, time=64), folder=folder)
    told = release_model(folder, data, out=folder / "models", name=None, version=3, licence="CC0")
    return folder / "models" / "wavenet-v3.onnx", told


def test_a_released_model_composes(released: tuple[Path, list[str]]) -> None:
    engine = NetworkEngine(loading.load(released[0]))

    composition = compose(Request(seconds=5, candidates=1), engine)

    assert composition.settings["model"] == "wavenet@3"


def test_without_a_version_it_follows_the_newest_there(data: Dataset, released: tuple[Path, list[str]]) -> None:
    run, out = released[0].parent.parent, released[0].parent

    release_model(run, data, out=out, name=None, version=None, licence="CC0")

    assert loading.versions("wavenet", out) == [3, 4]
    assert loading.read_card(out / "wavenet-v4.onnx").identity.version == 4


def test_its_card_tells_what_it_learned_from(released: tuple[Path, list[str]], data: Dataset) -> None:
    card = loading.read_card(released[0])

    assert card.identity.trained_on == (Source("polish-scores-piano", "CC0-1.0"),)
    assert card.identity.styles == ("piano", "salon")
    assert set(card.choosing.profiles) == {"piano", "salon"}
    assert card.identity.licence == "CC0"
    assert card.network.tokens_seen >= 2000
    assert card.network.bits_per_note == pytest.approx(
        bits_per_note.of_model(loading.load(released[0]), data, data.of("test")).per_note, rel=0.02
    )


def test_what_quantisation_costs_is_told(released: tuple[Path, list[str]]) -> None:
    assert any("8-bit against float32" in line for line in released[1])
    assert any("bits a note" in line and "%" in line for line in released[1])


def test_a_profile_is_what_is_usual(data: Dataset) -> None:
    mean, deviation = measure_profiles(data)["piano"]["density"]

    densities = [entry.notes / entry.bars / 4 for entry in data.of("train")]
    assert min(densities) <= mean <= max(densities)
    assert deviation >= 0


def test_a_stretch_is_the_end_of_its_section(data: Dataset) -> None:
    entry = data.entries[0]
    whole, end = score_of(data, entry), score_of(data, entry, bars=4)

    assert (whole.bars, end.bars) == (entry.bars, 4)
    assert [note.pitch for note in end.notes] == [note.pitch for note in whole.notes][-len(end.notes) :]


def test_sources_and_styles_are_those_of_the_training_split(data: Dataset) -> None:
    assert training_sources(data) == (("polish-scores-piano", "CC0-1.0"),)
    assert known_styles(data) == ("piano", "salon")
