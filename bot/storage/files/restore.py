"""Put a copy in the place of the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.errors import BackupError
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.files.backups import back_up, backup_folder, backups, copy_whole, name_of
from bot.storage.files.lock import only_one
from bot.storage.files.private_files import BESIDE_A_DATABASE, make_private_folder
from bot.storage.files.replay import replay
from bot.storage.migration import migrate

if TYPE_CHECKING:
    from datetime import datetime

_OCCASION = "before-restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it.

    Attributes:
        before: Where the database of before lies now; None if there was none.
        repeated: How many people and pieces were erased again.
    """

    before: Path | None
    repeated: int


def restore(copy: Path, database: Path, moment: datetime) -> Restored:
    """Put a copy in the place of the database, and bring it to the newest form.

    What was there becomes a copy itself. Until the last step, which replaces one file, the database is as it was.
    Whatever was erased after the copy was made is erased in it, too, as far as the database of before and the other
    copies beside it know of that.

    Args:
        copy: Copy to be put there; it is only read.
        database: The file to be replaced, if there is one.
        moment: The present in UTC.

    Raises:
        TemporaryTrouble: A bot runs on that database.
        BackupError: The copy cannot be used; nothing was changed.
        SettingsError: The copy was written by a newer Cadenza; nothing was changed.
    """
    _check(copy)
    with only_one(database.parent), TemporaryDirectory(prefix="restoring-", dir=database.parent) as folder:
        fresh = Path(folder) / database.name
        try:
            copy_whole(copy, fresh)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"{copy} cannot be copied to {database.parent}: {error}") from error
        migrate(SqliteFile(fresh))
        repeated = replay(fresh, [database, *backups(database)])
        before = _set_aside(database, moment) if database.exists() else None
        fresh.replace(database)
        return Restored(before, repeated)


def _check(copy: Path) -> None:
    if not copy.is_file():
        raise BackupError(f"there is no file {copy}")
    try:
        with closing(sqlite3.connect(copy.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
            (answer,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"{copy} is no database of Cadenza: {error}") from error
    if answer != "ok":
        raise BackupError(f"{copy} is damaged: {answer}")


def _set_aside(database: Path, moment: datetime) -> Path:
    """Make a copy of the database and empty what SQLite keeps beside it; one that cannot be read is moved as it is."""
    try:
        before = back_up(database, moment, occasion=_OCCASION)
        with closing(sqlite3.connect(database)) as connection:
            # The last one to close it takes the files beside it away.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (BackupError, sqlite3.Error):
        before = backup_folder(database) / name_of(moment, "unreadable")
        make_private_folder(before.parent)
        for ending in BESIDE_A_DATABASE:
            with suppress(FileNotFoundError):
                database.with_name(database.name + ending).replace(before.with_name(before.name + ending))
    return before
