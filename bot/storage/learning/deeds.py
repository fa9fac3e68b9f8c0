"""What people did with others' pieces that leaves no other row: playing them again, and having their files sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.domain.generation import THERE
from bot.storage.export.rated_columns import takes_part
from bot.storage.learning.taste_tables import deed
from bot.storage.tables import generation

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.clock import Clock
    from bot.storage.database import Database


class Deeds:
    """The deeds from which servers' tastes are learned."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, user_id: int, number: int, kind: str, *, guild_id: int | None) -> None:
        """Note once that somebody did something with a piece, if the server may learn from that.

        Nothing is noted of one's own pieces and of private ones, in direct messages, of pieces of another server, and
        where votes are not learned from.

        Args:
            user_id: The person.
            number: Number of the piece.
            kind: One of `composer.taste.signals.NOTED`.
            guild_id: The server where it was done.
        """
        learned_from = select(generation.c.number).where(
            generation.c.number == number,
            generation.c.guild_id == guild_id,
            generation.c.private.is_(False),
            generation.c.state.in_(list(THERE)),
            func.coalesce(generation.c.user_id, 0) != user_id,
            takes_part(generation.c.guild_id),
        )
        mine = (deed.c.user_id == user_id, deed.c.number == number, deed.c.kind == kind)

        def unit(connection: Connection) -> None:
            known = connection.scalar(select(deed.c.number).where(*mine))
            if known is None and connection.scalar(learned_from) is not None:
                values = {"user_id": user_id, "number": number, "kind": kind, "done_at": self._clock()}
                connection.execute(deed.insert().values(**values))

        if guild_id is not None:
            await self._database.write(unit)
