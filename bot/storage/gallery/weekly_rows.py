"""Rows of weekly messages, as those see them who erase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, select, update

from bot.domain.showing import ShowingState
from bot.storage.gallery.tables import weekly_message, weekly_pick

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


def forget_pieces(connection: Connection, numbers: Collection[int]) -> None:
    """Take pieces out of the messages that name them, in the unit of work that erases them."""
    named = weekly_pick.c.number.in_(numbers)
    for week in connection.execute(select(weekly_pick.c.guild_id, weekly_pick.c.due_at).where(named).distinct()).all():
        stands = and_(at_week(week.guild_id, week.due_at), weekly_message.c.state == ShowingState.POSTED)
        connection.execute(update(weekly_message).where(stands).values(state=ShowingState.STALE))
    connection.execute(delete(weekly_pick).where(named))


def forget_server(connection: Connection, guild_id: int) -> None:
    """Forget the weeks of a server that the bot has left."""
    for table in (weekly_pick, weekly_message):
        connection.execute(delete(table).where(table.c.guild_id == guild_id))


def at_week(guild_id: int, due_at: datetime) -> ColumnElement[bool]:
    """That a message is that of a server's week."""
    return and_(weekly_message.c.guild_id == guild_id, weekly_message.c.due_at == due_at)
