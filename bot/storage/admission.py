"""Accepting a piece: the limits and the row, in one transaction, so that no two requests slip through together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.domain.fair_share import has_room
from bot.domain.generation import Generation, GenerationState
from bot.errors import QueueFull, QuotaUsed, TooManyOnTheWay
from bot.storage import rows
from bot.storage.dialects import link
from bot.storage.people import quota
from bot.storage.sharing.turns import QUEUE_CHANGED
from bot.storage.tables import generation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.order import Options
    from composer.music.given import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A piece to be accepted, all its options settled; see `bot.domain.order.Order`.

    Attributes:
        user_id: Person who asks; None where the bot begins it by itself, which counts for nobody.
    """

    request_id: int
    user_id: int | None
    guild_id: int | None
    channel_id: int
    locale: str
    private: bool
    options: Options
    reply_token: str | None = field(repr=False)
    another_of: int | None
    asked_at: datetime
    theme: Theme | None = field(default=None, repr=False)
    parent: int | None = None
    taste: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a piece must keep to.

    Attributes:
        on_the_way: Pieces of one person that may be on the way.
        per_hour: Pieces of one person on one server.
        queue_size: Pieces that may wait, everybody's together; see `bot.domain.fair_share`.
        room_at: Moment at which there will likely be room again in a full queue.
    """

    on_the_way: int
    per_hour: int
    queue_size: int
    room_at: datetime


def admit(
    connection: Connection, wanted: Admission, limits: Limits, theme: Mapping[str, Any], *, pieces: int = 1
) -> Generation:
    """Write the row, or give the one that this request has already.

    Args:
        connection: In a transaction.
        wanted: The piece.
        limits: Limits that it must keep to.
        theme: Columns of the music that it goes on from, see `bot.storage.themes`.
        pieces: Pieces that must find room for it to be accepted: two for the first of a battle, then none.

    Raises:
        TooManyOnTheWay: Before the quota, because it passes sooner.
        QuotaUsed: For this hour.
        QueueFull: Too many of that server wait.
    """
    known = _of_request(connection, wanted.request_id)
    if known is not None:
        return known
    digest = None if wanted.user_id is None else quota.digest_of(connection, wanted.user_id, wanted.guild_id)
    _check_limits(connection, wanted, limits, pieces, digest)
    values = {name: getattr(wanted, name) for name in Admission.__dataclass_fields__ if name not in _RENAMED}
    accepted = rows.add(
        connection,
        **values,
        **rows.option_columns(wanted.options),
        **theme,
        state=GenerationState.ACCEPTED,
        created_at=wanted.asked_at,
        seconds_spent={},
    )
    if digest is not None:
        quota.count(connection, accepted.number, digest, wanted.asked_at)
    link.tell(connection, QUEUE_CHANGED)
    return accepted


_RENAMED = {"options", "asked_at", "theme"}


def _of_request(connection: Connection, request_id: int) -> Generation | None:
    row = connection.execute(rows.select_generations().where(generation.c.request_id == request_id)).mappings().first()
    return None if row is None else rows.to_generation(row)


def _check_limits(connection: Connection, wanted: Admission, limits: Limits, pieces: int, digest: str | None) -> None:
    """Refuse what finds no room; what nobody asked for needs room in the queue alone."""
    if digest is not None:
        _check_on_the_way(connection, wanted, limits.on_the_way, pieces)
        _check_quota(connection, wanted, digest, limits.per_hour, pieces)
    _check_queue(connection, wanted, limits)


def _check_on_the_way(connection: Connection, wanted: Admission, most: int, pieces: int) -> None:
    """Count what waits or is in the making, but not what is only to be delivered: that costs nobody any time."""
    mine = select(generation.c.number).where(
        generation.c.user_id == wanted.user_id,
        generation.c.state.in_([GenerationState.ACCEPTED, GenerationState.COMPOSING]),
    )
    numbers = tuple(connection.scalars(mine.order_by(generation.c.number)))
    if len(numbers) + pieces > most and (numbers or pieces == 1):
        raise TooManyOnTheWay(most, numbers)


def _check_quota(connection: Connection, wanted: Admission, digest: str, most: int, pieces: int) -> None:
    """Count what was asked for within the hour, but not what failed or was cancelled before it was begun."""
    times = quota.counted(connection, digest, wanted.asked_at)
    if len(times) + pieces > most:
        # Room comes when so many have passed out of the hour that fewer than the quota are left.
        room_for = most - pieces
        raise QuotaUsed(most, (times[room_for] if 0 <= room_for < len(times) else wanted.asked_at) + quota.PERIOD)


def _check_queue(connection: Connection, wanted: Admission, limits: Limits) -> None:
    query = (
        select(generation.c.guild_id, func.count().label("pieces"))
        .where(generation.c.state == GenerationState.ACCEPTED)
        .group_by(generation.c.guild_id)
    )
    waiting = {row.guild_id: row.pieces for row in connection.execute(query)}
    if not has_room(waiting, wanted.guild_id, limits.queue_size):
        raise QueueFull(waiting.get(wanted.guild_id, limits.queue_size), limits.room_at)
