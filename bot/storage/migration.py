"""Bring the database to the newest form, all steps in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot import clock as clocks
from bot.errors import MigrationError, SettingsError, TemporaryTrouble
from bot.storage import migrations
from bot.storage.dialects.faults import is_passing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.clock import Clock
    from bot.storage.dialects.dialect import Dialect

FOLDER = Path(migrations.__file__).parent

_HAS_FORM = text("SELECT count(*) FROM information_schema.tables WHERE table_name = 'alembic_version'")

_OCCASION = "before-migration"

BUSY_SECONDS = 8.0
"""How long the start waits for another process; a signal that ends the bot is not heard meanwhile."""


def migrate(dialect: Dialect, clock: Clock = clocks.now) -> None:
    """Make the database if there is none, and take whatever steps it lacks. Blocks: run it in a thread.

    Before the first step, a copy is made of what is there, where that is ours to do.

    Raises:
        SettingsError: If it cannot be used, or was written by a newer Cadenza.
        TemporaryTrouble: If another program holds it for long, the disk is full, or no server answers.
        BackupError: If no copy can be made; no step was taken.
        MigrationError: If a step would have broken what refers to what; no step was taken.
    """
    try:
        dialect.alter(lambda connection: _take_steps(connection, dialect, clock), BUSY_SECONDS)
    except CommandError as error:
        raise SettingsError(
            f"{dialect.place} was written by a newer Cadenza; install that one again ({error})"
        ) from error
    except DBAPIError as error:
        if is_passing(error):
            raise TemporaryTrouble(f"{dialect.setting}: cannot use {dialect.place} now: {error.orig}") from error
        raise SettingsError(f"{dialect.setting}: cannot use {dialect.place}: {error.orig}") from error


def _take_steps(connection: Connection, dialect: Dialect, clock: Clock) -> None:
    config = configuration(connection)
    before = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(config).get_current_head()
    if before == newest:
        return
    if before is not None:
        dialect.keep_copy(clock(), _OCCASION)
    broken_before = dialect.broken_references(connection)
    command.upgrade(config, "head")
    broken = dialect.broken_references(connection) - broken_before
    if broken:
        raise MigrationError(
            f"{dialect.place} was left as it was: its references would have been broken ({dict(broken)})"
        )


def check_newest(dialect: Dialect) -> None:
    """Refuse a database that has another form than this Cadenza makes, for whoever does not make it. Blocks.

    Raises:
        SettingsError: If it cannot be read, or was written by a newer Cadenza.
        TemporaryTrouble: If no server answers, or no bot of this Cadenza has brought it to its form yet.
    """
    with dialect.reading() as connection:
        there = None
        if connection.scalar(_HAS_FORM):
            there = connection.scalar(text("SELECT version_num FROM alembic_version"))
    known = versions()
    if there is not None and there not in known:
        raise SettingsError(f"{dialect.place} was written by a newer Cadenza; install that one here, too")
    if there != known[0]:
        raise TemporaryTrouble(f"{dialect.place} is not ready: start the bot of this Cadenza on it first")


def versions() -> list[str]:
    """List the forms of the database that this Cadenza knows, newest first."""
    steps = ScriptDirectory(str(FOLDER)).walk_revisions()
    return [step.revision for step in steps]


def configuration(connection: Connection) -> Config:
    """What Alembic has to know, without a file of its own."""
    config = Config()
    # Alembic takes % for the beginning of a reference.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
