"""Bring the database to the newest form, all steps in one transaction."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from bot import clock as clocks
from bot.errors import MigrationError, SettingsError, TemporaryTrouble
from bot.storage import migrations
from bot.storage.database import is_passing, prepare_connection
from bot.storage.files.backups import back_up
from bot.storage.files.private_files import make_private_database, make_private_folder

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.clock import Clock

FOLDER = Path(migrations.__file__).parent

_OCCASION = "before-migration"

BUSY_SECONDS = 8.0
"""How long the start waits for another process; a signal that ends the bot is not heard meanwhile."""


def migrate(path: Path, clock: Clock = clocks.now) -> None:
    """Make the file if there is none, and take whatever steps it lacks. Blocks: run it in a thread.

    Before the first step, a copy is made of what is there (see `bot.storage.files.backups`).

    Raises:
        SettingsError: If the folder or file cannot be used, or was written by a newer Cadenza.
        TemporaryTrouble: If another program holds it for long, or the disk is full.
        BackupError: If no copy can be made; no step was taken.
        MigrationError: If a step would have broken what refers to what; no step was taken.
    """
    try:
        make_private_folder(path.parent)
        make_private_database(path)
    except OSError as error:
        raise SettingsError(f"CADENZA_DATA_DIR: cannot use {path.parent}: {error.strerror}") from error
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            _take_steps(connection, path, clock)
    except CommandError as error:
        raise SettingsError(f"{path} was written by a newer Cadenza; install that one again ({error})") from error
    except DatabaseError as error:
        if is_passing(error):
            raise TemporaryTrouble(f"CADENZA_DATA_DIR: cannot use {path} now: {error.orig}") from error
        raise SettingsError(f"CADENZA_DATA_DIR: cannot use {path}: {error.orig}") from error
    finally:
        engine.dispose()


def _take_steps(connection: Connection, path: Path, clock: Clock) -> None:
    config = configuration(connection)
    before = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(config).get_current_head()
    if before == newest:
        return
    if before is not None:
        back_up(path, clock(), occasion=_OCCASION)
    broken_before = _broken_references(connection)
    command.upgrade(config, "head")
    broken = _broken_references(connection) - broken_before
    if broken:
        raise MigrationError(f"{path} was left as it was: its references would have been broken ({dict(broken)})")


def versions() -> list[str]:
    """List the forms of the database that this Cadenza knows, newest first."""
    steps = ScriptDirectory(str(FOLDER)).walk_revisions()
    return [step.revision for step in steps]


def _broken_references(connection: Connection) -> Counter[tuple[str, str]]:
    """Count the rows that refer to none, by their table and the table that they refer to."""
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return Counter((row[0], row[2]) for row in rows)


def configuration(connection: Connection) -> Config:
    """What Alembic has to know, without a file of its own."""
    config = Config()
    # Alembic takes % for the beginning of a reference.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _prepare(connection: Any, record: object) -> None:  # noqa: ANN401 - the driver's
    """Set the connection up as the bot's own, but for one thing.

    A table is rebuilt by dropping it. With foreign keys switched on, all rows that refer to it would go with it, and
    inside a transaction they cannot be switched off any more.
    """
    prepare_connection(connection, record)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
