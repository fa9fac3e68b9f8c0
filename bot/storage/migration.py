"""Bring the database to the newest form, all steps in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from bot.errors import SettingsError
from bot.storage import migrations
from bot.storage.database import prepare_connection
from bot.storage.private_files import make_private_database, make_private_folder

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = Path(migrations.__file__).parent


def migrate(path: Path) -> None:
    """Make the file if there is none, and take whatever steps it lacks. Blocks: run it in a thread.

    Raises:
        SettingsError: If the folder or file cannot be used, or was written by a newer Cadenza.
    """
    try:
        make_private_folder(path.parent)
        make_private_database(path)
    except OSError as error:
        raise SettingsError(f"CADENZA_DATA_DIR: cannot use {path.parent}: {error.strerror}") from error
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", prepare_connection)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "head")
    except CommandError as error:
        raise SettingsError(f"{path} was written by a newer Cadenza; install that one again ({error})") from error
    except DatabaseError as error:
        raise SettingsError(f"CADENZA_DATA_DIR: cannot use {path}: {error.orig}") from error
    finally:
        engine.dispose()


def configuration(connection: Connection) -> Config:
    """What Alembic has to know, without a file of its own."""
    config = Config()
    # Alembic takes % for the beginning of a reference.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
