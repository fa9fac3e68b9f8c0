from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer.compose import compose
from composer.decoding.network_engine import NetworkEngine
from composer.errors import RequestError
from composer.models import loading
from composer.models.card import changed
from composer.models.choosing import EVERY_STYLE, carried_on
from composer.request import Request
from tests.training.corpora import make_set, small_dataset
from tests.training.small import TINY
from training.__main__ import main
from training.calibration import paired_halves, paired_pieces
from training.corpus import dataset
from training.corpus.style_profiles import measure_profiles
from training.export.model_file import change_card
from training.export.onnx_export import export_network
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from composer.models.loading import Model
    from training.corpus.dataset import Dataset

PIECES = {**{f"{name}.mid": "train" for name in "abcd"}, **{f"{name}.mid": "valid" for name in "efghij"}}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_dataset(tmp_path_factory.mktemp("corpus"), PIECES)


@pytest.fixture(scope="module")
def model(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Its weights are random, but it knows what is usual, and that much else is possible."""
    path = tmp_path_factory.mktemp("weights") / "wavenet-v1.onnx"
    usual = {
        style: {name: (mean, deviation + 5) for name, (mean, deviation) in measures.items()}
        for style, measures in measure_profiles(data).items()
    }
    card = {"name": "wavenet", "version": 1, "styles": ("salon", "piano"), "profiles": usual}
    export_network(build_network(configuration_from(TINY)), path, card)
    return loading.load(path)


def test_a_model_composes_beside_every_piece_that_was_asked_for(data: Dataset, model: Model) -> None:
    found = paired_pieces.compose_pairs(model, data, sections=5, candidates=2)

    assert len({example.piece for example in found}) == 5
    assert {example.piece for example in found} <= {entry.name for entry in data.of("valid")}
    for example in found:
        assert len(example.candidates) == 2
        assert all(set(own) == set(example.human) for own in example.candidates)
        assert example.candidates[0] != example.candidates[1]


def test_the_seed_decides_which_pieces_and_candidates(data: Dataset, model: Model) -> None:
    one, same, other = (
        paired_pieces.compose_pairs(model, data, sections=5, candidates=1, seed=seed) for seed in (1, 1, 2)
    )

    assert one == same
    assert one != other


def test_styles_are_taken_evenly(data: Dataset, model: Model) -> None:
    styles = iter(("salon", "salon", "salon", "salon", "piano", "song"))
    entries = tuple(replace(entry, style=next(styles)) if entry.split == "valid" else entry for entry in data.entries)
    mixed = replace(data, entries=entries)

    found = paired_pieces.compose_pairs(model, mixed, sections=5, candidates=1)

    names = {entry.name: entry.style for entry in mixed.of("valid")}
    assert sorted(names[example.piece] for example in found) == ["piano", "salon", "salon", "salon", "salon"]


def test_too_few_pieces_are_refused(data: Dataset, model: Model) -> None:
    with pytest.raises(RequestError, match="fewer than 5 held-out pieces of wavenet's styles"):
        paired_pieces.compose_pairs(model, data, sections=4, candidates=1)


def test_command_puts_the_weights_into_the_card(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_set(tmp_path / "corpus", "polish-scores-piano", PIECES)
    dataset.save(small_dataset(tmp_path / "corpus", PIECES), tmp_path / "prepared")
    path = tmp_path / "wavenet-v1.onnx"
    path.write_bytes(model.path.read_bytes())
    options = ["fit-ranking", "--model", str(path), "--data", str(tmp_path / "prepared"), "--candidates", "2"]

    assert main([*options, "--dry-run"]) == 0
    assert path.read_bytes() == model.path.read_bytes()
    assert main(options) == 0

    assert "6 stretches of people's pieces, 2 candidates beside each" in capsys.readouterr().out
    card = loading.read_card(path)
    assert card.choosing.candidates == 2
    assert card.choosing.profiles == model.card.choosing.profiles
    assert set(card.choosing.ranking) == {EVERY_STYLE}
    assert set(card.choosing.ranking_of("salon")) <= set(card.choosing.profiles["salon"])
    assert {"density", "groove"} <= set(card.choosing.ranking_of("salon"))


def test_command_fits_what_goes_on_from_first_halves_beside_the_rest(
    data: Dataset, model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.save(data, tmp_path / "prepared")
    path = tmp_path / "wavenet-v1.onnx"
    path.write_bytes(model.path.read_bytes())
    change_card(path, ranking={"salon": {"groove": (1.0, 0.0)}})
    options = ["fit-ranking", "--model", str(path), "--data", str(tmp_path / "prepared"), "--candidates", "2"]

    assert main([*options, "--carried-on"]) == 2
    assert "fewer than 1 train pieces for piano of 16 bars" in capsys.readouterr().err
    monkeypatch.setattr(paired_halves, "FEWEST_BARS", 12)
    monkeypatch.setattr(paired_halves, "UNWEIGHED", frozenset({"dynamics"}))  # these pieces differ in hardly more
    assert main([*options, "--carried-on"]) == 0

    assert "6 stretches of people's pieces, 2 candidates beside each" in capsys.readouterr().out
    choosing = loading.read_card(path).choosing
    assert choosing.ranking_of("salon") == {"groove": (1.0, 0.0)}
    assert set(choosing.ranking) == {"salon", carried_on("salon"), carried_on("piano")}
    profile = choosing.profile_of("salon", goes_on=True)
    assert set(choosing.ranking_of("salon", goes_on=True)) <= set(profile) - paired_halves.UNWEIGHED
    assert set(choosing.following_of("salon")) == set(profile)


def test_second_halves_are_expected_as_far_from_the_mean_as_the_first_ones_foretell(rng: np.random.Generator) -> None:
    firsts = rng.normal(3.0, 2.0, 2000)
    pairs = [
        ({"density": first, "groove": 0.5}, {"density": 1 + first / 2 + rng.normal(0, 0.3), "groove": rng.normal()})
        for first in firsts
    ]

    usual = paired_halves.find_usual(pairs)

    assert usual.following == {"density": pytest.approx(0.5, abs=0.02), "groove": 0.0}
    mean, left = usual.profile["density"]
    assert mean == pytest.approx(2.5, abs=0.1)
    assert left == pytest.approx(0.3, abs=0.02)
    near, far = (usual.distances_after({"density": first}, {"density": 4.5})["density"] for first in (6.5, 2.5))
    assert abs(near) < 0.5 < far


def test_command_finds_out_what_is_usual_in_a_measure_that_the_card_lacks(
    data: Dataset, model: Model, tmp_path: Path
) -> None:
    dataset.save(data, tmp_path / "prepared")
    path = tmp_path / "wavenet-v1.onnx"
    path.write_bytes(model.path.read_bytes())
    known = {style: dict(measures) for style, measures in model.card.choosing.profiles.items()}
    for measures in known.values():
        del measures["groove"]
    change_card(path, profiles=known)

    assert main(["fit-ranking", "--model", str(path), "--data", str(tmp_path / "prepared"), "--candidates", "1"]) == 0

    assert loading.read_card(path).choosing.profiles["salon"] == {
        **known["salon"],
        "groove": measure_profiles(data)["salon"]["groove"],
    }


def test_command_puts_the_recall_into_the_card(
    data: Dataset, model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.save(data, tmp_path / "prepared")
    path = tmp_path / "wavenet-v1.onnx"
    path.write_bytes(model.path.read_bytes())
    options = ["fit-recall", "--model", str(path), "--data", str(tmp_path / "prepared"), "--sections", "5"]

    assert main([*options, "--candidates", "1", "--dry-run"]) == 0
    assert path.read_bytes() == model.path.read_bytes()
    assert main([*options, "--candidates", "1"]) == 0

    said = f"nearest to people's: {loading.read_card(path).choosing.recall:.2f}"
    assert said in capsys.readouterr().out


def test_weights_in_the_card_choose_the_piece(model: Model) -> None:
    densities = []
    for sign in (1, -1):
        weighed = replace(model, card=changed(model.card, ranking={EVERY_STYLE: {"density": (2000.0 * sign, 0.0)}}))
        composition = compose(Request(seconds=10, style="salon", candidates=6), NetworkEngine(weighed))
        densities.append(composition.measures["density"])

    assert densities[0] < densities[1]
