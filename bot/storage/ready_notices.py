"""Who is told that a piece is ready: an edit of the reply, in which it arrives, notifies nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from bot.domain.generation import GenerationState
from bot.storage.people import erasures
from bot.storage.people.preferences import defaults_of
from bot.storage.tables import generation as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.generation import Generation, Post
    from bot.storage.database import Database

LONG = timedelta(seconds=60)
"""How long somebody waits for a piece without looking elsewhere."""


class ReadyNotices:
    """The messages that call people to their pieces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def posted(self, call: Post) -> bool:
        """Note such a message, or that it has to go, since the piece or its person was erased meanwhile.

        Returns:
            Whether it stays.
        """

        def unit(connection: Connection) -> bool:
            there = (
                table.c.number == call.number,
                table.c.state == GenerationState.DELIVERED,
                table.c.user_id.is_not(None),
            )
            noted = connection.execute(update(table).where(*there).values(call_message_id=call.message_id)).rowcount
            if not noted:
                erasures.remove_later(connection, [call])
            return bool(noted)

        return await self._database.write(unit)


def is_due(connection: Connection, generation: Generation, where: Post, now: datetime) -> bool:
    """Whether the person is to be told, inside the unit of work that notes the delivery.

    A private reply notifies nobody, whatever follows it. A direct message that bears a piece notifies by itself.
    A battle is told by its message alone.

    Args:
        connection: Connection of the unit of work.
        generation: Generation as it was before its delivery.
        where: Message that bears it.
        now: Moment of the delivery.
    """
    if (
        generation.private
        or generation.rival
        or generation.user_id is None
        or where.channel_id != generation.channel_id
    ):
        return False
    if now - generation.created_at <= LONG:
        return False
    return defaults_of(connection, generation.user_id).notify is not False
