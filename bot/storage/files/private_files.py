"""Folders and files that nobody but the bot's own user may open."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.stdlib.get_logger(__name__)

FOLDER_MODE, FILE_MODE = 0o700, 0o600

_OTHERS = 0o077
BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps for one database."""


def make_private_folder(folder: Path) -> None:
    """Make the folder if there is none, and close it to others.

    Raises:
        OSError: If it cannot be made.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    _close_to_others(folder, FOLDER_MODE)


def make_private_database(path: Path) -> None:
    """Make an empty file if there is none, and close it and those beside it to others.

    SQLite gives the files that it makes beside a database the mode of the database.

    Raises:
        OSError: If it cannot be made.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDONLY, FILE_MODE))
    for ending in BESIDE_A_DATABASE:
        file = path.with_name(path.name + ending)
        if file.exists():
            _close_to_others(file, FILE_MODE)


def _close_to_others(path: Path, mode: int) -> None:
    if not path.stat().st_mode & _OTHERS:
        return
    try:
        path.chmod(mode)
    except PermissionError:
        # It belongs to somebody else, as a folder that a container was given may.
        log.warning("others may open it", path=str(path))
