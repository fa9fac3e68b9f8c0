from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from composer.errors import RequestError
from composer.music.score import Mode
from composer.tokens import vocabulary
from tests.training.ratings import listening
from training.ratings import ratings_file

if TYPE_CHECKING:
    from pathlib import Path

    from training.ratings.ratings_file import RatingsFile

Rows = list[dict[str, Any]]


def test_all_pieces_are_read_with_their_votes(rows: Rows, ratings: RatingsFile):
    assert [piece.number for piece in ratings.pieces] == [row["number"] for row in rows]
    assert [list(piece.tokens) for piece in ratings.pieces] == [row["tokens"] for row in rows]
    assert ratings.people == 12
    assert {piece.liked for piece in ratings.pieces if piece.key.mode is Mode.MINOR} == {9.0}
    assert {piece.liked for piece in ratings.pieces if piece.key.mode is Mode.MAJOR} == {1.0}


def test_a_piece_of_another_version_is_read(rows: Rows, file: Path):
    listening.write(file, [{**rows[0], "model": "lstm", "version": 7}])

    (piece,) = ratings_file.read_ratings(file).pieces

    assert (piece.model, piece.version) == ("lstm", 7)


def test_a_file_that_was_cut_between_lines_is_refused(rows: Rows, file: Path):
    listening.write(file, rows[:3], pieces=5)

    with pytest.raises(RequestError, match="cut short: it holds 3 of 5"):
        ratings_file.read_ratings(file)


def test_a_file_that_was_cut_in_a_line_is_refused(rows: Rows, file: Path):
    whole = listening.write(file, rows[:3]).read_bytes()
    file.write_bytes(whole[:-100])

    with pytest.raises(RequestError, match="line 4, is no rated piece"):
        ratings_file.read_ratings(file)


def test_a_file_that_does_not_end_is_refused_at_its_first_line_too_many(rows: Rows, file: Path):
    listening.write(file, rows[:3], pieces=2)

    with pytest.raises(RequestError, match="more than its header says"):
        ratings_file.read_ratings(file)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ({"format": "something"}, "no file of ratings"),
        ({"version": 1}, "no file of ratings"),
        ({"pieces": "many"}, "no file of ratings"),
        ({"pieces": -1}, "no file of ratings"),
        ({"battles": None}, "no file of ratings"),
        ({"vocabulary": "0123456789abcdef"}, "another vocabulary"),
        ({"pieces": 1_000_000}, "export at most 20000"),
    ],
)
def test_a_header_that_is_not_ours_is_refused(rows: Rows, file: Path, header: dict[str, Any], says: str):
    listening.write(file, rows[:1], **header)

    with pytest.raises(RequestError, match=says):
        ratings_file.read_ratings(file)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"[]\n", b"[" * 100_000, b"MThd"])
def test_what_is_no_json_is_refused(file: Path, content: bytes):
    file.write_bytes(content)

    with pytest.raises(RequestError, match="no file of ratings"):
        ratings_file.read_ratings(file)


def test_a_file_that_is_not_there_is_named(file: Path):
    with pytest.raises(RequestError, match=r"rated\.jsonl cannot be read"):
        ratings_file.read_ratings(file)


@pytest.mark.parametrize(
    "change",
    [
        {"tokens": [vocabulary.VOCABULARY_SIZE]},
        {"tokens": [-1]},
        {"tokens": [1.5]},
        {"tokens": "BAR"},
        {"tokens": [vocabulary.START, vocabulary.END, 0]},
        {"metre": "17/16"},
        {"key": "X major"},
        {"style": "polka"},
        {"bars": 1000},
        {"tempo": float("nan")},
        {"tempo": 0},
        {"liked": -1},
        {"liked": 0, "disliked": 0, "votes": []},
        {"liked": 5, "disliked": 5, "votes": [[1, 5.0], [2, -4.0]]},
        {"votes": [[1]]},
        {"votes": [["ann", 1.0]]},
        {"liked": float("inf")},
        {"people": True},
        {"measures": {"density": None}},
        {"measures": []},
        {"number": "one"},
    ],
)
def test_a_line_that_is_no_piece_of_ours_is_named(rows: Rows, file: Path, change: dict[str, Any]):
    listening.write(file, [rows[0], {**rows[1], **change}])

    with pytest.raises(RequestError, match="line 3, is no rated piece"):
        ratings_file.read_ratings(file)


def test_a_line_that_lacks_something_is_named(rows: Rows, file: Path):
    for name in rows[0]:
        listening.write(file, [{key: value for key, value in rows[0].items() if key != name}])
        with pytest.raises(RequestError, match="line 2"):
            ratings_file.read_ratings(file)


def test_a_piece_that_stands_there_twice_is_refused(rows: Rows, file: Path):
    listening.write(file, [rows[0], rows[0]])

    with pytest.raises(RequestError, match="holds piece 1 twice"):
        ratings_file.read_ratings(file)


def heard(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A piece as it stands in a battle, which tells none of its own votes."""
    return {**row, "liked": 0.0, "disliked": 0.0, "people": 0, "votes": [], **changes}


def test_battles_are_read_with_their_winners(rows: Rows, file: Path):
    pair = {"first": heard(rows[0]), "second": heard(rows[1])}
    said = [[[1, "a", 1.0], [2, "tie", 1.0]], [[1, "b", 0.5], [2, "b", 1.0], [3, "a", 1.0]], [[1, "bad", 1.0]]]
    battles = [{**pair, "votes": votes} for votes in said]
    listening.write(file, [*rows[:2], *battles], pieces=2, battles=3)

    read = ratings_file.read_ratings(file)

    one, other = (row["number"] for row in rows[:2])
    ordered = [battle.ordered and tuple(piece.number for piece in battle.ordered) for battle in read.battles]
    assert ordered == [(one, other), (other, one), None]
    assert [piece.number for piece in read.pieces] == [one, other]


@pytest.mark.parametrize(
    "change",
    [{"votes": [[1, "c", 1.0]]}, {"votes": [[1, "a", -1.0]]}, {"votes": [[1]]}, {"second": None}, {"first": 0}],
)
def test_a_line_that_is_no_battle_is_named(rows: Rows, file: Path, change: dict[str, Any]):
    pair: dict[str, Any] = {"first": heard(rows[0]), "second": heard(rows[1]), "votes": []}
    for broken in ({**pair, **change}, {**pair, "first": rows[0]}):
        listening.write(file, [rows[0], broken], pieces=1, battles=1)
        with pytest.raises(RequestError, match="line 3, is no battle"):
            ratings_file.read_ratings(file)
    listening.write(file, [rows[0], pair], pieces=1, battles=2)
    with pytest.raises(RequestError, match="1 of 2 battles"):
        ratings_file.read_ratings(file)


def test_a_line_without_an_end_does_not_fill_the_memory(rows: Rows, file: Path):
    listening.write(file, rows[:1], pieces=2)
    with file.open("a") as more:
        more.write(json.dumps({"number": "9" * 3_000_000}))

    with pytest.raises(RequestError, match="line 3"):
        ratings_file.read_ratings(file)
