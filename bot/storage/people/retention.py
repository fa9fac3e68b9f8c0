"""Throws away what is no longer kept for anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_, select

from bot.domain.generation import GenerationState
from bot.domain.shards import EVERYTHING, ShardShare
from bot.storage import tallies
from bot.storage.gallery import gallery_posts, weekly_rows
from bot.storage.learning.forgetting import forget_taste
from bot.storage.people import quota
from bot.storage.people.preferences import HOUSE, SERVER, write
from bot.storage.tables import audit, generation, post, setting

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.clock import Clock
    from bot.storage.database import Database


_ERASED_FOR = timedelta(hours=1)
"""How long it is known of an erased piece that there was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long something is kept.

    Attributes:
        failed_days: Days that rows of failed and cancelled pieces are kept.
        audit_days: Days that the record of what admins and moderators did is kept.
    """

    failed_days: int
    audit_days: int


class Retention:
    """Deletes rows when their time has come."""

    def __init__(self, database: Database, clock: Clock, share: ShardShare = EVERYTHING) -> None:
        self._database = database
        self._clock = clock
        self._share = share

    async def work_off(self, keep: Keep) -> None:
        """Delete what was kept long enough: failed, cancelled and erased pieces, and the record of deeds."""
        now = self._clock()
        # What is dated after now is of a time when a clock was ahead.
        fresh = generation.c.created_at.between(now - _ERASED_FOR, now + _ERASED_FOR)
        failed = generation.c.state.in_([GenerationState.FAILED, GenerationState.CANCELLED])
        old = generation.c.created_at < now - timedelta(days=keep.failed_days)
        erased = and_(generation.c.state == GenerationState.DELETED, ~fresh)

        def unit(connection: Connection) -> None:
            done = or_(and_(failed, old), erased)
            numbers = list(connection.scalars(select(generation.c.number).where(done)))
            connection.execute(delete(generation).where(done))
            tallies.settle(connection, numbers)
            connection.execute(delete(audit).where(audit.c.at < now - timedelta(days=keep.audit_days)))
            quota.forget_old(connection, now)

        await self._database.write(unit)

    async def server_left(self, guild_id: int) -> None:
        """Delete a server's settings, and where pieces stand there: nothing of it can be reached any more."""
        await self._database.write(lambda connection: _forget_server(connection, guild_id))

    async def servers_are(self, guild_ids: Collection[int]) -> None:
        """Note the servers that the bot is on, and forget those that it left since, while it was away, say.

        A server is known by an earlier note, or by its settings: nobody makes those where the bot is no member. Where
        people brought the bot along, pieces stand on servers that it never was on; those are none that it left. Of the
        servers of other processes nothing is known here.
        """

        def unit(connection: Connection) -> None:
            noted = connection.scalar(select(setting.c.value).where(*_NOTED)) or []
            settled = connection.scalars(select(setting.c.owner).where(setting.c.scope == SERVER))
            for guild_id in {*filter(self._share.has, (*noted, *settled))}.difference(guild_ids):
                _forget_server(connection, guild_id)
            others = [each for each in noted if not self._share.has(each)]
            now = sorted({*others, *guild_ids})
            if noted != now:
                write(connection, HOUSE, 0, _SERVERS, now)

        await self._database.write(unit)


_SERVERS = "servers"
"""Name of the setting that holds the ids of the servers that the bot was on, when it last looked."""

_NOTED = (setting.c.scope == HOUSE, setting.c.owner == 0, setting.c.name == _SERVERS)


def _forget_server(connection: Connection, guild_id: int) -> None:
    connection.execute(delete(post).where(post.c.guild_id == guild_id))
    gallery_posts.forget_server(connection, guild_id)
    weekly_rows.forget_server(connection, guild_id)
    forget_taste(connection, guild_id)
    connection.execute(delete(setting).where(setting.c.scope == SERVER, setting.c.owner == guild_id))
