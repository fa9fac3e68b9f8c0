from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer.errors import RequestError
from composer.models import loading
from tests.training.corpora import make_set, small_dataset
from tests.training.small import TINY
from training.__main__ import main
from training.corpus import dataset
from training.evaluation import against_ngrams
from training.export.onnx_export import export_random
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset

PIECES = {"a.mid": "train", "b.mid": "train", "c.mid": "test", "d.mid": "test", "e.mid": "test"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    make_set(folder, "polish-scores-piano", PIECES)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Three held-out sections: one of a song, two of piano music of different kinds."""
    made = small_dataset(tmp_path_factory.mktemp("prepared"), PIECES)
    styles = dict(zip([entry.name for entry in made.of("test")], ("song", "salon", "baroque"), strict=True))
    return replace(made, entries=tuple(replace(entry, style=styles.get(entry.name, "salon")) for entry in made.entries))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_random(build_network(configuration_from(TINY)), tmp_path_factory.mktemp("weights")).card.path


def test_styles_are_measured_apart_and_kinds_of_piano_music_together(data: Dataset, file: Path) -> None:
    measured = against_ngrams.measure_against_ngrams(loading.load(file), data)

    assert [(row.style, row.sections) for row in measured.rows] == [("piano", 2), ("song", 1), ("all", 3)]
    notes = [row.model.notes for row in measured.rows]
    assert notes[0] + notes[1] == notes[2] == sum(entry.notes for entry in data.of("test"))
    assert all(bits.notes == row.model.notes for row in measured.rows for bits in row.ngrams.values())


def test_a_model_is_held_against_the_best_ngram_from_order_three_on(data: Dataset, file: Path) -> None:
    row = against_ngrams.measure_against_ngrams(loading.load(file), data).rows[-1]

    best = min(bits.per_note for name, bits in row.ngrams.items() if int(name[-1]) >= 3)
    assert row.ngrams[row.best].per_note == best
    assert row.below == pytest.approx(100 * (best - row.model.per_note) / best)
    assert row.model.pitch < row.model.per_note


def test_a_budget_measures_sections_spread_over_the_split(data: Dataset, file: Path) -> None:
    few = against_ngrams.measure_against_ngrams(loading.load(file), data, tokens=2 * data.of("test")[0].length)

    assert (few.rows[-1].sections, few.sections) == (2, 3)
    assert against_ngrams.spread_sections(data.of("test"), 1) == [data.of("test")[0]]
    assert against_ngrams.spread_sections(data.of("test"), 10**9) == list(data.of("test"))


def test_corpus_without_a_held_out_split_is_refused(tmp_path: Path, file: Path) -> None:
    only_train = small_dataset(tmp_path, {"a.mid": "train"})

    with pytest.raises(RequestError, match="lacks a test or a train split"):
        against_ngrams.measure_against_ngrams(loading.load(file), only_train)


def test_command_prints_a_table_and_writes_its_figures(
    corpus: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["prepare", "--corpus", str(corpus), "--out", str(tmp_path / "prepared"), "--workers", "1"])
    written = tmp_path / "figures.json"
    options = ["evaluate", "--model", str(file), "--corpus", str(tmp_path / "prepared"), "--json", str(written)]

    status = main(options)

    assert status == 0
    table = capsys.readouterr().out.splitlines()
    figures = json.loads(written.read_text())
    row = figures["rows"]["all"]
    told = next(line.split(" | ") for line in table if line.startswith("| all"))
    assert told[3:5] == [f"{row['model']['per_note']:.3f}", f"{row['model']['pitch']:.3f}"]
    assert len([line for line in table if line.startswith(("| 1", "| 2", "| 3", "| 4", "| 5", "| 6"))]) == 6
    assert figures["model"] == "wavenet@1"
    counted = {f"{name} {order}" for name in ("Witten-Bell", "Kneser-Ney") for order in range(1, 7)}
    assert set(row["ngrams"]) == {*counted, against_ngrams.WITH_PIECE}


def test_raw_corpus_is_prepared_first(corpus: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["evaluate", "--model", str(file), "--corpus", str(corpus), "--tokens", "100"])

    assert status == 0
    assert "on 1 of 3 sections" in capsys.readouterr().out
    assert not (corpus / dataset.MANIFEST).exists()


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (["--corpus", "nowhere"], "no corpus at nowhere"),
        (["--model", "wavnet"], "Did you mean `wavenet`?"),
        (["--model", "nowhere.onnx"], "no model file at nowhere.onnx"),
    ],
)
def test_what_is_not_there_gets_one_sentence(
    option: list[str], sentence: str, corpus: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--corpus", str(corpus), "--model", str(file), *option]) != 0

    assert sentence in capsys.readouterr().err
