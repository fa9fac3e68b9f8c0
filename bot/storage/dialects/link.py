"""A connection to the server that stays open: it hears what others tell, and carries what belongs to no unit."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.dialects import faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

CHANNEL: Final = "cadenza"
"""What bots and workers tell each other goes through this one."""


@dataclass(frozen=True, slots=True)
class Link:
    """An open connection.

    Attributes:
        connection: The driver's own, in which each statement is a transaction.
        lost: Set once it is cut.
    """

    connection: Any
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, channel: str, heard: Callable[[str], None]) -> None:
        """Call `heard` with each word that is told on a channel from now on."""

        def listener(_connection: object, _process: int, _channel: str, word: str) -> None:
            heard(word)

        await self.connection.add_listener(channel, listener)

    def lost_calls(self, call: Callable[[], None]) -> None:
        """Call something once the connection is cut."""
        self.connection.add_termination_listener(lambda _: call())

    async def tell(self, *words: str) -> None:
        """Tell words to all who listen on `CHANNEL`."""
        await self.connection.execute("SELECT pg_notify($1, word) FROM unnest($2::text[]) AS word", CHANNEL, words)


@asynccontextmanager
async def open_link(engine: AsyncEngine) -> AsyncIterator[Link]:
    """Hold a connection of an engine open, and let go of both in the end.

    Raises:
        DatabaseError: The server is away, or it refuses.
    """
    try:
        try:
            held = await engine.connect()
        except OSError as error:
            raise faults.as_away(error) from error
        try:
            await held.execution_options(isolation_level="AUTOCOMMIT")
            link = Link((await held.get_raw_connection()).driver_connection)
            link.connection.add_termination_listener(lambda _: link.lost.set())
            yield link
        finally:
            with suppress(SQLAlchemyError, OSError):
                # Whoever takes it out of a pool must not hear what was meant for us.
                await held.invalidate()
                await held.close()
    finally:
        await engine.dispose()


def tell(connection: Connection, word: str) -> None:
    """Tell a word once the unit in which this is called has happened; on a file nobody listens."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, word)))
