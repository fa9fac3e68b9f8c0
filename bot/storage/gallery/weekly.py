"""The best pieces of each server's week, settled once at the hour that the server's week begins.

A piece competes in the two weeks after it was asked for, and is named in one of them: so what was composed on the last
evening is not too late.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select, update

from bot.domain.approval import lower_bound
from bot.domain.generation import THERE
from bot.domain.showing import Pick, ShowingState, WeeklyMessage
from bot.domain.summaries import Tally
from bot.storage import rows
from bot.storage.gallery.tables import weekly_message, weekly_pick
from bot.storage.gallery.weekly_rows import at_week
from bot.storage.learning import battle_rows
from bot.storage.people.preferences import weekly_servers
from bot.storage.tables import generation, rating

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, RowMapping

    from bot.clock import Clock
    from bot.domain.order import ServerSettings
    from bot.storage.database import Database

WEEK = timedelta(days=7)
_COMPETES = 2 * WEEK
_LATE = timedelta(days=1)
"""How late a message may be, after a time without the bot or without a channel; then the week has none."""

LEAST_VOTES = 2
MOST_PICKS = 5

_TO_POST = (ShowingState.DUE, ShowingState.POSTING)


class WeeklyMessages:
    """The weeks of all servers that want such a message."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def settle(self) -> None:
        """Choose the best of each week whose hour has come, once; nobody's vote changes them afterwards."""
        now = self._clock()
        if await self._database.read(lambda connection: _unsettled(connection, now)):
            await self._database.write(lambda connection: _settle(connection, now))

    async def pending(self) -> list[WeeklyMessage]:
        """Messages that are to be posted or edited, oldest first."""
        now = self._clock()
        return await self._database.read(lambda connection: _pending(connection, now))

    async def claim(self, guild_id: int, due_at: datetime, channel_id: int) -> None:
        """Note that a message is about to be posted in a channel, so that it may stand there from now on."""
        waits = and_(at_week(guild_id, due_at), weekly_message.c.state.in_(_TO_POST))
        change = update(weekly_message).where(waits).values(state=ShowingState.POSTING, channel_id=channel_id)
        await self._database.write(lambda connection: connection.execute(change))

    async def messages(self, guild_id: int) -> set[int]:
        """Messages of all of a server's weeks, as far as they were noted."""
        query = select(weekly_message.c.message_id).where(weekly_message.c.guild_id == guild_id)
        return await self._database.read(lambda connection: set(connection.scalars(query)))

    async def told(self, week: WeeklyMessage, channel_id: int, message_id: int) -> None:
        """Note where a message stands, and that it names the picks that it has."""

        def unit(connection: Connection) -> None:
            left = len(_picks(connection, week.guild_id, week.due_at))
            state = ShowingState.POSTED if left == len(week.picks) else ShowingState.STALE
            values = {"channel_id": channel_id, "message_id": message_id, "state": state}
            connection.execute(update(weekly_message).where(at_week(week.guild_id, week.due_at)).values(**values))

        await self._database.write(unit)

    async def gone(self, guild_id: int, due_at: datetime) -> None:
        """Note that a message is gone, or will not come."""
        change = update(weekly_message).where(at_week(guild_id, due_at)).values(state=ShowingState.GONE)
        await self._database.write(lambda connection: connection.execute(change))


def next_hour(settings: ServerSettings, now: datetime) -> datetime | None:
    """When the next message of a server is due; None where it wants none."""
    begun = _begun(settings)
    return None if begun is None else begun + ((now - begun) // WEEK + 1) * WEEK


def _begun(settings: ServerSettings) -> datetime | None:
    if settings.weekly is None or settings.weekly_from is None:
        return None
    return datetime.fromtimestamp(settings.weekly_from, UTC)


def _unsettled(connection: Connection, now: datetime) -> list[tuple[int, datetime]]:
    """Servers whose hour has come, a short while ago, and the hour; none of them was settled."""
    found = []
    for guild_id, settings in weekly_servers(connection).items():
        upcoming = next_hour(settings, now)
        due_at = upcoming - WEEK if upcoming is not None else now
        if _begun(settings) == due_at or now - due_at > _LATE:
            continue
        if connection.scalar(select(weekly_message.c.guild_id).where(at_week(guild_id, due_at))) is None:
            found.append((guild_id, due_at))
    return found


def _settle(connection: Connection, now: datetime) -> None:
    for guild_id, due_at in _unsettled(connection, now):
        _settle_one(connection, guild_id, due_at)


def _settle_one(connection: Connection, guild_id: int, due_at: datetime) -> None:
    best = _best(connection, guild_id, due_at)
    state = ShowingState.DUE if best else ShowingState.SILENT
    connection.execute(weekly_message.insert().values(guild_id=guild_id, due_at=due_at, state=state))
    for place, number in enumerate(best, 1):
        connection.execute(weekly_pick.insert().values(guild_id=guild_id, due_at=due_at, number=number, place=place))


def _best(connection: Connection, guild_id: int, due_at: datetime) -> list[int]:
    """Numbers of the best pieces that compete, best first; of two alike the one with more votes, or the older."""
    competing = (
        generation.c.guild_id == guild_id,
        generation.c.private.is_(False),
        generation.c.state.in_(list(THERE)),
        generation.c.created_at.between(due_at - _COMPETES, due_at),
        ~select(weekly_pick.c.number).where(weekly_pick.c.number == generation.c.number).correlate(generation).exists(),
        ~battle_rows.in_open_battle(),
    )
    query = select(rating.c.number, _likes(), _dislikes()).join(generation, generation.c.number == rating.c.number)
    query = query.where(_counts(guild_id), *competing).group_by(rating.c.number)
    found = [
        (lower_bound(row.likes, row.dislikes), row.likes + row.dislikes, -row.number)
        for row in connection.execute(query)
        if row.likes + row.dislikes >= LEAST_VOTES and row.likes > row.dislikes
    ]
    return [-number for _, _, number in sorted(found, reverse=True)[:MOST_PICKS]]


def _counts(guild_id: int) -> ColumnElement[bool]:
    """That a rating is of the server's people, and not of the piece's composer."""
    return and_(rating.c.guild_id == guild_id, rating.c.is_author.is_(False))


def _likes() -> ColumnElement[int]:
    return func.sum(case((rating.c.value > 0, 1), else_=0)).label("likes")


def _dislikes() -> ColumnElement[int]:
    return func.sum(case((rating.c.value < 0, 1), else_=0)).label("dislikes")


def _pending(connection: Connection, now: datetime) -> list[WeeklyMessage]:
    fresh = and_(weekly_message.c.state.in_(_TO_POST), weekly_message.c.due_at >= now - _LATE)
    which = or_(fresh, weekly_message.c.state == ShowingState.STALE)
    query = select(weekly_message).where(which).order_by(weekly_message.c.due_at)
    return [_to_message(connection, row) for row in connection.execute(query).mappings().all()]


def _to_message(connection: Connection, row: RowMapping) -> WeeklyMessage:
    return WeeklyMessage(
        guild_id=row["guild_id"],
        due_at=row["due_at"],
        state=ShowingState(row["state"]),
        picks=_picks(connection, row["guild_id"], row["due_at"]),
        message_id=row["message_id"],
        channel_id=row["channel_id"],
    )


def _picks(connection: Connection, guild_id: int, due_at: datetime) -> tuple[Pick, ...]:
    at = and_(weekly_pick.c.guild_id == guild_id, weekly_pick.c.due_at == due_at)
    numbers = list(connection.scalars(select(weekly_pick.c.number).where(at).order_by(weekly_pick.c.place)))
    found = [rows.find(connection, number) for number in numbers]
    return tuple(Pick(piece, _tally(connection, piece.number, guild_id)) for piece in found if piece is not None)


def _tally(connection: Connection, number: int, guild_id: int) -> Tally:
    query = select(_likes(), _dislikes()).where(_counts(guild_id), rating.c.number == number)
    row = connection.execute(query).one()
    return Tally(likes=row.likes or 0, dislikes=row.dislikes or 0)
