"""What people said of battles, and which battles are to be ended or shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, update

from bot.domain.battle import ENOUGH_VOTES, LASTS, Ballot, Battle, Bout, Choice
from bot.domain.generation import GenerationState
from bot.domain.shards import EVERYTHING
from bot.storage.admission import admit
from bot.storage.learning import battle_rows, daily_rows
from bot.storage.learning.contestants import read_contestants, with_contestants
from bot.storage.people.blocklist import BlockedKind, is_blocked
from bot.storage.sharing.shares import in_share
from bot.storage.tables import battle, battle_vote, generation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection

    from bot.clock import Clock
    from bot.domain.battle import BattleTally, Contestant
    from bot.domain.generation import Generation
    from bot.domain.shards import ShardShare
    from bot.storage.admission import Admission, Limits
    from bot.storage.database import Database


class Battles:
    """The battles that were begun, by the number of their first piece."""

    def __init__(self, database: Database, clock: Clock, share: ShardShare = EVERYTHING) -> None:
        self._database = database
        self._clock = clock
        self._is_mine = in_share(generation.c.guild_id, share)

    async def admit(
        self, pair: tuple[Admission, Admission], limits: Limits, *, day: str | None = None
    ) -> tuple[Generation, Generation] | None:
        """Accept both pieces of a battle or neither; where a request has its battle already, that one.

        Args:
            pair: What is to compose A and B; the first bears the request's number.
            limits: Limits that each must keep to; the first only finds room where there is room for both.
            day: Day of a daily battle, which nobody asked for; None of others.

        Returns:
            Both rows; None if the server has had its daily battle of that day.

        Raises:
            TooManyOnTheWay, QuotaUsed, QueueFull: As `bot.storage.admission.admit` does.
        """

        def unit(connection: Connection) -> tuple[Generation, Generation] | None:
            if day is not None and not daily_rows.take_day(connection, pair[0].guild_id or 0, day):
                return None
            first = admit(connection, pair[0], limits, {}, pieces=2)
            second = admit(connection, pair[1], limits, {}, pieces=0)
            if first.state is GenerationState.ACCEPTED and first.rival is None:
                battle_rows.begin(connection, first.number, second.number, daily=day is not None)
                if day is not None:
                    daily_rows.note_battle(connection, first.guild_id or 0, first.number)
            return replace(first, rival=second.number), replace(second, rival=first.number)

        return await self._database.write(unit)

    async def get(self, number: int) -> Battle | None:
        """The battle that is called so."""
        return await self._find(battle.c.number == number)

    async def of_piece(self, number: int) -> Battle | None:
        """The battle in which a piece is."""
        return await self._find(battle_rows.of_piece(number))

    async def by_message(self, message_id: int) -> Battle | None:
        """The battle that a message bears."""
        return await self._find(battle.c.message_id == message_id)

    async def contestants(self, number: int) -> tuple[Contestant, Contestant] | None:
        """What composed both pieces of a battle."""
        query = with_contestants(select(battle.c.number)).where(battle.c.number == number)

        def unit(connection: Connection) -> tuple[Contestant, Contestant] | None:
            row = connection.execute(query).first()
            return None if row is None else read_contestants(row)

        return await self._database.read(unit)

    async def tally(self, number: int) -> BattleTally:
        """How often each choice was made."""
        return await self._database.read(lambda connection: battle_rows.tally_of(connection, number))

    async def choice_of(self, number: int, user_id: int) -> Choice | None:
        """What a person said of a battle."""
        return await self._database.read(lambda connection: _choice(connection, number, user_id))

    async def vote(self, number: int, user_id: int, choice: Choice, *, guild_id: int | None) -> Ballot | None:
        """Note what a person says of a battle; None if there is no such battle.

        The first choice stands: once it is made, the person is told who composed what, and is blind no more.
        """

        def unit(connection: Connection) -> Ballot | None:
            found = battle_rows.find(connection, battle.c.number == number)
            if found is None:
                return None
            known = _choice(connection, number, user_id)
            refused = is_blocked(connection, BlockedKind.PERSON, user_id) or is_blocked(
                connection, BlockedKind.SERVER, guild_id
            )
            # Its message may be seen a moment before it is noted that it was opened.
            if known is not None or refused or found.closed_at is not None:
                return Ballot(found, known, is_new=False)
            connection.execute(
                battle_vote.insert().values(
                    number=number, user_id=user_id, choice=choice.value, guild_id=guild_id, cast_at=self._clock()
                )
            )
            return Ballot(found, choice, is_new=True)

        return await self._database.write(unit)

    async def due(self) -> list[Battle]:
        """Battles to be ended now, by time or by votes, and ended ones whose message does not say so yet."""
        votes = select(func.count()).where(battle_vote.c.number == battle.c.number).scalar_subquery()
        alone = and_(generation.c.private.is_(True), votes > 0)
        over = or_(battle.c.opened_at <= self._clock() - LASTS, votes >= ENOUGH_VOTES, alone)
        untold = and_(battle.c.closed_at.is_not(None), battle.c.shown.is_(False))
        query = (
            select(battle)
            .join(generation, generation.c.number == battle.c.number)
            .where(self._is_mine, or_(and_(battle_rows.is_open(), over), untold))
            .order_by(battle.c.number)
        )
        return await self._database.read(
            lambda connection: [Battle(**row) for row in connection.execute(query).mappings()]
        )

    async def wanted_daily(self, day: str) -> list[tuple[int, int]]:
        """Servers that want a battle a day and have had none on that day, each with its channel."""
        return await self._database.read(lambda connection: daily_rows.wanted(connection, day))

    async def goes_unheard(self, guild_id: int) -> bool:
        """Whether nobody voted in a server's daily battles for a week."""
        return await self._database.read(lambda connection: daily_rows.goes_unheard(connection, guild_id))

    async def stop_daily(self, guild_id: int, *, channel_id: int) -> bool:
        """Turn a server's daily battles off; whether they were on, in a channel that is still the one meant.

        Args:
            guild_id: The server.
            channel_id: Where they are posted; a server that chose another channel meanwhile keeps them.
        """
        return await self._database.write(
            lambda connection: daily_rows.stop(connection, guild_id, channel_id, self._clock())
        )

    async def close(self, number: int) -> bool:
        """Let no vote count any more; whether the battle was open."""
        change = update(battle).where(battle.c.number == number, battle_rows.is_open()).values(closed_at=self._clock())
        return await self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    async def shown(self, number: int) -> None:
        """Note that its message tells how it ended, or never will."""
        change = update(battle).where(battle.c.number == number).values(shown=True)
        await self._database.write(lambda connection: connection.execute(change))

    async def message_gone(self, message_id: int) -> None:
        """End the battle of a message that somebody deleted: nobody can vote any more, and the votes stand."""

        def unit(connection: Connection) -> None:
            mine = battle.c.message_id == message_id
            now = self._clock()
            connection.execute(update(battle).where(mine, battle.c.closed_at.is_(None)).values(closed_at=now))
            connection.execute(update(battle).where(mine).values(message_id=None, shown=True))

        await self._database.write(unit)

    async def _find(self, which: ColumnElement[bool]) -> Battle | None:
        return await self._database.read(lambda connection: battle_rows.find(connection, which))


def bouts(connection: Connection, *which: ColumnElement[bool]) -> Iterator[Bout]:
    """Every vote in every battle, as a comparison, in the order of the battles.

    Rows are read as they are taken, by whoever may block: there may be very many.

    Args:
        connection: In a transaction.
        which: Conditions that the votes must meet, on `battle_vote` and `battle`.
    """
    votes = select(battle_vote, battle.c.second).join_from(battle_vote, battle, battle.c.number == battle_vote.c.number)
    query = with_contestants(votes).where(*which).order_by(battle_vote.c.number, battle_vote.c.user_id)
    for row in connection.execute(query):
        yield Bout(
            battle=row.number,
            first=row.number,
            second=row.second,
            contestants=read_contestants(row),
            choice=Choice(row.choice),
            person=row.user_id,
            guild_id=row.guild_id,
        )


def _choice(connection: Connection, number: int, user_id: int) -> Choice | None:
    mine = (battle_vote.c.number == number, battle_vote.c.user_id == user_id)
    found = connection.scalar(select(battle_vote.c.choice).where(*mine))
    return Choice(found) if found is not None else None
