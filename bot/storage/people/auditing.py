"""Who did what that others may ask about: settings of servers, deletions, what admins do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.storage.tables import audit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.clock import Clock
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One thing done."""

    number: int
    at: datetime
    actor_id: int
    guild_id: int | None
    action: str
    detail: Mapping[str, Any]


class Audit:
    """The list of things done; it only grows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, actor_id: int, action: str, *, guild_id: int | None = None, **detail: object) -> None:
        """Note what was done; `detail` is plain values."""
        await self._database.write(
            lambda connection: note(connection, self._clock(), actor_id, action, guild_id=guild_id, detail=detail)
        )

    async def latest(self, limit: int = 20) -> list[Audited]:
        """The newest first."""
        query = select(audit).order_by(audit.c.number.desc()).limit(limit)
        return await self._database.read(
            lambda connection: [Audited(**row) for row in connection.execute(query).mappings()]
        )


def note(
    connection: Connection,
    at: datetime,
    actor_id: int,
    action: str,
    *,
    guild_id: int | None,
    detail: Mapping[str, Any],
) -> None:
    """Note it in the unit of work that does it, so that there is both or neither."""
    connection.execute(
        audit.insert().values(at=at, actor_id=actor_id, action=action, guild_id=guild_id, detail=dict(detail))
    )
