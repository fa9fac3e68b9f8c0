"""Ratings: of all votes that a person has standing for a piece, the newest counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import and_, delete, func, select

from bot.storage import charts, tallies
from bot.storage.export import extracts
from bot.storage.gallery import gallery_posts
from bot.storage.people import erasures
from bot.storage.people.blocklist import BlockedKind, is_blocked
from bot.storage.tables import generation, post, rating, vote

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Connection

    from bot.clock import Clock
    from bot.domain.summaries import Ranked, Tally
    from bot.storage.charts import Chart
    from bot.storage.database import Database

VALUES = (-1, 1, 2)
"""👎, 👍 and ❤️."""

Heard: TypeAlias = tuple[int | None, int | None]
"""A reaction of which Discord told by itself: its value and whose it is; None is all, and everybody's."""

REACTION = "reaction"
BUTTON, MENU = "button", "menu"
_SINGLE = (BUTTON, MENU)
"""Sources where a new vote takes the place of the one before."""

_NEWEST_FIRST = vote.c.cast_order.desc()


class Ratings:
    """What people think of the pieces."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def vote(self, number: int, user_id: int, value: int, *, source: str, message_id: int = 0) -> None:
        """Cast a vote; casting one that stands makes it the newest."""
        if value not in VALUES:
            raise ValueError(f"no such vote: {value}")

        def unit(connection: Connection) -> None:
            if source in _SINGLE:
                connection.execute(delete(vote).where(_by(number, user_id), vote.c.source.in_(_SINGLE)))
            self._cast(connection, number, user_id, value, source=source, message_id=message_id)
            _settle(connection, number, user_id)

        await self._database.write(unit)

    async def unpress(self, number: int, user_id: int) -> None:
        """Take back what a person said by a button or the menu; what reactions say counts again."""

        def unit(connection: Connection) -> None:
            connection.execute(delete(vote).where(_by(number, user_id), vote.c.source.in_(_SINGLE)))
            _settle(connection, number, user_id)

        await self._database.write(unit)

    async def withdraw(self, number: int, user_id: int, value: int, *, source: str, message_id: int = 0) -> None:
        """Take a vote back: the newest of those that are left counts."""

        def unit(connection: Connection) -> None:
            which = (vote.c.source == source, vote.c.message_id == message_id, vote.c.value == value)
            connection.execute(delete(vote).where(_by(number, user_id), *which))
            _settle(connection, number, user_id)

        await self._database.write(unit)

    async def clear(self, message_id: int, value: int | None = None) -> None:
        """Take back everybody's reactions on a message, all of them or those of one value."""

        def unit(connection: Connection) -> None:
            which = and_(vote.c.source == REACTION, vote.c.message_id == message_id)
            if value is not None:
                which = and_(which, vote.c.value == value)
            _take_back(connection, which)

        await self._database.write(unit)

    async def reconcile(
        self, message_id: int, standing: Mapping[int, Collection[int]], *, left: Collection[Heard] = ()
    ) -> int:
        """Make a message's reactions be those that stand there now; how many votes that changed.

        Args:
            message_id: Message of a posted result; another one changes nothing.
            standing: People who reacted so, by value; bots are none.
            left: Reactions that are left as they are.
        """
        passed_over = frozenset(left)

        def unit(connection: Connection) -> int:
            number = connection.scalar(select(post.c.number).where(post.c.message_id == message_id))
            if number is None:
                return 0
            ours = and_(vote.c.source == REACTION, vote.c.message_id == message_id)
            rows = connection.execute(select(vote.c.value, vote.c.user_id).where(ours))
            known = {(value, user_id) for value, user_id in rows if not _among(passed_over, value, user_id)}
            there = {(value, user_id) for value, people in standing.items() for user_id in people}
            there = {(value, user_id) for value, user_id in there if not _among(passed_over, value, user_id)}
            for value, user_id in sorted(known - there):
                _take_back(connection, and_(ours, vote.c.value == value, vote.c.user_id == user_id))
            erased = erasures.erased_before(connection, {user_id for _, user_id in there - known})
            # Whoever had all erased after this message came did not mean their reactions to be noted anew.
            new = {(value, user_id) for value, user_id in there - known if erased.get(user_id, 0) <= message_id}
            for value, user_id in sorted(new):
                self._cast(connection, number, user_id, value, source=REACTION, message_id=message_id)
                _settle(connection, number, user_id)
            return len(known - there) + len(new)

        return await self._database.write(unit)

    async def of(self, number: int, user_id: int) -> int | None:
        """What a person thinks of a piece."""
        query = select(rating.c.value).where(rating.c.number == number, rating.c.user_id == user_id)
        return await self._database.read(lambda connection: connection.scalar(query))

    async def tally(self, number: int) -> Tally:
        """How a piece was rated by others than its author."""
        return await self._database.read(lambda connection: charts.tally_of(connection, number))

    async def top(self, chart: Chart, *, offset: int = 0, limit: int = 10) -> list[Ranked]:
        """The best of the pieces that others may hear, see `bot.storage.charts`."""
        return await self._database.read(lambda connection: charts.top(connection, chart, offset, limit))

    async def that_train(self) -> tuple[int, int]:
        """How many pieces have votes that train, and how many people cast them; see `bot.storage.export.extracts`."""
        return await self._database.read(lambda connection: extracts.count_rated(connection, extracts.BEGINNING))

    def _cast(
        self, connection: Connection, number: int, user_id: int, value: int, *, source: str, message_id: int
    ) -> None:
        there = connection.scalar(select(generation.c.number).where(generation.c.number == number)) is not None
        where = connection.scalar(select(post.c.guild_id).where(post.c.message_id == message_id))
        refused = is_blocked(connection, BlockedKind.PERSON, user_id) or is_blocked(
            connection, BlockedKind.SERVER, where
        )
        if refused or not there:
            return
        which = (vote.c.source == source, vote.c.message_id == message_id, vote.c.value == value)
        connection.execute(delete(vote).where(_by(number, user_id), *which))
        newest = connection.scalar(select(func.max(vote.c.cast_order)).where(_by(number, user_id))) or 0
        connection.execute(
            vote.insert().values(
                number=number,
                user_id=user_id,
                source=source,
                message_id=message_id,
                value=value,
                cast_order=newest + 1,
                cast_at=self._clock(),
            )
        )


def _by(number: int, user_id: int) -> ColumnElement[bool]:
    return and_(vote.c.number == number, vote.c.user_id == user_id)


def _among(heard: Collection[Heard], value: int, user_id: int) -> bool:
    return not {(value, user_id), (value, None), (None, None)}.isdisjoint(heard)


def _take_back(connection: Connection, which: ColumnElement[bool]) -> None:
    touched = connection.execute(select(vote.c.number, vote.c.user_id).where(which).distinct()).all()
    connection.execute(delete(vote).where(which))
    for number, user_id in touched:
        _settle(connection, number, user_id)


def _settle(connection: Connection, number: int, user_id: int) -> None:
    """Make the rating be the newest vote that stands."""
    connection.execute(delete(rating).where(rating.c.number == number, rating.c.user_id == user_id))
    newest = (
        connection.execute(
            select(vote, generation.c.user_id.label("author"))
            .add_columns(func.coalesce(post.c.guild_id, generation.c.guild_id).label("where"))
            .join(generation, generation.c.number == vote.c.number)
            .outerjoin(post, post.c.message_id == vote.c.message_id)
            .where(_by(number, user_id))
            .order_by(_NEWEST_FIRST)
            .limit(1)
        )
        .mappings()
        .first()
    )
    if newest is not None:
        connection.execute(
            rating.insert().values(
                number=number,
                user_id=user_id,
                value=newest["value"],
                source=newest["source"],
                is_author=newest["author"] == user_id,
                guild_id=newest["where"],
                rated_at=newest["cast_at"],
            )
        )
    tallies.settle(connection, [number])
    gallery_posts.consider(connection, number, newest["cast_at"] if newest is not None else None)
