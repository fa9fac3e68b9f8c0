"""Tastes of servers: when they are to be learned anew, of what, and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.taste import EVERY_VOTES
from bot.storage.learning import taste_material, taste_rows
from bot.storage.learning.taste_tables import taste
from bot.storage.people import auditing
from bot.storage.tables import battle_vote, rating
from composer.taste.learning import has_enough

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.clock import Clock
    from bot.domain.taste import KeptTaste, TasteMaterial
    from bot.storage.database import Database
    from composer.taste.learning import LearnedTaste


class Tastes:
    """What servers like."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def composing(self, guild_id: int | None, choice: str) -> int | None:
        """The number of the taste by which a server's pieces are composed now; None if by none."""
        return await self._database.ask(lambda connection: taste_rows.composing(connection, guild_id, choice))

    async def latest(self, guild_id: int | None) -> KeptTaste | None:
        """The newest version of a server's taste, or of the shared one, taken or not."""
        return await self._database.read(lambda connection: taste_rows.latest(connection, guild_id))

    async def counts(self, guild_id: int) -> tuple[int, int, int]:
        """How many votes, rated pieces and people who rated there are for a server's taste."""
        return await self._database.read(lambda connection: taste_material.counts(connection, guild_id))

    async def all_taken(self) -> list[KeptTaste]:
        """The newest version of each server's taste that composes."""

        def unit(connection: Connection) -> list[KeptTaste]:
            guilds = connection.scalars(select(taste.c.guild_id).where(taste.c.guild_id.is_not(None)).distinct())
            newest = (taste_rows.latest(connection, guild_id) for guild_id in sorted(guilds))
            return [one for one in newest if one is not None and one.learned.taken]

        return await self._database.read(unit)

    async def due(self, since: datetime) -> list[int]:
        """Servers whose taste is to be learned anew, of those where somebody voted since, or from where votes went."""

        def unit(connection: Connection) -> list[int]:
            rated = select(rating.c.guild_id).where(rating.c.rated_at >= since, rating.c.guild_id.is_not(None))
            fought = select(battle_vote.c.guild_id).where(
                battle_vote.c.cast_at >= since, battle_vote.c.guild_id.is_not(None)
            )
            gone = select(taste.c.guild_id).where(taste.c.due.is_(True), taste.c.guild_id.is_not(None))
            servers = {guild_id for query in (rated, fought, gone) for guild_id in connection.scalars(query.distinct())}
            return sorted(guild_id for guild_id in servers if _is_due(connection, guild_id))

        return await self._database.read(unit)

    async def material(self, guild_id: int) -> TasteMaterial:
        """All that a server's taste is learned from."""
        return await self._database.read(lambda connection: taste_material.material(connection, guild_id))

    async def keep(self, guild_id: int | None, learned: LearnedTaste) -> None:
        """Note a new version of a server's taste, or of the shared one."""

        def unit(connection: Connection) -> None:
            votes = 0 if guild_id is None else taste_material.counts(connection, guild_id)[0]
            taste_rows.keep(connection, guild_id, learned, self._clock(), votes=votes)

        await self._database.write(unit)

    async def withdraw(self, guild_id: int) -> None:
        """Delete a taste of which too few votes are left."""
        await self._database.write(lambda connection: taste_rows.withdraw(connection, guild_id))

    async def forget(self, guild_id: int, *, by: int) -> None:
        """Delete all versions of a server's taste and learn nothing from votes until now; `by` whoever decided that."""

        def unit(connection: Connection) -> None:
            now = self._clock()
            taste_rows.forget_from(connection, guild_id, now)
            auditing.note(connection, now, by, "taste forgotten", guild_id=guild_id, detail={})

        await self._database.write(unit)


def _is_due(connection: Connection, guild_id: int) -> bool:
    """Whether there is enough for a first taste, enough more for another one, or less than it was learned from."""
    votes, pieces, people = taste_material.counts(connection, guild_id)
    before = taste_rows.latest(connection, guild_id)
    if before is None:
        return has_enough(pieces, people)
    marked = connection.scalar(select(taste.c.due).where(taste.c.number == before.number))
    return bool(marked) or votes < before.votes or votes >= before.votes + EVERY_VOTES
