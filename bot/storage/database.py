"""The one database: how it is opened, read, and written by one unit of work at a time.

A unit is a plain function of a connection. It runs whole, shielded from cancellation, so that no cancelled task can
leave a transaction open: that would block every writer.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import create_async_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

BUSY_SECONDS = 30
"""How long a unit waits for another process's, a backup's say, before it fails."""

HURRY_SECONDS = 4.0
"""How long units may still wait when the bot is about to end: systemd and Docker kill it after 15 seconds."""

_LOOK_EVERY = 0.25
"""Seconds that a write waits for the lock at a time, before it looks whether the bot is about to end."""

_READERS = 2
_PASSING = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}
)
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
PRIMARY = 0xFF
"""The part of SQLite's extended codes that says what kind of error it is."""

_WRITES = "cadenza_writes"
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What is deleted is overwritten: people are told that it is gone.
    "PRAGMA secure_delete = ON",
)


class Database:
    """Units of work, each a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = asyncio.Semaphore(_READERS)
        self._writing = asyncio.Semaphore(1)
        self._units: set[asyncio.Future[Any]] = set()
        self._wait_until = math.inf

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit` on one consistent state of the database."""
        return await self._shielded(self._run(unit, self._reading, writes=False))

    async def write(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit`, and commit: all of it has happened when this returns, or none when it raises.

        Who is cancelled meanwhile learns so only when the unit has ended, and it ends by committing.
        """
        return await self._shielded(self._run(unit, self._writing, writes=True))

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        running = asyncio.ensure_future(work)
        self._units.add(running)
        running.add_done_callback(self._units.discard)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            # A second cancellation ends this wait but not the unit, which `close` waits for.
            await asyncio.wait({running})
            running.exception()
            raise

    async def _run(self, unit: Callable[[Connection], T], turn: asyncio.Semaphore, *, writes: bool) -> T:
        async with turn, self._engine.connect() as connection:
            await connection.execution_options(**{_WRITES: writes})
            await self._begin(connection)
            result = await connection.run_sync(unit)
            await connection.commit()  # else all is rolled back when the connection is let go of
            return result

    async def _begin(self, connection: AsyncConnection) -> None:
        """Begin a transaction, as soon as no other process holds the lock that it needs."""
        gives_up = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                await connection.begin()
            except DatabaseError as error:
                if not _is_locked(error) or time.monotonic() >= min(gives_up, self._wait_until):
                    raise
            else:
                return

    def hurry(self) -> None:
        """Let no write wait long for another process any more: the bot is about to end."""
        self._wait_until = min(self._wait_until, time.monotonic() + HURRY_SECONDS)

    async def close(self) -> None:
        """Wait for the units under way, and let go of every connection: one left open keeps the process alive."""
        self.hurry()
        while self._units:
            await asyncio.wait(set(self._units))
        await self._engine.dispose()


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open the file, whose tables are there already (see `bot.storage.migration`)."""
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)), pool_size=_READERS + 1, max_overflow=0, hide_parameters=True
    )
    event.listen(engine.sync_engine, "connect", prepare_connection)
    event.listen(engine.sync_engine, "begin", _begin)
    database = Database(engine)
    try:
        yield database
    finally:
        await database.close()


def is_passing(error: BaseException) -> bool:
    """Whether an error of the database is one that goes by: another process held the lock, or the disk was full."""
    return _code_of(error) in _PASSING


def _is_locked(error: BaseException) -> bool:
    return _code_of(error) in _LOCKED


def _code_of(error: BaseException) -> int:
    """SQLite's primary code; 0 for an error of anything else."""
    cause = error.orig if isinstance(error, DatabaseError) else error
    return getattr(cause, "sqlite_errorcode", 0) & PRIMARY if isinstance(cause, sqlite3.Error) else 0


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
    writes = connection.get_execution_options().get(_WRITES)
    # A write waits here alone, in short spells; a read may have to wait at any of its statements.
    seconds = _LOOK_EVERY if writes else BUSY_SECONDS
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
