"""Reading a server's rows where one may block, and no event loop runs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Thread
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.storage.dialects import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")


class BlockingConnection:
    """A connection for whoever may block: an event loop in a thread of its own works for it."""

    def __init__(self, make_engine: Callable[[], AsyncEngine]) -> None:
        self._make_engine = make_engine
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="postgresql", daemon=True)

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            DatabaseError: The server refuses, or it is away.
        """
        self._thread.start()
        try:
            self._engine = self._make_engine()
            self._connection = self._wait(self._connected())
        except BaseException:
            self._end()
            raise
        return self

    async def _connected(self) -> AsyncConnection:
        try:
            return await self._engine.connect().start()
        except OSError as error:
            raise faults.as_away(error) from error

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
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

    connection: BlockingConnection
    at_once: int
    query: Any = None

    def execute(self, query: Any) -> _Stream:  # noqa: ANN401 - the library's
        """As a connection's."""
        return replace(self, query=query)

    def mappings(self) -> Iterator[Any]:
        """As a result's."""
        return self.connection.rows_of(self.query, self.at_once)
