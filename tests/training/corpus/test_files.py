"""Folders and archives as people have them: what is read of them, and what is said of the rest."""

from __future__ import annotations

import gzip
import os
import tarfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from composer.errors import RequestError
from tests.training.corpus.packed_corpora import find, zipped
from tests.training.scores import abc
from training.corpus import archives
from training.corpus.prepare import prepare_corpus
from training.corpus.sources import source_pieces

if TYPE_CHECKING:
    from pathlib import Path


def test_loose_files_beside_an_archive_are_read(corpus: Path, music: bytes, tmp_path: Path) -> None:
    (corpus / "backup.zip").write_bytes(zipped({"old.mid": music}))
    (corpus / "new.mid").write_bytes(music)

    pieces, _ = find(corpus, unpack_to=tmp_path)

    assert [piece.name for piece in pieces] == ["backup/old.mid", "corpus/new.mid"]


def test_every_usual_wrapping_is_read(corpus: Path, music: bytes, tmp_path: Path) -> None:
    (corpus / "song.kar").write_bytes(music)
    (corpus / "song.rmi").write_bytes(
        b"RIFF" + (len(music) + 12).to_bytes(4, "little") + b"RMIDdata" + bytes(4) + music
    )
    (corpus / "song.mid.gz").write_bytes(gzip.compress(music, mtime=0))
    (corpus / "deep").mkdir()
    (corpus / "deep" / "more.zip").write_bytes(zipped({"inner.zip": zipped({"a.mid": music})}))

    pieces, left_out = find(corpus, unpack_to=tmp_path)

    names = ["deep/more.zip/inner.zip/a.mid", "song.kar", "song.mid.gz", "song.rmi"]
    assert [piece.name for piece in pieces] == [f"corpus/{name}" for name in names]
    assert left_out == {}


@pytest.mark.parametrize("name", ["packed.mid", "packed.MID.GZ", "packed.xml"])
def test_first_bytes_tell_what_a_file_is(corpus: Path, music: bytes, name: str) -> None:
    (corpus / name).write_bytes(music if name.endswith("xml") else gzip.compress(music, mtime=0))

    _, verdicts = prepare_corpus([corpus], only=(), workers=0)

    assert set(verdicts.values()) == {"taken"}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("error.mid", b"\n<!DOCTYPE html><html>404</html>", "unreadable: a web page, saved in the place of music"),
        ("error.xml", b"<HTML>404</HTML>", "unreadable: a web page, saved in the place of music"),
        ("cut.mid.gz", gzip.compress(bytes(999), mtime=0)[:-9], "unreadable: its archive is damaged"),
        ("bomb.mid", gzip.compress(bytes(40 * 2**20), mtime=0), "larger than any score"),
        ("bomb.abc", gzip.compress(bytes(40 * 2**20), mtime=0), "larger than any score"),
        ("bomb.krn", bytes(40 * 2**20), "larger than any score"),
        ("empty.mid", b"", "an empty file"),
    ],
)
def test_what_is_no_music_is_refused_in_words(corpus: Path, music: bytes, name: str, data: bytes, reason: str) -> None:
    (corpus / name).write_bytes(data)
    (corpus / "good.mid").write_bytes(music)

    _, verdicts = prepare_corpus([corpus], only=(), workers=0)

    assert {piece.file: why for piece, why in verdicts.items()} == {name: reason, "good.mid": "taken"}


def test_what_only_looks_like_a_file_is_named_and_not_waited_for(corpus: Path, music: bytes, tmp_path: Path) -> None:
    (corpus / "good.mid").write_bytes(music)
    (corpus / "dead.zip").symlink_to("nowhere")
    os.mkfifo(corpus / "pipe.abc")

    pieces, left_out = find(corpus, unpack_to=tmp_path)

    assert [piece.file for piece in pieces] == ["good.mid"]
    assert left_out == {
        "corpus/dead.zip": "a link that leads nowhere",
        "corpus/pipe.abc": "no file, though it is named like one",
    }


def test_what_is_passed_over_is_named_with_its_reason(corpus: Path, music: bytes, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (corpus / "linked").symlink_to(tmp_path / "elsewhere")
    for name in ("score.mscz", "song.rar", "cover.png"):
        (corpus / name).write_bytes(b"bytes")
    (corpus / "notes.zip").write_bytes(zipped({"notes.txt": b"words", "a.mid": music}))
    (corpus / "folder.abc").mkdir()

    pieces, left_out = find(corpus, unpack_to=tmp_path)

    assert len(pieces) == 1
    assert left_out == {
        "corpus/linked": "a linked folder: name it beside this one",
        "corpus/folder.abc": "a folder, though its name is that of a file",
        "corpus/score.mscz": "a MuseScore file: export it as MusicXML",
        "corpus/song.rar": "an archive of a kind that is not read: unpack it",
        "corpus/cover.png": "not music",
        "notes/notes.txt": "not music",
    }


def test_one_music_file_is_a_corpus_of_one(corpus: Path, music: bytes, tmp_path: Path) -> None:
    (corpus / "song.mid").write_bytes(music)
    (corpus / "other.mid").write_bytes(music)

    pieces, _ = find(corpus / "song.mid", unpack_to=tmp_path)

    assert [piece.name for piece in pieces] == ["corpus/song.mid"]


@pytest.mark.parametrize("name", ["x.7z", "x.rar", "x.pdf"])
def test_what_is_neither_music_nor_an_archive_is_refused_in_one_sentence(corpus: Path, name: str) -> None:
    (corpus / name).write_bytes(b"bytes")

    with pytest.raises(RequestError, match=r"is not music that is read here; name a folder, an archive") as refused:
        find(corpus / name, unpack_to=corpus)
    assert "\n" not in str(refused.value)


def test_names_that_are_no_utf_8_are_read_and_shown_with_a_replacement(
    corpus: Path, music: bytes, tmp_path: Path
) -> None:
    with open(os.fsencode(corpus) + b"/Pr\xe9lude.mid", "wb") as file:  # noqa: PTH123 - a name of bytes
        file.write(music)
    with tarfile.open(corpus / "latin1.tar.gz", "w:gz", encoding="latin-1", format=tarfile.GNU_FORMAT) as packed:
        packed.add(tmp_path / "piece.mid", "\xc9tude.mid")

    (corpus / "two\nlines\t.mid").write_bytes(music)

    data, verdicts = prepare_corpus([corpus], only=(), workers=0)

    assert sorted(piece.name for piece in verdicts) == [
        "corpus/Pr?lude.mid", "corpus/two?lines?.mid", "latin1/?tude.mid"
    ]  # fmt: skip
    assert [entry.name.encode() for entry in data.entries]


@pytest.mark.parametrize("name", ["dead.abc", "dead.mid"])
def test_dead_link_costs_itself_alone(corpus: Path, music: bytes, name: str) -> None:
    (corpus / name).symlink_to(corpus / "nowhere")
    (corpus / "a.mid").write_bytes(music)

    _, verdicts = prepare_corpus([corpus], only=(), workers=0)

    assert {piece.name: why for piece, why in verdicts.items()} == {
        "corpus/a.mid": "taken",
        f"corpus/{name}": "unreadable: No such file or directory",
    }


@pytest.mark.parametrize(
    "members",
    [
        {"é" * 200 + ".mid": b"x"},
        {"a.mid/b.mid": b"x", "a.mid": b"x"},
    ],
)
def test_member_that_cannot_be_written_costs_itself_alone(
    corpus: Path, music: bytes, tmp_path: Path, members: dict[str, bytes]
) -> None:
    (corpus / "odd.zip").write_bytes(zipped({**members, "good.mid": music}))

    pieces, left_out = find(corpus, unpack_to=tmp_path)

    assert "odd/good.mid" in [piece.name for piece in pieces]
    assert left_out


def test_empty_archive_is_an_empty_set(corpus: Path, tmp_path: Path) -> None:
    (corpus / "empty.zip").write_bytes(zipped({}))

    assert find(corpus, unpack_to=tmp_path) == ([], {})


def test_archive_bomb_is_told_and_takes_no_room(
    corpus: Path, music: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST", 2**20)
    (corpus / "bomb.zip").write_bytes(zipped({"notes.txt": bytes(2**22), "piece.mid": bytes(2**22), "good.mid": music}))

    pieces, left_out = find(corpus, unpack_to=tmp_path)

    assert [piece.name for piece in pieces] == ["bomb/good.mid"]
    assert left_out == {"bomb/notes.txt": "not music", "bomb/piece.mid": "larger than any score"}
    assert sum(file.stat().st_size for file in (tmp_path / "unpacked").rglob("*") if file.is_file()) < 2**16


def test_files_of_one_name_in_many_folders_are_held_out_by_their_place(corpus: Path, tmp_path: Path) -> None:
    for number in range(200):
        (corpus / f"album{number}").mkdir()
        (corpus / f"album{number}" / "score.mid").touch()

    pieces, _ = find(corpus, unpack_to=tmp_path)

    splits = Counter(piece.split for piece in pieces)
    assert min(splits["valid"], splits["test"]) > 8
    assert len({piece.name for piece in pieces}) == 200


def test_tunes_of_one_book_are_held_out_each_for_itself(corpus: Path, tmp_path: Path) -> None:
    (corpus / "book.abc").write_text("\n".join(abc(2, number=number) for number in range(200)))

    pieces, _ = find(corpus, unpack_to=tmp_path)

    splits = Counter(piece.split for piece in pieces)
    assert min(splits["valid"], splits["test"]) > 8


def test_only_the_archives_of_the_sets_that_are_wanted_are_unpacked(corpus: Path, music: bytes, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (corpus / f"{name}.zip").write_bytes(zipped({f"{name}.mid": music}))

    pieces = source_pieces([corpus], unpack_to=tmp_path / "unpacked", only=["one"])

    assert [piece.name for piece in pieces] == ["one/one.mid"]
    assert [path.name for path in (tmp_path / "unpacked").rglob("*.mid")] == ["one.mid"]
