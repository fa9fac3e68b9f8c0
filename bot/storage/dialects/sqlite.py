"""A file of SQLite's: one machine, no server."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.domain.locks import OwnLocks
from bot.errors import SettingsError
from bot.storage.dialects.dialect import BUSY_SECONDS, READERS, WRITES, Access
from bot.storage.files.backups import back_up
from bot.storage.files.lock import only_one
from bot.storage.files.private_files import make_private_database, make_private_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.domain.locks import Locks
    from bot.domain.shards import ShardShare

_SECONDS = "cadenza_seconds"
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What is deleted is overwritten: people are told that it is gone.
    "PRAGMA secure_delete = ON",
)


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """See `Dialect`.

    Attributes:
        path: The file.
    """

    path: Path

    @property
    def setting(self) -> str:
        """Its folder."""
        return "CADENZA_DATA_DIR"

    @property
    def place(self) -> str:
        """The file."""
        return str(self.path)

    @property
    def file(self) -> Path | None:
        """The file."""
        return self.path

    def make_engine(self) -> AsyncEngine:
        """See `Dialect`; the file is there already."""
        engine = create_async_engine(
            URL.create("sqlite+aiosqlite", database=str(self.path)),
            pool_size=READERS + 1,
            max_overflow=0,
            hide_parameters=True,
        )
        event.listen(engine.sync_engine, "connect", prepare_connection)
        event.listen(engine.sync_engine, "begin", _begin)
        return engine

    async def begin(self, connection: AsyncConnection, access: Access, *, seconds: float) -> None:
        """See `Dialect`. A read never waits to begin, but it may have to at any of its statements; two never write."""
        writes = access in {Access.WRITE, Access.CHANGE}
        await connection.execution_options(**{WRITES: writes, _SECONDS: seconds if writes else BUSY_SECONDS})
        await connection.begin()

    def alter(self, unit: Callable[[Connection], None], seconds: float) -> None:
        """See `Dialect`."""
        try:
            make_private_folder(self.path.parent)
            make_private_database(self.path)
        except OSError as error:
            raise SettingsError(f"CADENZA_DATA_DIR: cannot use {self.path.parent}: {error.strerror}") from error

        def prepare(connection: Any, record: object) -> None:  # noqa: ANN401 - the driver's
            prepare_connection(connection, record)
            # A table is rebuilt by dropping it. With foreign keys switched on, all rows that refer to it would go
            # with it, and inside a transaction they cannot be switched off any more.
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

        engine = create_engine(URL.create("sqlite", database=str(self.path)), poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "connect", prepare)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        try:
            with engine.begin() as connection:
                unit(connection)
        finally:
            engine.dispose()

    def broken_references(self, connection: Connection) -> Counter[tuple[str, str]]:
        """See `Dialect`."""
        rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
        return Counter((row[0], row[2]) for row in rows)

    def keep_copy(self, moment: datetime, occasion: str) -> None:
        """See `Dialect`; copies lie beside the file."""
        back_up(self.path, moment, occasion=occasion)

    @asynccontextmanager
    async def only_one(self, _share: ShardShare) -> AsyncIterator[Locks]:
        """See `Dialect`: whoever runs a bot holds its folder's lock already, and cannot lose it."""
        yield OwnLocks()

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock of its folder."""
        return only_one(self.path.parent)

    def last_numbers(self, connection: Connection, tables: Sequence[Table]) -> list[tuple[Table, int]]:
        """The highest number that each table ever gave; none of those that gave none."""
        given = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")}
        return [(table, given[table.name]) for table in tables if given.get(table.name)]

    def go_on_after(self, connection: Connection, table: Table, number: int) -> None:
        """Let a table give numbers above one, which was given elsewhere."""
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, number))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See `Dialect`."""
        if not self.path.is_file():
            raise SettingsError(f"CADENZA_DATA_DIR: there is no database at {self.path}")

        def connect() -> sqlite3.Connection:
            # The driver begins no transaction for a mere query; the engine's "begin" does.
            # Several threads may take turns.
            address = self.path.absolute().as_uri() + "?mode=ro"
            return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)

        engine = create_engine("sqlite://", poolclass=NullPool, creator=connect, hide_parameters=True)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        try:
            with engine.connect() as connection:
                yield connection
        except DatabaseError as error:
            raise SettingsError(f"CADENZA_DATA_DIR: cannot read {self.path}: {error.orig}") from error
        finally:
            engine.dispose()


def prepare_connection(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
    """Set a new connection up; for the event of that name."""
    # The driver's own idea of when to begin is switched off; the engine's "begin" says when.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once where there will be writes.

    A transaction that began by reading cannot wait for the lock later: it fails with "database is locked".
    """
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(options.get(_SECONDS, BUSY_SECONDS) * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES) else "BEGIN")
