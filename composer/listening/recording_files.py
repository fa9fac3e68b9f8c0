"""The recordings in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.listening.recording import FORMATS, SUFFIXES, check_installed

if TYPE_CHECKING:
    from pathlib import Path


def find_recordings(folder: Path) -> list[Path]:
    """The files in a folder and those below it whose names end as recordings do, in order.

    Raises:
        RequestError: If there is none, or what reads them is not installed.
    """
    check_installed()
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not found:
        raise RequestError(f"there is no recording in {folder}; name a folder of {FORMATS}")
    return found


def read_file(path: Path) -> bytes:
    """The bytes of a recording.

    Raises:
        RequestError: If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise RequestError(f"it cannot be read: {error.strerror}") from error
