"""Writing files whole or not at all."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from composer.errors import OutputError
from composer.files import check_file, check_folder, write_atomically, write_together

if TYPE_CHECKING:
    from pathlib import Path


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def failing_with(number: int) -> object:
    """A stand-in for a system call on a machine that is in trouble."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_data_is_written_into_folders_that_did_not_exist(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "piece.mid"

    write_atomically(target, b"data")

    assert target.read_bytes() == b"data"
    assert names_in(target.parent) == ["piece.mid"]


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "piece.mid"
    target.write_bytes(b"old and longer")

    write_atomically(target, b"new")

    assert target.read_bytes() == b"new"


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()

    write_atomically(tmp_path / "piece.mid", b"data")

    assert (tmp_path / "piece.mid").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_file_in_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")

    with pytest.raises(
        OutputError, match=r"cannot write .*/out/piece\.mid: a part of its path is not a folder; choose"
    ):
        write_atomically(tmp_path / "out" / "piece.mid", b"data")


def test_a_folder_in_place_of_the_file_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "piece.mid").mkdir()

    with pytest.raises(OutputError, match="a folder of that name stands in the way"):
        write_atomically(tmp_path / "piece.mid", b"data")
    assert names_in(tmp_path) == ["piece.mid"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "permission was denied; choose another folder"),
        (errno.EROFS, "the file system is read-only; choose another folder"),
        (errno.ENOSPC, "no space is left; free some, or choose another folder"),
        (errno.EIO, "Input/output error; choose another folder"),
    ],
)
def test_a_failed_write_keeps_the_old_file_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    target = tmp_path / "piece.mid"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", failing_with(number))

    with pytest.raises(OutputError) as caught:
        write_atomically(target, b"new")

    assert str(caught.value) == f"cannot write {target}: {reason}"
    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["piece.mid"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "piece.mid", b"data")

    assert names_in(tmp_path) == []


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "a").write_bytes(b"old")

    with pytest.raises(OutputError):
        write_together({tmp_path / "a": b"new", tmp_path / "file" / "b": b"new"})

    assert (tmp_path / "a").read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"a", "file"}


def test_where_nothing_can_be_written_is_told_beforehand(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    check_folder(tmp_path / "new" / "one")
    check_file(tmp_path / "new" / "piece.mid")
    check_file(tmp_path / "file")

    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="is not a folder; choose another folder"):
            check_folder(folder)
    with pytest.raises(OutputError, match="a folder of that name stands in the way"):
        check_file(tmp_path)

    # Whoever runs the tests may be one who may write everywhere.
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(OutputError, match="permission was denied"):
        check_folder(tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]
