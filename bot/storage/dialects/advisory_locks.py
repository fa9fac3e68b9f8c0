"""Locks on a server of PostgreSQL's: which bot has which shards, and who does what only one may do.

All of them are advisory locks of one connection. The server lets go of them when the process or its connection ends.
"""

from __future__ import annotations

import asyncio
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import ShardsTaken
from bot.storage.dialects import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.domain.shards import ShardShare

_COUNT: Final = 0x0CADE2A4
"""First key of the shared lock whose second key is the number of all shards."""

_SHARD: Final = 0x0CADE2A5
"""First key of the lock whose second key is a shard."""

_NAMED: Final = 0x0CADE2A6
"""First key of locks that have a name."""

_OTHER_COUNTS = text(
    "SELECT min(objid::bigint) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
    " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    " AND classid::bigint = :kind AND objsubid = 2 AND objid::bigint <> :count"
).bindparams(kind=_COUNT)


class AdvisoryLocks:
    """See `Locks`; the share of a process is one of them."""

    def __init__(
        self, engine: AsyncEngine, share: ShardShare, place: str, explain: Callable[[SQLAlchemyError], Exception]
    ) -> None:
        """Hold nothing yet.

        Args:
            engine: Gives one connection, on which no statement is part of a longer transaction.
            share: Shards of this process.
            place: Where the database is, for people.
            explain: Makes of a driver's error what is told.
        """
        self._engine = engine
        self._share = share
        self._place = place
        self._explain = explain
        self._connection: AsyncConnection | None = None
        self._names: set[str] = set()
        self._one = asyncio.Lock()
        """A connection does one thing at a time."""

    async def look(self) -> None:
        """Take the shards and whatever else was held, unless the connection lives that holds them."""
        async with self._one:
            await self._use(self._ready)

    async def take(self, name: str) -> bool:
        """See `Locks`."""

        async def take() -> bool:
            connection = await self._ready()
            taken = name not in self._names and await _try(connection, _NAMED, _key_of(name))
            if taken:
                self._names.add(name)
            return taken

        async with self._one:
            return bool(await self._use(take))

    async def give_back(self, name: str) -> None:
        """See `Locks`."""
        async with self._one:
            held, connection = name in self._names, self._connection
            self._names.discard(name)
            if held and connection is not None:
                with suppress(SQLAlchemyError, OSError):
                    # Where the connection is lost, so is the lock.
                    await connection.execute(text(f"SELECT pg_advisory_unlock({_NAMED}, {_key_of(name)})"))

    async def close(self) -> None:
        """Let go of all."""
        if self._connection is not None:
            with suppress(SQLAlchemyError, OSError):
                await self._connection.close()
        await self._engine.dispose()

    async def _use(self, work: Callable[[], object]) -> object:
        try:
            return await work()  # type: ignore[misc]  # each is a coroutine function of this class
        except OSError as error:
            raise self._explain(faults.as_away(error)) from error
        except SQLAlchemyError as error:
            raise self._explain(error) from error

    async def _ready(self) -> AsyncConnection:
        """The connection that holds everything, made anew where it was lost."""
        if self._connection is not None and not await _is_alive(self._connection):
            self._connection = None
        if self._connection is None:
            connection = await self._engine.connect()
            try:
                # A transaction that stays open would keep old rows from being cleared away.
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await self._lock(connection)
            except BaseException:
                with suppress(SQLAlchemyError, OSError):
                    await connection.invalidate()
                    await connection.close()
                raise
            self._connection = connection
        return self._connection

    async def _lock(self, connection: AsyncConnection) -> None:
        share = self._share
        # Taken before it is looked for others': of two that start at once with different numbers both see each other.
        await connection.execute(text(f"SELECT pg_advisory_lock_shared({_COUNT}, {share.count})"))
        other = await connection.scalar(_OTHER_COUNTS, {"count": share.count})
        if other is not None:
            told = f"a bot runs on {self._place} that counts {other} shards, and this one counts {share.count}"
            raise ShardsTaken(f"CADENZA_SHARDS: {told}; stop it first")
        for shard in share.ids:
            if not await _try(connection, _SHARD, shard):
                setting = "CADENZA_DATABASE_URL" if share.is_all else "CADENZA_SHARDS"
                which = "" if share.is_all else f" with shard {shard} of {share.count}"
                raise ShardsTaken(f"{setting}: another bot{which} runs on {self._place}; stop it first")
        for name in sorted(self._names):
            if not await _try(connection, _NAMED, _key_of(name)):
                self._names.discard(name)


async def _try(connection: AsyncConnection, kind: int, key: int) -> bool:
    return bool(await connection.scalar(text(f"SELECT pg_try_advisory_lock({kind}, {key})")))


def _key_of(name: str) -> int:
    """A number of 31 bits; two names that share one exclude each other as well, which harms nobody."""
    return zlib.crc32(name.encode()) & 0x7FFFFFFF


async def _is_alive(connection: AsyncConnection) -> bool:
    try:
        await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        with suppress(SQLAlchemyError, OSError):
            await connection.invalidate()
            await connection.close()
        return False
    return True
