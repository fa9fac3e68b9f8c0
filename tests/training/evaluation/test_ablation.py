from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.training.corpora import small_dataset
from training.__main__ import main
from training.corpus import dataset
from training.evaluation import ablation
from training.evaluation.ablation import AS_SHIPPED, ROWS

if TYPE_CHECKING:
    from pathlib import Path

SPLITS = {f"{name}.mid": split for split, names in (("train", "abcdef"), ("valid", "gh")) for name in names}
SMALL = ("--tokens", "1.6e4", "--width", "8", "--depth", "2")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    dataset.save(small_dataset(folder / "music", SPLITS), folder / "prepared")
    return folder / "prepared"


def ablate(corpus: Path, out: Path, *words: str) -> int:
    return main(["ablate", "--data", str(corpus), "--out", str(out), *SMALL, *words])


def test_every_row_is_measured_and_told_beside_the_shipped_one(corpus, tmp_path, capsys):
    status = ablate(corpus, tmp_path / "out", "--json", str(tmp_path / "figures.json"))

    lines = capsys.readouterr().out.splitlines()
    figures = {row["row"]: row for row in json.loads((tmp_path / "figures.json").read_text())}
    assert status == 0
    assert [line.split(" | ")[0].strip("| ") for line in lines[2 : 2 + len(ROWS)]] == list(ROWS)
    assert "| +0.0 % |" in lines[2]
    assert list(figures) == list(ROWS)
    assert all(0 < row["pitch"] < row["bits_per_note"] < 60 for row in figures.values())
    assert {row["tokens"] for row in figures.values()} == {16384}
    assert len({row["bits_per_note"] for row in figures.values()}) >= len(ROWS) - 1


def test_a_row_by_itself_joins_those_that_were_measured_before(corpus, tmp_path, capsys, monkeypatch):
    ablate(corpus, tmp_path, "--rows", "no-lags")
    monkeypatch.setattr(ablation, "ROWS", {**ROWS, "no-lags": None})
    monkeypatch.setattr(ablation, "format_table", lambda found: " ".join(row.row for row in found))
    capsys.readouterr()

    status = ablate(corpus, tmp_path, "--rows", AS_SHIPPED, "no-lags")

    assert status == 0
    assert capsys.readouterr().out.split() == [AS_SHIPPED, "no-lags"]


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("--rows", "no-notes"), 2, "I don't know a row called `no-notes`"),
        (("--corpus-tokens", "0"), 2, "must be at least 1"),
        (("--data", "nowhere"), 1, "no prepared corpus in nowhere"),
    ],
)
def test_mistake_gets_one_sentence(corpus, tmp_path, capsys, words, status, sentence):
    assert ablate(corpus, tmp_path, *words) == status

    assert sentence in capsys.readouterr().err


def test_rows_of_other_settings_are_not_mixed(corpus, tmp_path, capsys):
    ablate(corpus, tmp_path, "--rows", AS_SHIPPED)

    status = ablate(corpus, tmp_path, "--rows", AS_SHIPPED, "--seed", "2")

    assert status == 2
    assert "name another folder with --out" in capsys.readouterr().err


def test_a_damaged_row_is_named(corpus, tmp_path, capsys):
    (tmp_path / AS_SHIPPED).mkdir()
    (tmp_path / AS_SHIPPED / ablation.FIGURES).write_text("{")

    assert ablate(corpus, tmp_path) == 1
    assert f"{AS_SHIPPED}/{ablation.FIGURES} is damaged" in capsys.readouterr().err
