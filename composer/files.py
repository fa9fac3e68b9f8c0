"""Write files whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from typing import TYPE_CHECKING

from composer.errors import OutputError

if TYPE_CHECKING:
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


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, making the folders above it.

    The data goes to a temporary name beside `path` that is renamed once it is safely on the disk: whoever opens
    `path` sees the old file or the whole new one, and whatever interrupts this, Ctrl-C included, leaves nothing.

    Raises:
        OutputError: The file cannot be written there; what stood at `path` is untouched.
    """
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_and_rename(part, path, data)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}; choose another folder")
        raise OutputError(f"cannot write {path}: {reason}") from error


def _write_and_rename(part: Path, path: Path, data: bytes) -> None:
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
