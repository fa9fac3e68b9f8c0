"""Write files whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from composer.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_REASONS = {
    errno.EACCES: "permission was denied; choose another folder",
    errno.EPERM: "permission was denied; choose another folder",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.ENOSPC: "no space is left; free some, or choose another folder",
    errno.EDQUOT: "the quota is used up; free some space, or choose another folder",
    errno.ENOTDIR: "a part of its path is not a folder; choose another folder",
    errno.EEXIST: "a part of its path is not a folder; choose another folder",
    errno.EISDIR: "a folder of that name stands in the way; move it, or choose another folder",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
}


_PART = ".part"


def clear_parts(folder: Path) -> int:
    """Delete what programs that were killed were writing into a folder, into which nobody writes now; how much."""
    parts = list(folder.glob(f".*{_PART}"))
    for part in parts:
        part.unlink(missing_ok=True)
    return len(parts)


def check_file(path: Path) -> None:
    """Say before any work that a file cannot be written.

    Raises:
        OutputError: It is a folder, or the folder above it cannot be written.
    """
    if path.is_dir():
        raise _cannot_write(path, errno.EISDIR)
    check_folder(path.parent)


def check_folder(folder: Path) -> None:
    """Say before any work that nothing can be written into a folder, which need not be there yet.

    Raises:
        OutputError: A part of its path is no folder, or the nearest folder there is cannot be written.
    """
    # os.path's answer is no for what cannot be looked at, where that of Path is an error.
    there = next(part for part in (folder.absolute(), *folder.absolute().parents) if os.path.exists(part))  # noqa: PTH110
    if not there.is_dir():
        raise _cannot_write(folder, errno.ENOTDIR)
    if not os.access(there, os.W_OK | os.X_OK):
        raise _cannot_write(folder, errno.EACCES)


def _cannot_write(path: Path, fault: int) -> OutputError:
    return OutputError(f"cannot write {path}: {_REASONS[fault]}")


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`; see `write_together`."""
    write_together({path: data})


def write_together(contents: Mapping[Path, bytes | Iterable[bytes]]) -> None:
    """Write files, making the folders above them: all of them or, if one cannot be written, none.

    The data goes to temporary names beside the files, which are renamed once all of it is safely on the disk:
    whoever opens a file sees the old one or the whole new one, and whatever interrupts this, Ctrl-C included,
    leaves nothing. What comes in parts is written part by part, so that it need not fit into memory.

    Raises:
        OutputError: A file cannot be written there; what stood at the paths is untouched.
    """
    parts: dict[Path, Path] = {}
    try:
        for path, data in contents.items():
            parts[path] = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}{_PART}")
            with _explained(path):
                _write(parts[path], data)
        for path, part in parts.items():
            with _explained(path):
                part.replace(path)
    except BaseException:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}; choose another folder")
        raise OutputError(f"cannot write {path}: {reason}") from error


def _write(path: Path, data: bytes | Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())
