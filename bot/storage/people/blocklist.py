"""Whom the operators refuse: people and servers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.storage.people import auditing
from bot.storage.tables import block

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.clock import Clock
    from bot.storage.database import Database


class BlockedKind(StrEnum):
    """Who is blocked."""

    PERSON = "person"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody who is refused.

    Attributes:
        kind: Whether it is a person or a server.
        owner: Discord's id of it.
        at: Moment from which it is refused.
    """

    kind: BlockedKind
    owner: int
    at: datetime


class Blocklist:
    """The people and servers that are refused; asked at everything that anybody does, so it is held in memory too."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._blocked: set[tuple[BlockedKind, int]] = set()

    async def load(self) -> None:
        """Read it, once, before anybody is asked about."""
        self._blocked = {(each.kind, each.owner) for each in await self.listed()}

    def has(self, user_id: int, guild_id: int | None) -> bool:
        """Whether a person is refused, on that server or anywhere."""
        return (BlockedKind.PERSON, user_id) in self._blocked or (
            guild_id is not None and (BlockedKind.SERVER, guild_id) in self._blocked
        )

    async def block(self, kind: BlockedKind, owner: int, *, by: int, guild_id: int | None) -> None:
        """Refuse somebody from now on, and note who decided that."""
        at = self._clock()

        def unit(connection: Connection) -> None:
            connection.execute(delete(block).where(block.c.kind == kind, block.c.owner == owner))
            connection.execute(block.insert().values(kind=kind, owner=owner, at=at))
            auditing.note(connection, at, by, "block", guild_id=guild_id, detail={kind.value: owner})

        await self._database.write(unit)
        self._blocked.add((kind, owner))

    async def unblock(self, kind: BlockedKind, owner: int, *, by: int, guild_id: int | None) -> bool:
        """Refuse somebody no longer; whether they were."""

        def unit(connection: Connection) -> bool:
            gone = connection.execute(delete(block).where(block.c.kind == kind, block.c.owner == owner)).rowcount > 0
            if gone:
                auditing.note(connection, self._clock(), by, "unblock", guild_id=guild_id, detail={kind.value: owner})
            return gone

        was_blocked = await self._database.write(unit)
        self._blocked.discard((kind, owner))
        return was_blocked

    async def listed(self) -> list[Blocked]:
        """All of them, newest first."""
        query = select(block).order_by(block.c.at.desc(), block.c.owner)
        return await self._database.read(
            lambda connection: [Blocked(BlockedKind(row.kind), row.owner, row.at) for row in connection.execute(query)]
        )


def is_blocked(connection: Connection, kind: BlockedKind, owner: int | None) -> bool:
    """Whether somebody is refused, inside a unit of work."""
    found = select(block.c.owner).where(block.c.kind == kind, block.c.owner == owner)
    return owner is not None and connection.scalar(found) is not None
