"""Archives as people have them."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pytest

from composer.errors import RequestError
from tests.training.corpus.packed_corpora import find, zipped
from training.corpus import archives

if TYPE_CHECKING:
    from pathlib import Path


def test_damaged_archive_costs_only_what_is_in_it(corpus: Path, music: bytes, tmp_path: Path) -> None:
    (corpus / "good.zip").write_bytes(zipped({"a.mid": music}))
    (corpus / "cut.zip").write_bytes(zipped({"b.mid": music})[:-9])

    pieces, left_out = find(corpus, unpack_to=tmp_path)

    assert [piece.name for piece in pieces] == ["good/a.mid"]
    assert [name for name, why in left_out.items() if "cannot be unpacked: it is damaged" in why] == ["cut.zip"]


def test_first_bytes_tell_what_an_archive_is(corpus: Path, music: bytes, tmp_path: Path) -> None:
    (corpus / "zip.tar.gz").write_bytes(zipped({"a.mid": music}))
    with tarfile.open(corpus / "tar.zip", "w:gz") as packed:
        packed.add(tmp_path / "piece.mid", "b.mid")
        link = tarfile.TarInfo("link.mid")
        link.type, link.linkname = tarfile.SYMTYPE, "b.mid"
        packed.addfile(link)

    pieces, left_out = find(corpus, unpack_to=tmp_path)

    assert sorted(piece.name for piece in pieces) == ["tar/b.mid", "zip/a.mid"]
    assert left_out == {"tar/link.mid": "a link, or no file at all"}


def test_archive_of_more_than_any_corpus_is_refused(
    corpus: Path, music: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 3000)
    (corpus / "bomb.zip").write_bytes(zipped({f"{number}.mid": music for number in range(50)}))

    with pytest.raises(RequestError, match="holds more than any corpus"):
        find(corpus / "bomb.zip", unpack_to=tmp_path)


def test_archives_of_one_name_are_all_read(corpus: Path, music: bytes, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (corpus / folder).mkdir()
        (corpus / folder / "midi.zip").write_bytes(zipped({f"{folder}.mid": music}))
    with tarfile.open(corpus / "a" / "midi.tar.gz", "w:gz") as packed:
        packed.add(tmp_path / "piece.mid", "c.mid")

    pieces, _ = find(corpus / "a", corpus / "b" / "midi.zip", unpack_to=tmp_path)

    assert sorted(piece.name for piece in pieces) == ["midi/a.mid", "midi/b.mid", "midi/c.mid"]
