from __future__ import annotations

import tarfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from composer.errors import RequestError
from composer.formats.part_roles import FIND_OUT
from tests.training.midi_files import two_hands, write
from training.corpus.sources import SourcePiece, source_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = ("dataset", "group", "file", "composer", "title", "licence", "split")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def midi(path: Path) -> Path:
    return write(path, two_hands(12))


def table(path: Path, *rows: Iterable[str]) -> None:
    path.write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8")


def archive(corpus: Path, folder: Path, *, inside: str) -> Path:
    path = corpus / f"{folder.name}.tar.xz"
    with tarfile.open(path, "w:xz") as file:
        file.add(folder, arcname=inside)
    return path


def found(*corpora: Path, unpack_to: Path, only: Iterable[str] = ()) -> list[SourcePiece]:
    return source_pieces(corpora, unpack_to=unpack_to, only=only)


def piece(licence: str) -> SourcePiece:
    return SourcePiece(
        path=Path("a.mid"),
        collection="set",
        group="solo-piano",
        style="piano",
        composer="",
        title="",
        licence=licence,
        split="train",
    )


def test_folder_that_nobody_described_is_to_train_on_and_its_reader_finds_out_the_rest(
    corpus: Path, tmp_path: Path
) -> None:
    midi(corpus / "deep" / "b.MID")
    midi(corpus / "a.midi")
    (corpus / "readme.txt").write_text("no music")

    one, other = found(corpus, unpack_to=tmp_path)

    assert [one.name, other.name] == ["corpus/a.midi", "corpus/deep/b.MID"]
    assert (one.group, one.style, one.split, one.licence) == (FIND_OUT, "", "train", "unknown")


def test_every_format_is_found_and_every_tune_of_a_book(corpus: Path, tmp_path: Path) -> None:
    for name in ("a.mxl", "b.musicxml", "c.xml", "d.KRN"):
        (corpus / name).write_bytes(b"")
    (corpus / "e.abc").write_bytes(b"\xa9\nX:1\nT:One\nK:C\nc4|\n\nX:2\nT:Two\nK:C\nd4|\n")

    names = [piece.name for piece in found(corpus, unpack_to=tmp_path)]

    assert names == [f"corpus/{name}" for name in ("a.mxl", "b.musicxml", "c.xml", "d.KRN", "e.abc", "e.abc#2")]


@pytest.mark.parametrize("ending", ["tar.gz", "tgz", "zip"])
def test_other_archives_are_read_as_well(corpus: Path, tmp_path: Path, ending: str) -> None:
    midi(tmp_path / "mine" / "music" / "a.mid")
    path = corpus / f"mine.{ending}"
    if ending == "zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.write(tmp_path / "mine" / "music" / "a.mid", "mine/music/a.mid")
    else:
        with tarfile.open(path, "w:gz") as file:
            file.add(tmp_path / "mine", arcname="mine")

    assert [piece.name for piece in found(corpus, unpack_to=tmp_path / "unpacked")] == ["mine/music/a.mid"]


def test_member_of_a_zip_that_would_lie_elsewhere_is_left_out(corpus: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(corpus / "mine.zip", "w") as packed:
        packed.writestr("../elsewhere/a.mid", b"MThd")

    left_out: dict[str, str] = {}
    assert not source_pieces([corpus], unpack_to=tmp_path / "unpacked" / "deep", left_out=left_out)
    assert left_out == {"mine/../elsewhere/a.mid": "would lie outside the destination"}
    assert not (tmp_path / "unpacked" / "deep" / "elsewhere").exists()


def test_known_sets_in_a_folder_have_their_group_and_style(corpus: Path, tmp_path: Path) -> None:
    midi(corpus / "openscore-lieder" / "a.mid")
    midi(corpus / "freedoom" / "current" / "b.mid")
    midi(corpus / "holiday" / "c.mid")

    seen = [(piece.collection, piece.group, piece.style) for piece in found(corpus, unpack_to=tmp_path)]

    known, rest = seen[:2], seen[2:]
    assert known == [("freedoom", "band-drums", "band"), ("openscore-lieder", "song", "song")]
    assert rest == [("corpus", FIND_OUT, "")]


def test_archive_is_read_with_the_table_beside_it(corpus: Path, tmp_path: Path) -> None:
    midi(tmp_path / "polish-scores-piano" / "deep" / "a.mid")
    archive(corpus, tmp_path / "polish-scores-piano", inside="polish-scores-piano")
    row = ("polish-scores-piano", "solo-piano", "deep/a.mid", "Szymanowska, Maria", 'Le "murmure"', "CC-BY-4.0", "test")
    table(corpus / "pieces.tsv", HEADER, row)

    [piece] = found(corpus, unpack_to=tmp_path / "unpacked")

    assert (piece.composer, piece.title, piece.licence, piece.split) == (row[3], row[4], row[5], row[6])
    assert piece.style == "salon"
    assert piece.path.is_file()


def test_archive_may_be_named_itself(corpus: Path, tmp_path: Path) -> None:
    midi(tmp_path / "mine" / "a.mid")
    path = archive(corpus, tmp_path / "mine", inside=".")
    table(corpus / "pieces.tsv", HEADER, ("mine", "", "a.mid", "I", "Tune", "CC0-1.0", "valid"))

    [piece] = found(path, unpack_to=tmp_path / "unpacked")

    assert (piece.name, piece.split) == ("mine/a.mid", "valid")


def test_table_inside_an_archive_is_found_beside_its_only_folder(corpus: Path, tmp_path: Path) -> None:
    midi(tmp_path / "mine" / "music" / "a.mid")
    table(tmp_path / "mine" / "MY_ATTRIBUTION.tsv", ("file", "licence"), ("music/a.mid", "CC0-1.0"))
    archive(corpus, tmp_path / "mine", inside=".")

    [piece] = found(corpus, unpack_to=tmp_path / "unpacked")

    assert piece.licence == "CC0-1.0"


def test_archive_is_unpacked_once(corpus: Path, tmp_path: Path) -> None:
    midi(tmp_path / "mine" / "a.mid")
    path = archive(corpus, tmp_path / "mine", inside="mine")
    [before] = found(corpus, unpack_to=tmp_path / "unpacked")
    path.write_bytes(b"gone bad")

    assert found(corpus, unpack_to=tmp_path / "unpacked") == [before]


def test_attribution_of_a_set_overrules_the_table(corpus: Path, tmp_path: Path) -> None:
    folder = corpus / "mutopia-piano"
    midi(folder / "a.mid")
    table(folder / "MUTOPIA_ATTRIBUTION.tsv", ("file", "composer", "licence"), ("a.mid", "BachJS", "Public Domain"))
    table(corpus / "pieces.tsv", HEADER, ("mutopia-piano", "", "a.mid", "Bach", "Fugue", "per piece", "valid"))

    [piece] = found(corpus, unpack_to=tmp_path)

    assert (piece.composer, piece.title, piece.licence, piece.split) == ("BachJS", "Fugue", "Public Domain", "valid")


@pytest.mark.parametrize(("composer", "style"), [("BachJS", "baroque"), ("MozartWA", "classical"), ("X", "romantic")])
def test_keyboard_music_has_the_style_of_its_composers_time(
    corpus: Path, tmp_path: Path, composer: str, style: str
) -> None:
    midi(corpus / "mutopia-piano" / "a.mid")
    table(corpus / "pieces.tsv", HEADER, ("mutopia-piano", "", "a.mid", composer, "", "", ""))

    assert [piece.style for piece in found(corpus, unpack_to=tmp_path)] == [style]


def test_only_the_sets_that_are_wanted_are_taken(corpus: Path, tmp_path: Path) -> None:
    midi(corpus / "openscore-lieder" / "a.mid")
    midi(corpus / "freedoom" / "b.mid")

    assert [piece.collection for piece in found(corpus, unpack_to=tmp_path, only=["freedoom"])] == ["freedoom"]


@pytest.mark.parametrize("row", [("mine", "", "a.mid"), ("mine", "", "a.mid", "I", "Tune", ""), ("mine", "", "b.mid")])
def test_licence_that_a_table_leaves_open_is_not_open(corpus: Path, tmp_path: Path, row: tuple[str, ...]) -> None:
    folder = corpus / "mine"
    midi(folder / "a.mid")
    table(folder / "pieces.tsv", HEADER, row)

    [piece] = found(folder, unpack_to=tmp_path)

    assert not piece.is_open
    assert piece.split == "train"


@pytest.mark.parametrize(
    "licence",
    [
        "CC0-1.0",
        "CC-BY-4.0",
        "Creative Commons Attribution 3.0",
        "Public Domain",
        "BSD-3-Clause",
        "unknown",
    ],
)
def test_licence_that_lets_weights_be_shipped_is_open(licence: str) -> None:
    assert piece(licence).is_open


@pytest.mark.parametrize(
    "licence",
    [
        "",
        "CC-BY-SA-4.0",
        "CC-BY-NC-4.0",
        "CC-BY-ND-4.0",
        "CC-BY-NC-SA-3.0",
        "Creative Commons Attribution-ShareAlike 4.0",
        "Creative Commons Attribution 4.0, Non-Commercial",
        "per piece: PD / CC-BY / CC-BY-SA",
        "All rights reserved",
    ],
)
def test_licence_with_strings_attached_is_not_open(licence: str) -> None:
    assert not piece(licence).is_open


def test_split_that_does_not_exist_is_refused(corpus: Path, tmp_path: Path) -> None:
    midi(corpus / "a.mid")
    table(corpus / "pieces.tsv", HEADER, ("corpus", "", "a.mid", "", "", "CC0", "validation"))

    with pytest.raises(RequestError, match=r"corpus/a.mid is put into the split 'validation'"):
        found(corpus, unpack_to=tmp_path)


@pytest.mark.parametrize("header", [(), ("file", "licence"), ("dataset", "path")])
def test_table_without_the_columns_needed_is_refused(corpus: Path, tmp_path: Path, header: tuple[str, ...]) -> None:
    midi(corpus / "a.mid")
    table(corpus / "pieces.tsv", header, ("x", "y"))

    with pytest.raises(RequestError, match=r"pieces.tsv has no column"):
        found(corpus, unpack_to=tmp_path)


def test_table_that_is_no_utf_8_is_read_all_the_same(corpus: Path, tmp_path: Path) -> None:
    midi(corpus / "a.mid")
    (corpus / "pieces.tsv").write_bytes(
        b"\xef\xbb\xbfdataset\tfile\ttitle\tlicence\ncorpus\ta.mid\t\xa9 Tune\tCC0\n",
    )

    [piece] = found(corpus, unpack_to=tmp_path)

    assert piece.title == "� Tune"


def test_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"no corpus at .*nowhere"):
        found(tmp_path / "nowhere", unpack_to=tmp_path)


@pytest.mark.parametrize("keep", [0, 40, 200])
def test_damaged_archive_is_named(corpus: Path, tmp_path: Path, keep: int) -> None:
    midi(tmp_path / "mine" / "a.mid")
    path = archive(corpus, tmp_path / "mine", inside="mine")
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(RequestError, match=r"mine.tar.xz cannot be unpacked"):
        found(path, unpack_to=tmp_path / "unpacked")


def test_archive_that_would_write_elsewhere_writes_nothing(corpus: Path, tmp_path: Path) -> None:
    midi(tmp_path / "mine" / "a.mid")
    archive(corpus, tmp_path / "mine", inside="../elsewhere")

    assert not found(corpus, unpack_to=tmp_path / "unpacked")
    assert not (tmp_path / "elsewhere").exists()


def test_files_that_no_table_parts_are_held_out_by_their_names(tmp_path: Path):
    for number in range(200):
        (tmp_path / f"{number}.mid").touch()

    found = Counter(piece.split for piece in source_pieces([tmp_path], unpack_to=tmp_path / "unpacked"))

    assert found["train"] > 130
    assert min(found["valid"], found["test"]) > 8
