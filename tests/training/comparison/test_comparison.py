from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from composer.errors import RequestError
from composer.performance import instruments, midi
from tests.composer.tunes import waltz
from tests.training.corpora import make_set, prepared
from training.__main__ import main
from training.comparison import looks, outside
from training.comparison.excerpts import find_endings, find_held_out, work_of
from training.corpus import dataset

if TYPE_CHECKING:
    from pathlib import Path

SPLITS = {f"{name}.mid": split for split, names in (("train", "abcdef"), ("test", "ghij")) for name in names}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    make_set(tmp_path / "corpus", "polish-scores-piano", SPLITS)
    dataset.save(prepared(tmp_path / "corpus")[0], tmp_path / "prepared")
    return tmp_path / "prepared"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = midi.write(waltz().transposed(3), instrument=instruments.PIANO, title="Waltz", settings={})
    for number in range(3):
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        (tmp_path / "elsewhere" / f"{number}.mid").write_bytes(data)
    return tmp_path / "elsewhere"


def test_compare_prints_tables_and_writes_all_figures(corpus, folder, tmp_path, capsys):
    command = ["compare", "--data", str(corpus), "--pieces", "10", "--model", "dice", "--tutorial", str(folder)]

    status = main([*command, "--workers", "1", "--json", str(tmp_path / "figures.json")])

    assert status == 0
    told = capsys.readouterr().out
    assert "| tutorial |" in told
    assert " dice@1 |" in told
    assert "| structure_long " in told
    assert "| what gives it away " in told
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["held_out"]["pieces"] == 3
    assert figures["floor"]["pieces"] == 10
    assert [made["name"] for made in figures["generated"]] == ["dice@1", "tutorial"]
    assert all(0 <= made["overlap_of_floor"] <= 1 for made in figures["generated"])
    assert all(made["copying"]["longest"]["onsets"] >= 0 for made in figures["generated"])


def test_looks_at_the_last_set_are_kept_one_after_the_other(tmp_path):
    page = tmp_path / "looks.md"

    for model in ("lstm@3", "lstm@4"):
        looks.note_look(page, f"| {model} |", command="compare --pieces 60")

    told = page.read_text()
    assert told.startswith("# Looks at the last test set")
    assert [told.count(f"| {model} |") for model in ("lstm@3", "lstm@4")] == [1, 1]
    assert told.count("`compare --pieces 60`") == 2


def test_no_work_stands_in_two_of_the_sets_that_pieces_are_held_beside(corpus):
    data = dataset.load(corpus)

    works = {on: {work_of(entry) for entry in find_held_out(data, on, "piano")} for on in ("test", "last")}

    assert works["test"] | works["last"] == {work_of(entry) for entry in find_endings(data, "test", "piano")}
    assert not works["test"] & works["last"]
    with pytest.raises(RequestError, match="no valid pieces"):
        find_held_out(data, "valid", "piano")


def test_compare_wants_enough_pieces_for_a_distribution(corpus, capsys):
    assert main(["compare", "--data", str(corpus), "--pieces", "3"]) == 2

    assert "pieces must be at least 10" in capsys.readouterr().err


def test_styles_without_people_s_pieces_have_no_row_and_cost_the_others_nothing(corpus, capsys):
    command = ["compare", "--data", str(corpus), "--model", "--pieces", "10", "--style"]

    assert main([*command, "piano", "choir"]) == 0
    told = capsys.readouterr()
    assert "| piano | training split |" in told.out
    assert "no row for choir: " in told.err
    assert main([*command, "choir", "orchestra"]) == 2


def test_a_piece_from_elsewhere_is_read_in_a_minor(folder):
    pieces = outside.read_folder(folder)

    assert [piece.score.key.tonic for piece in pieces] == [9, 9, 9]
    assert sorted(note.pitch for note in pieces[0].score.notes) == sorted(note.pitch for note in waltz().notes)


def test_a_folder_without_pieces_says_how_to_get_some(tmp_path, corpus, capsys):
    command = ["compare", "--data", str(corpus), "--model", "--pieces", "10", "--tutorial", str(tmp_path)]

    assert main(command) == 2

    assert "python -m training tutorial" in capsys.readouterr().err
