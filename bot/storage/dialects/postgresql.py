"""A server of PostgreSQL's, which several bots and workers share."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast

from sqlalchemy import URL, func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import SettingsError, TemporaryTrouble
from bot.storage.dialects import faults
from bot.storage.dialects.dialect import READERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

DRIVER: Final = "postgresql+asyncpg"

_WRITING, _RUNNING = 0x0CADE2A1, 0x0CADE2A2
"""Advisory locks: of the one unit that writes, and of the one bot that runs."""

_CONNECT_SECONDS = 5.0
_COMMAND_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """See `Dialect`.

    Units that write hold one lock, in all processes: they see each other's whole effect or none of it, as on SQLite.

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
        return self._engine(pool_size=READERS + 1, max_overflow=0, pool_pre_ping=True)

    def _engine(self, **how: Any) -> AsyncEngine:  # noqa: ANN401 - the library's
        if find_spec("asyncpg") is None:
            raise SettingsError("CADENZA_DATABASE_URL: PostgreSQL's driver is missing; install cadenza[postgresql]")
        seconds = {"timeout": _CONNECT_SECONDS, "command_timeout": _COMMAND_SECONDS}
        return create_async_engine(self.url, hide_parameters=True, connect_args=seconds, **how)

    async def begin(self, connection: AsyncConnection, *, writes: bool, seconds: float) -> None:
        """See `Dialect`. A read sees one state, however long it takes."""
        if not writes:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await connection.begin()
            return
        await connection.execution_options(isolation_level="READ COMMITTED", postgresql_readonly=False)
        await connection.begin()
        try:
            await _lock_writing(connection, seconds)
        except BaseException:
            await connection.rollback()
            raise

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

    def go_on_after(self, connection: Connection, table: Table, number: int) -> None:
        """Let a table give numbers above one, which was given elsewhere."""
        if number:
            sequence = func.pg_get_serial_sequence(table.name, "number")
            connection.execute(select(func.setval(sequence, number)))

    @asynccontextmanager
    async def only_one(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """See `Dialect`: an advisory lock, which the server lets go of when this process or its connection ends."""
        # One connection alone, which is opened anew when it was lost, and with it the lock.
        engine = self._engine(pool_size=1, max_overflow=0)
        held = _BotLock(self, engine)
        try:
            await held.look()
            yield held.look
        finally:
            await held.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See `Dialect`."""
        with _Blocking(self) as connection:
            try:
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
                # It has what is asked of a connection to read, and nothing else.
                yield cast("Connection", connection)
            except SQLAlchemyError as error:
                raise _explained(self, error) from error


class _BotLock:
    """The lock of the one bot that runs, and the connection that bears it."""

    def __init__(self, server: PostgresServer, engine: AsyncEngine) -> None:
        self._server = server
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def look(self) -> None:
        """Take the lock, unless it is held; see `Dialect.only_one` for what it raises."""
        try:
            if self._connection is not None and not await self._is_alive(self._connection):
                self._connection = None
            if self._connection is None:
                self._connection = await self._locked()
        except OSError as error:
            raise _explained(self._server, faults.as_away(error)) from error
        except SQLAlchemyError as error:
            raise _explained(self._server, error) from error

    async def _is_alive(self, connection: AsyncConnection) -> bool:
        try:
            await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            await connection.invalidate()
            await connection.close()
            return False
        return True

    async def _locked(self) -> AsyncConnection:
        connection = await self._engine.connect()
        # Each statement is a transaction of its own: one that stays open would keep old rows from being cleared away.
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        if not await connection.scalar(text(f"SELECT pg_try_advisory_lock({_RUNNING})")):
            await connection.close()
            raise TemporaryTrouble(f"CADENZA_DATABASE_URL: another bot runs on {self._server.place}; stop it first")
        return connection

    async def close(self) -> None:
        """Let go of it."""
        if self._connection is not None:
            with suppress(SQLAlchemyError, OSError):
                await self._connection.close()
        await self._engine.dispose()


async def _lock_writing(connection: AsyncConnection, seconds: float) -> None:
    """Take the lock of those who write, until this transaction ends."""
    await connection.execute(text(f"SET LOCAL lock_timeout = {max(1, round(seconds * 1000))}"))
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITING})"))
    await connection.execute(text("SET LOCAL lock_timeout = 0"))


def _explained(server: PostgresServer, error: SQLAlchemyError) -> SettingsError | TemporaryTrouble:
    """What is said of an error; the driver's words name no password."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if faults.is_passing(error):
        return TemporaryTrouble(f"CADENZA_DATABASE_URL: cannot use {server.place} now: {cause}")
    return SettingsError(f"CADENZA_DATABASE_URL: cannot use {server.place}: {cause}")


class _Blocking:
    """A connection for whoever may block: an event loop in a thread of its own works for it."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="postgresql", daemon=True)

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            SettingsError: The server refuses.
            TemporaryTrouble: It is away.
        """
        self._thread.start()
        try:
            self._engine = self._server._engine(poolclass=NullPool)  # noqa: SLF001 - one module's
            self._connection = self._wait(self._connected())
        except BaseException as error:
            self._end()
            if isinstance(error, SQLAlchemyError):
                raise _explained(self._server, error) from error
            raise
        return self

    async def _connected(self) -> AsyncConnection:
        try:
            return await self._engine.connect().start()
        except OSError as error:
            raise faults.as_away(error) from error

    def __exit__(self, *_: object) -> None:
        with suppress(SQLAlchemyError, OSError):
            self._wait(self._connection.close())
            self._wait(self._engine.dispose())
        self._end()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def execution_options(self, *, yield_per: int) -> _Stream:
        """As a connection's: so many rows are there at once."""
        return _Stream(self, yield_per)

    def rows_of(self, query: Any, at_once: int) -> Iterator[Any]:  # noqa: ANN401 - the library's
        """The rows of a query as mappings, some at a time."""
        result = self._wait(self._streamed(query, at_once))
        mappings = result.mappings()
        while rows := self._wait(mappings.fetchmany(at_once)):
            yield from rows

    async def _streamed(self, query: Any, at_once: int) -> Any:  # noqa: ANN401 - the library's
        return await self._connection.stream(query, execution_options={"yield_per": at_once})

    def execute(self, *statement: Any) -> Any:  # noqa: ANN401 - the library's
        """As a connection's; all rows are there at once."""
        return self._wait(self._connection.execute(*statement))

    def scalar(self, *statement: Any) -> Any:  # noqa: ANN401 - the library's
        """As a connection's."""
        return self._wait(self._connection.scalar(*statement))

    def scalars(self, *statement: Any) -> Any:  # noqa: ANN401 - the library's
        """As a connection's."""
        return self._wait(self._connection.scalars(*statement))


@dataclass(frozen=True, slots=True)
class _Stream:
    """What executes a query whose rows come some at a time."""

    connection: _Blocking
    at_once: int
    query: Any = None

    def execute(self, query: Any) -> _Stream:  # noqa: ANN401 - the library's
        """As a connection's."""
        return replace(self, query=query)

    def mappings(self) -> Iterator[Any]:
        """As a result's."""
        return self.connection.rows_of(self.query, self.at_once)
