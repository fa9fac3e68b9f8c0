"""What the people who manage a server were told, so that they are told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, select

from bot.storage.people.preferences import SERVER, write
from bot.storage.tables import audit, setting

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from bot.storage.database import Database


class ServerNotices:
    """Notes of it, by server and subject."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, guild_id: int, subject: str, fault: str) -> bool:
        """Note that they are told of a fault; whether it is another one than they were told of last."""

        def unit(connection: Connection) -> bool:
            new = connection.scalar(select(setting.c.value).where(_about(guild_id, subject))) != fault
            if new:
                write(connection, SERVER, guild_id, _name(subject), fault)
            return new

        return await self._database.write(unit)

    async def forget(self, guild_id: int, subject: str) -> None:
        """Note that all is well again, or that they could not be told."""
        about = _about(guild_id, subject)
        known = await self._database.read(lambda connection: connection.scalar(select(setting.c.value).where(about)))
        if known is not None:
            await self._database.write(lambda connection: connection.execute(delete(setting).where(about)))

    async def last_manager(self, guild_id: int) -> int | None:
        """Whoever changed the server's settings last; None where nobody knows."""
        query = (
            select(audit.c.actor_id)
            .where(audit.c.guild_id == guild_id, audit.c.action == "server settings")
            .order_by(audit.c.number.desc())
            .limit(1)
        )
        return await self._database.read(lambda connection: connection.scalar(query)) or None


def _name(subject: str) -> str:
    return f"told {subject}"


def _about(guild_id: int, subject: str) -> ColumnElement[bool]:
    return and_(setting.c.scope == SERVER, setting.c.owner == guild_id, setting.c.name == _name(subject))
