"""Accepting a piece: the limits and the row, in one transaction, so that no two requests slip through together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, or_, select

from bot.domain.generation import Generation, GenerationState
from bot.errors import QueueFull, QuotaUsed, TooManyOnTheWay
from bot.storage.rows import option_columns, select_generations, to_generation
from bot.storage.tables import generation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.order import Options

QUOTA_PERIOD = timedelta(hours=1)

_OUT_OF_ORDER = timedelta(minutes=1)
"""How much later than this request one may have been made that was accepted before it.

What is dated later still is of a time when a clock was ahead, and would count until that time comes.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A piece to be accepted, all its options settled; see `bot.domain.order.Order`."""

    request_id: int
    user_id: int
    guild_id: int | None
    channel_id: int
    locale: str
    private: bool
    options: Options
    reply_token: str | None = field(repr=False)
    another_of: int | None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a piece must keep to.

    Attributes:
        on_the_way: Pieces of one person that may be on the way.
        per_hour: Pieces of one person on one server.
        queue_size: Pieces that may wait, everybody's together.
        room_at: Moment at which there will likely be room again in a full queue.
    """

    on_the_way: int
    per_hour: int
    queue_size: int
    room_at: datetime


def admit(connection: Connection, wanted: Admission, limits: Limits) -> Generation:
    """Write the row, or give the one that this request has already.

    Raises:
        TooManyOnTheWay: Before the quota, because it passes sooner.
        QuotaUsed: For this hour.
        QueueFull: Too many wait.
    """
    known = _of_request(connection, wanted.request_id)
    if known is not None:
        return known
    _check_on_the_way(connection, wanted, limits.on_the_way)
    _check_quota(connection, wanted, limits.per_hour)
    _check_queue(connection, limits)
    values = {name: getattr(wanted, name) for name in Admission.__dataclass_fields__ if name not in _RENAMED}
    connection.execute(
        insert(generation).values(
            **values,
            **option_columns(wanted.options),
            state=GenerationState.ACCEPTED,
            created_at=wanted.asked_at,
            seconds_spent={},
        )
    )
    accepted = _of_request(connection, wanted.request_id)
    if accepted is None:
        raise LookupError(f"request {wanted.request_id} has no row right after it was written")
    return accepted


_RENAMED = {"options", "asked_at"}


def _of_request(connection: Connection, request_id: int) -> Generation | None:
    row = connection.execute(select_generations().where(generation.c.request_id == request_id)).mappings().first()
    return None if row is None else to_generation(row)


def _check_on_the_way(connection: Connection, wanted: Admission, most: int) -> None:
    """Count what waits or is in the making, but not what is only to be delivered: that costs nobody any time."""
    mine = select(generation.c.number).where(
        generation.c.user_id == wanted.user_id,
        generation.c.state.in_([GenerationState.ACCEPTED, GenerationState.COMPOSING]),
    )
    numbers = tuple(connection.scalars(mine.order_by(generation.c.number)))
    if len(numbers) >= most:
        raise TooManyOnTheWay(most, numbers)


def _check_quota(connection: Connection, wanted: Admission, quota: int) -> None:
    """Count what was asked for within the hour, but not what failed or was cancelled before it was begun."""
    uncounted = or_(
        generation.c.state == GenerationState.FAILED,
        and_(generation.c.state == GenerationState.CANCELLED, generation.c.attempts == 0),
    )
    counted = (
        select(generation.c.created_at)
        .where(
            generation.c.user_id == wanted.user_id,
            generation.c.guild_id.is_(None) if wanted.guild_id is None else generation.c.guild_id == wanted.guild_id,
            generation.c.created_at > wanted.asked_at - QUOTA_PERIOD,
            generation.c.created_at <= wanted.asked_at + _OUT_OF_ORDER,
            ~uncounted,
        )
        .order_by(generation.c.created_at.desc())
    )
    times = list(connection.scalars(counted))
    if len(times) >= quota:
        # Room comes when so many have passed out of the hour that fewer than the quota are left.
        raise QuotaUsed(quota, times[quota - 1] + QUOTA_PERIOD if quota else wanted.asked_at + QUOTA_PERIOD)


def _check_queue(connection: Connection, limits: Limits) -> None:
    waiting = connection.scalar(
        select(func.count()).select_from(generation).where(generation.c.state == GenerationState.ACCEPTED)
    )
    if (waiting or 0) >= limits.queue_size:
        raise QueueFull(limits.queue_size, limits.room_at)
