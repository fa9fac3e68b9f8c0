"""Copies of the database, each of them whole, in a folder beside it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import BackupError
from bot.storage.files.private_files import BESIDE_A_DATABASE, make_private_database, make_private_folder

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

FOLDER = "backups"

_BUSY_SECONDS = 30.0
_ALL = "cadenza-*.sqlite3"

_AHEAD = timedelta(minutes=1)
"""How far after the present a copy may be dated: clocks are set right by less than that all the time."""


def backup_folder(database: Path) -> Path:
    """Tell where the copies of a database lie."""
    return database.parent / FOLDER


def back_up(database: Path, moment: datetime, *, occasion: str = "") -> Path:
    """Write a copy, while whoever uses the database goes on. Blocks: run it in a thread.

    Args:
        database: The file to be copied.
        moment: The present in UTC, after which the copy is named, to the second.
        occasion: Word or two for the name: before a migration, say.

    Returns:
        The copy, which is on the disk.

    Raises:
        BackupError: It cannot be written, or the database cannot be read; nothing is left half done.
    """
    copy = backup_folder(database) / name_of(moment, occasion)
    part = copy.with_suffix(".part")
    if not database.is_file():
        raise BackupError(f"there is no database at {database}")
    try:
        make_private_folder(copy.parent)
        part.unlink(missing_ok=True)
        copy_whole(database, part)
        part.replace(copy)
        _sync(copy.parent)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise BackupError(f"no backup can be written to {copy}: {error}") from error
    return copy


def name_of(moment: datetime, occasion: str = "") -> str:
    """Name a copy so that names are in the order of time."""
    suffix = f"-{occasion}" if occasion else ""
    return f"cadenza-{moment:%Y-%m-%dT%H%M%SZ}{suffix}.sqlite3"


def copy_whole(database: Path, copy: Path) -> None:
    """Write one state of a database to a new file, and see that it is on the disk.

    Music that people gave is in no copy, for copies outlive the job that it is kept for.

    Raises:
        OSError, sqlite3.Error: If it cannot be read or written.
    """
    make_private_database(copy)
    address = database.absolute().as_uri() + "?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    _leave_out_given_music(copy)
    _sync(copy)


def _leave_out_given_music(copy: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        for pragma in ("secure_delete = ON", "journal_mode = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        columns = {column for (_, column, *_) in connection.execute("PRAGMA table_info(generation)")}
        # A database of before a migration may lack the column.
        if "theme" in columns:
            connection.execute("UPDATE generation SET theme = NULL WHERE theme IS NOT NULL")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def backups(database: Path) -> list[Path]:
    """List the copies of a database, newest first by their names."""
    return sorted(backup_folder(database).glob(_ALL), reverse=True)


def prune(database: Path, keep: int, moment: datetime) -> list[Path]:
    """Delete all copies but the newest ones: what people deleted is still in the old ones.

    Args:
        database: The file whose copies they are.
        keep: Number of copies that are kept.
        moment: The present in UTC. Copies that are dated after it are of a time when a clock was ahead, and go first.

    Returns:
        Those that were deleted.
    """
    ahead = [copy for copy in backups(database) if copy.name > name_of(moment + _AHEAD)]
    old = [*(copy for copy in backups(database) if copy not in ahead), *ahead][keep:]
    for copy in old:
        for ending in BESIDE_A_DATABASE:
            copy.with_name(copy.name + ending).unlink(missing_ok=True)
    return old
