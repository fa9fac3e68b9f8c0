from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.formats.part_roles import FIND_OUT
from tests.training.midi_files import two_hands, write
from tests.training.scores import abc, kern
from training.corpus import read_cache
from training.corpus.prepare import prepare_corpus
from training.corpus.read_cache import Reader
from training.corpus.sources import SourcePiece

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def piece(tmp_path: Path) -> SourcePiece:
    return SourcePiece(
        path=write(tmp_path / "a.mid", two_hands(12)),
        collection="set",
        group="solo-piano",
        style="piano",
        composer="",
        title="",
        licence="",
        split="train",
    )


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_read_is_taken_from_the_cache(
    piece: SourcePiece, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(tmp_path / "cache")
    before = reader(piece)
    monkeypatch.setattr(read_cache, "transcripts_of", None)

    after = reader(piece)

    assert (after.melody, after.refused, after.style) == (before.melody, before.refused, before.style)
    for one, other in zip(after.sections, before.sections, strict=True):
        np.testing.assert_array_equal(one.tokens, other.tokens)
        np.testing.assert_array_equal(one.rows, other.rows)
        assert (one.classes, one.metre, one.transposition) == (other.classes, other.metre, other.transposition)


def test_refusal_is_remembered_too(piece: SourcePiece, tmp_path: Path) -> None:
    reader = Reader(tmp_path / "cache")

    verdicts = [reader(replace(piece, group="song")).refused for _ in range(2)]

    assert verdicts == ["not one voice and piano"] * 2
    assert len(files(tmp_path / "cache")) == 1


@pytest.mark.parametrize("change", ["group", "style", "bytes", "version"])
def test_cache_knows_what_a_reading_depends_on(
    piece: SourcePiece, tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(tmp_path / "cache")
    reader(piece)
    if change == "bytes":
        write(piece.path, two_hands(16))
    elif change == "version":
        monkeypatch.setattr(read_cache, "VERSION", -1)
    elif change == "group":
        piece = replace(piece, group=FIND_OUT)
    else:
        piece = replace(piece, style="salon")

    reader(piece)

    assert len(files(tmp_path / "cache")) == 2


@pytest.mark.parametrize("damage", [b"", b"PK\3\4", None])
def test_damaged_cache_is_read_anew(piece: SourcePiece, tmp_path: Path, damage: bytes | None) -> None:
    reader = Reader(tmp_path / "cache")
    before = reader(piece)
    [kept] = files(tmp_path / "cache")
    kept.write_bytes(kept.read_bytes()[:-40] if damage is None else damage)

    assert reader(piece).melody == before.melody
    assert len(kept.read_bytes()) > 40


def test_cache_that_cannot_be_written_stops_nothing(piece: SourcePiece, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")

    assert Reader(tmp_path / "cache")(piece).refused is None


def test_file_that_is_gone_is_refused(piece: SourcePiece, tmp_path: Path) -> None:
    found = Reader()(replace(piece, path=tmp_path / "nowhere.mid"))

    assert found.refused == "unreadable: No such file or directory"


def test_corpus_in_several_formats_is_prepared(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write(corpus / "a.mid", two_hands(12))
    (corpus / "b.krn").write_text(kern(16))
    (corpus / "c.abc").write_bytes(b"%\xa9\n" + abc(16).encode() + b"\n" + abc(2, number=2).encode())

    data, verdicts = prepare_corpus([corpus], only=(), workers=0, cache=tmp_path / "cache")

    assert {entry.name: entry.style for entry in data.entries} == {
        "corpus/a.mid": "piano",
        "corpus/b.krn": "piano",
        "corpus/c.abc": "song",
    }
    assert {piece.name: verdict for piece, verdict in verdicts.items()}["corpus/c.abc#2"] == "fewer than 32 notes"
