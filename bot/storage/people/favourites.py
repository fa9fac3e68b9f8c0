"""Pieces that people marked to find them again; nobody else is told of a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select

from bot.domain.generation import THERE
from bot.storage import rows
from bot.storage.tables import favourite, generation

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from bot.clock import Clock
    from bot.domain.generation import Generation
    from bot.storage.database import Database

MOST = 1000
"""Favourites that one person may have."""


class Favourites:
    """The marks, by whose they are."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, user_id: int, number: int) -> bool:
        """Mark a piece; a second mark changes nothing, and a piece that is gone bears none.

        Returns:
            Whether there was room for it.
        """

        def unit(connection: Connection) -> bool:
            mine = favourite.c.user_id == user_id
            known = connection.scalar(select(favourite.c.number).where(mine, favourite.c.number == number))
            if known is not None or not rows.is_there(connection, number):
                return True
            if (connection.scalar(select(func.count()).select_from(favourite).where(mine)) or 0) >= MOST:
                return False
            connection.execute(favourite.insert().values(user_id=user_id, number=number, marked_at=self._clock()))
            return True

        return await self._database.write(unit)

    async def remove(self, user_id: int, number: int) -> None:
        """Take a mark away."""
        mine = and_(favourite.c.user_id == user_id, favourite.c.number == number)
        await self._database.write(lambda connection: connection.execute(delete(favourite).where(mine)))

    async def has(self, user_id: int, number: int) -> bool:
        """Whether a person marked a piece that she may still find."""
        query = _of(user_id).where(favourite.c.number == number)
        return await self._database.read(lambda connection: connection.execute(query).first() is not None)

    async def list_marked(self, user_id: int, *, offset: int = 0, limit: int = 10) -> list[Generation]:
        """A person's favourites that are there, the newest mark first."""
        query = _of(user_id).order_by(favourite.c.marked_at.desc(), favourite.c.number.desc())
        return await self._database.read(
            lambda connection: [
                rows.to_generation(row) for row in connection.execute(query.offset(offset).limit(limit)).mappings()
            ]
        )

    async def count(self, user_id: int) -> int:
        """How many there are in the whole list."""
        query = select(func.count()).select_from(_of(user_id).subquery())
        return await self._database.read(lambda connection: connection.scalar(query) or 0)


def _of(user_id: int) -> Select[Any]:
    visible = or_(generation.c.private.is_(False), generation.c.user_id == user_id)
    return (
        rows.select_generations()
        .join(favourite, favourite.c.number == generation.c.number)
        .where(favourite.c.user_id == user_id, generation.c.state.in_(list(THERE)), visible)
    )
