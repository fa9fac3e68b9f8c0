"""A server of PostgreSQL's, which several bots and workers share."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from sqlalchemy import URL, event, func, select, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.domain.shards import EVERYTHING
from bot.errors import SettingsError, TemporaryTrouble
from bot.storage.dialects import faults
from bot.storage.dialects.advisory_locks import AdvisoryLocks
from bot.storage.dialects.blocking import BlockingConnection
from bot.storage.dialects.dialect import READERS, Access
from bot.storage.dialects.link import open_link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.domain.locks import Locks
    from bot.domain.shards import ShardShare
    from bot.storage.dialects.link import Link

T = TypeVar("T")

DRIVER: Final = "postgresql+asyncpg"

_WRITING = 0x0CADE2A1
"""Advisory lock of the one unit that writes."""

_LOCK_WRITING = text(
    "SELECT set_config('lock_timeout', :limit, true), pg_advisory_xact_lock(:lock),"
    " set_config('lock_timeout', '0', true)"
).bindparams(lock=_WRITING)
"""Takes that lock until the transaction ends. Waits for so many milliseconds, for this lock alone."""

IDLE_SECONDS = 15.0
"""How long a unit may leave its transaction alone before the server ends it."""

_OPTIONS: dict[Access, dict[str, Any]] = {
    # To begin and end a transaction would be two more words with the server.
    Access.ASK: {"isolation_level": "AUTOCOMMIT"},
    Access.READ: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    Access.WRITE: {"isolation_level": "READ COMMITTED", "postgresql_readonly": False},
    Access.CHANGE: {"isolation_level": "READ COMMITTED", "postgresql_readonly": False},
}
"""What SQLAlchemy is told of each connection."""

_KEPT_ALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""Settings of a session by which the server notices within half a minute that a machine is gone, and lets go of its
locks."""

_CONNECT_SECONDS = 5.0
_COMMAND_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """See `Dialect`.

    Units that write hold one lock, in all processes: they see each other's whole effect or none of it, as on SQLite.
    Those that change rows by conditions on these rows alone need no lock but the rows' own.

    Attributes:
        url: Where it is, with `DRIVER`.
    """

    url: URL

    @property
    def setting(self) -> str:
        """Its address."""
        return "CADENZA_DATABASE_URL"

    @property
    def place(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """None."""
        return None

    def make_engine(self) -> AsyncEngine:
        """See `Dialect`."""
        # A process that freezes within a unit would keep all others from writing.
        engine = self._engine(IDLE_SECONDS, pool_size=READERS + 1, max_overflow=0)
        event.listen(engine.sync_engine, "checkout", _refuse_closed)
        return engine

    def _engine(self, idle_seconds: float = 0.0, **how: Any) -> AsyncEngine:  # noqa: ANN401 - the library's
        if find_spec("asyncpg") is None:
            raise SettingsError("CADENZA_DATABASE_URL: PostgreSQL's driver is missing; install cadenza[postgresql]")
        arguments: dict[str, Any] = {"timeout": _CONNECT_SECONDS, "command_timeout": _COMMAND_SECONDS}
        idle = {"idle_in_transaction_session_timeout": str(round(1000 * idle_seconds))}
        arguments["server_settings"] = _KEPT_ALIVE | idle
        return create_async_engine(self.url, hide_parameters=True, connect_args=arguments, **how)

    async def begin(self, connection: AsyncConnection, access: Access, *, seconds: float) -> None:
        """See `Dialect`."""
        await connection.execution_options(**_OPTIONS[access])
        await connection.begin()
        if access is not Access.WRITE:
            return
        try:
            await _lock_writing(connection, seconds)
        except BaseException:
            await connection.rollback()
            raise

    def link(self) -> AbstractAsyncContextManager[Link]:
        """A connection that stays open, see `bot.storage.dialects.link`."""
        return open_link(self._engine(poolclass=NullPool))

    def alter(self, unit: Callable[[Connection], None], seconds: float) -> None:
        """See `Dialect`."""

        async def run() -> None:
            engine = self._engine(poolclass=NullPool)
            try:
                async with engine.begin() as connection:
                    await _lock_writing(connection, seconds)
                    await connection.run_sync(unit)
            except OSError as error:
                raise faults.as_away(error) from error
            finally:
                await engine.dispose()

        asyncio.run(run())

    def broken_references(self, _connection: Connection) -> Counter[tuple[str, str]]:
        """None: the server checks each statement."""
        return Counter()

    def keep_copy(self, moment: datetime, occasion: str) -> None:
        """Nothing: whoever runs the server copies it with `pg_dump`; a step that fails is undone as a whole."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the locks of the only bot."""
        with asyncio.Runner() as runner:
            held = self.only_one(EVERYTHING)
            runner.run(_entered(held))
            try:
                yield
            finally:
                runner.run(_left(held))

    def last_numbers(self, connection: Connection, tables: Sequence[Table]) -> list[tuple[Table, int]]:
        """The highest number that each table ever gave; none of those that gave none."""
        given = []
        for table in tables:
            sequence = "number" in table.c and connection.scalar(select(_sequence_of(table)))
            last = connection.scalar(text(f"SELECT last_value FROM {sequence} WHERE is_called")) if sequence else None  # noqa: S608 - its own name
            if last:
                given.append((table, int(last)))
        return given

    def go_on_after(self, connection: Connection, table: Table, number: int) -> None:
        """Let a table give numbers above one, which was given elsewhere."""
        connection.execute(select(func.setval(_sequence_of(table), number)))

    @asynccontextmanager
    async def only_one(self, share: ShardShare) -> AsyncIterator[Locks]:
        """See `Dialect`: advisory locks, which the server lets go of when this process or its connection ends."""
        # One connection alone, which is opened anew when it was lost, and with it the locks.
        engine = self._engine(pool_size=1, max_overflow=0)
        held = AdvisoryLocks(engine, share, self.place, partial(_explained, self))
        try:
            await held.look()
            yield held
        finally:
            await held.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See `Dialect`."""
        try:
            with BlockingConnection(lambda: self._engine(poolclass=NullPool)) as connection:
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
                # It has what is asked of a connection to read, and nothing else.
                yield cast("Connection", connection)
        except SQLAlchemyError as error:
            raise _explained(self, error) from error


async def _entered(held: AbstractAsyncContextManager[object]) -> None:
    await held.__aenter__()


async def _left(held: AbstractAsyncContextManager[object]) -> None:
    await held.__aexit__(None, None, None)


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401 - the driver's
    """Take no connection of which it is known that it was cut; to ask the server each time costs more than a query."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _sequence_of(table: Table) -> ColumnElement[str]:
    return func.pg_get_serial_sequence(table.name, "number")


async def _lock_writing(connection: AsyncConnection, seconds: float) -> None:
    """Take the lock of those who write, until this transaction ends."""
    await connection.execute(_LOCK_WRITING, {"limit": str(max(1, round(seconds * 1000)))})


def _explained(server: PostgresServer, error: SQLAlchemyError) -> SettingsError | TemporaryTrouble:
    """What is said of an error; the driver's words name no password."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if faults.is_passing(error):
        return TemporaryTrouble(f"CADENZA_DATABASE_URL: cannot use {server.place} now: {cause}")
    return SettingsError(f"CADENZA_DATABASE_URL: cannot use {server.place}: {cause}")
