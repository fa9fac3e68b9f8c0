"""Battles inside units of work: how they begin, open, and are withdrawn when one of their pieces goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, or_, select, update

from bot.domain.battle import Battle, BattleTally, Choice
from bot.domain.generation import ON_THE_WAY, GenerationState, Post
from bot.storage import rows, themes
from bot.storage.dialects import link
from bot.storage.people import erasures, quota
from bot.storage.tables import battle, battle_vote, generation

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from bot.domain.generation import Generation

_AT_ONCE = 500
"""Pieces that one statement names; SQLite takes some thousands."""


def begin(connection: Connection, first: int, second: int, *, daily: bool) -> None:
    """Let two pieces that were just accepted meet."""
    connection.execute(insert(battle).values(number=first, second=second, daily=daily, shown=False))
    for number, rival in ((first, second), (second, first)):
        connection.execute(update(generation).where(generation.c.number == number).values(rival=rival))


def deliver(connection: Connection, first: Generation, where: Post, now: datetime) -> None:
    """Note that both pieces stand in a message, from which moment people may vote."""
    moved = rows.move(
        connection,
        first.rival or 0,
        [GenerationState.COMPOSED],
        state=GenerationState.DELIVERED,
        delivered_at=now,
        reply_token=None,
    )
    if moved is None:
        raise LookupError(f"piece {first.rival} of battle {first.number} is not there to be delivered")
    opened = {"message_id": where.message_id, "channel_id": where.channel_id, "opened_at": now}
    connection.execute(update(battle).where(battle.c.number == first.number).values(**opened))


def keep(connection: Connection, first: Generation) -> None:
    """Note that nobody could be reached: both pieces wait, and there is no battle."""
    rows.move(connection, first.rival or 0, [GenerationState.COMPOSED], state=GenerationState.KEPT, reply_token=None)
    withdraw(connection, [first.number])


def withdraw(connection: Connection, numbers: Collection[int]) -> None:
    """End the battles of pieces that are about to go, and have their messages removed.

    Half a battle is none: what is on the way of it is cancelled without a word, as the other piece's end tells it.
    """
    every = sorted(numbers)
    for start in range(0, len(every), _AT_ONCE):
        some = every[start : start + _AT_ONCE]
        found = connection.execute(select(battle).where(_of(some))).mappings().all()
        for row in found:
            _withdraw_one(connection, row)


def _withdraw_one(connection: Connection, row: RowMapping) -> None:
    first = rows.find(connection, row["number"])
    if row["message_id"] is not None:
        message = Post(
            message_id=row["message_id"],
            number=row["number"],
            channel_id=row["channel_id"],
            guild_id=first.guild_id if first is not None else None,
            posted_at=row["opened_at"],
        )
        erasures.remove_later(connection, [message])
    connection.execute(delete(battle_vote).where(battle_vote.c.number == row["number"]))
    connection.execute(delete(battle).where(battle.c.number == row["number"]))


def cancel_rival(connection: Connection, ended: Generation) -> None:
    """End the other half of a battle of which one failed or was cancelled, and count neither of what never began."""
    rival = ended.rival or 0
    withdraw(connection, [ended.number])
    moved = rows.move(
        connection,
        rival,
        ON_THE_WAY,
        state=GenerationState.CANCELLED,
        lease=None,
        lease_until=None,
        reply_token=None,
        untold=None,
        **themes.GONE,
    )
    link.tell(connection, f"ended:{rival}")
    if moved is not None and (ended.state is GenerationState.FAILED or moved.attempts == 0):
        quota.uncount(connection, rival)


def find(connection: Connection, which: ColumnElement[bool]) -> Battle | None:
    """The battle of which something is true."""
    row = connection.execute(select(battle).where(which)).mappings().first()
    return None if row is None else Battle(**row)


def exists(connection: Connection, number: int) -> bool:
    """Whether there is a battle that is called so."""
    return find(connection, battle.c.number == number) is not None


def tally_of(connection: Connection, number: int) -> BattleTally:
    """How often each choice was made."""
    query = select(battle_vote.c.choice, func.count().label("votes")).where(battle_vote.c.number == number)
    counts = {row.choice: row.votes for row in connection.execute(query.group_by(battle_vote.c.choice))}
    return BattleTally(**{choice.value: counts.get(choice.value, 0) for choice in Choice})


def in_open_battle() -> ColumnElement[bool]:
    """That a piece is in a battle that is not over: lists must not tell who composed it."""
    meets = or_(battle.c.number == generation.c.number, battle.c.second == generation.c.number)
    return select(battle.c.number).where(meets, battle.c.closed_at.is_(None)).correlate(generation).exists()


def _of(numbers: Collection[int]) -> ColumnElement[bool]:
    return or_(battle.c.number.in_(numbers), battle.c.second.in_(numbers))


def of_piece(number: int) -> ColumnElement[bool]:
    """That a battle is a piece's."""
    return _of([number])


def is_open() -> ColumnElement[bool]:
    """That people may vote in a battle."""
    return and_(battle.c.opened_at.is_not(None), battle.c.closed_at.is_(None))
