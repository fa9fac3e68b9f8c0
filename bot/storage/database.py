"""The one database: how it is opened, read, and written by one unit of work at a time.

A unit is a plain function of a connection. It runs whole, shielded from cancellation, so that no cancelled task can
leave a transaction open: that would block every writer.
"""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DBAPIError

from bot.errors import Stopping
from bot.storage.dialects import faults
from bot.storage.dialects.dialect import BUSY_SECONDS, READERS, Access

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.dialects.dialect import Dialect

T = TypeVar("T")

HURRY_SECONDS = 4.0
"""How long units may still wait when the bot is about to end: systemd and Docker kill it after 15 seconds."""

_HARMLESS = frozenset({Access.ASK, Access.READ})
"""What may be done twice."""


class Database:
    """Units of work, each a transaction of its own."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._engine = dialect.make_engine()
        self._reading = asyncio.Semaphore(READERS)
        self._writing = asyncio.Semaphore(1)
        self._units: set[asyncio.Future[Any]] = set()
        self._wait_until = math.inf
        self._closed = False

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit` on one consistent state of the database.

        Raises:
            Stopping: If the database was closed.
        """
        return await self._shielded(self._run(unit, self._reading, Access.READ))

    async def ask(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit`, which has one query: that costs a server less than `read`.

        Raises:
            Stopping: If the database was closed.
        """
        return await self._shielded(self._run(unit, self._reading, Access.ASK))

    async def write(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit`, and commit: all of it has happened when this returns, or none when it raises.

        Who is cancelled meanwhile learns so only when the unit has ended, and it ends by committing.

        Raises:
            Stopping: If the database was closed.
        """
        return await self._shielded(self._run(unit, self._writing, Access.WRITE))

    async def change(self, unit: Callable[[Connection], T]) -> T:
        """As `write`, for a unit that changes rows on conditions which those rows alone fulfil.

        Other processes may write meanwhile, where the database lets them. So a row is to be found and changed by one
        statement, and whatever the unit reads besides may have changed by then.

        Raises:
            Stopping: If the database was closed.
        """
        return await self._shielded(self._run(unit, self._writing, Access.CHANGE))

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

    async def _run(self, unit: Callable[[Connection], T], turn: asyncio.Semaphore, access: Access) -> T:
        async with turn:
            if self._closed:
                # A new connection would be nobody's to close, and its thread would outlive the event loop.
                raise Stopping
            try:
                return await self._run_once(unit, access)
            except DBAPIError as error:
                if access not in _HARMLESS or not error.connection_invalidated:
                    raise
            # Maybe the connection was cut while nobody used it, as when a server was started again.
            return await self._run_once(unit, access)

    async def _run_once(self, unit: Callable[[Connection], T], access: Access) -> T:
        try:
            async with self._engine.connect() as connection:
                await self._begin(connection, access)
                result = await connection.run_sync(unit)
                await connection.commit()  # else all is rolled back when the connection is let go of
                return result
        except OSError as error:
            # No unit opens files or connections of its own: no server answers.
            raise faults.as_away(error) from error

    async def _begin(self, connection: AsyncConnection, access: Access) -> None:
        """Begin a transaction, as soon as no other process holds the lock that it needs."""
        gives_up, cut = time.monotonic() + BUSY_SECONDS, False
        while True:
            # Who lets go of its place among those that wait is last again: so it waits as long as it may.
            left = min(gives_up, self._wait_until) - time.monotonic()
            try:
                await self._dialect.begin(connection, access, seconds=max(0.0, min(left, HURRY_SECONDS)))
            except DBAPIError as error:
                if error.connection_invalidated and not cut:
                    # Nothing was begun on it: another one takes its place.
                    cut = True
                elif not faults.is_locked(error) or time.monotonic() >= min(gives_up, self._wait_until):
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
        self._closed = True
        await self._engine.dispose()


@asynccontextmanager
async def open_database(dialect: Dialect) -> AsyncIterator[Database]:
    """Open what has its tables already (see `bot.storage.migration`)."""
    database = Database(dialect)
    try:
        yield database
    finally:
        await database.close()
