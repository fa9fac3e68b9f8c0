"""Rows of galleries, as those see them who erase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from bot.domain.showing import ShowingState
from bot.storage.gallery.tables import gallery_post
from bot.storage.people.preferences import SERVER, write

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

LEFT_BEHIND = "gallery left behind "
"""Begins the name of a server's value that holds the channel of such a message; the piece's number ends it."""


def forget_pieces(connection: Connection, numbers: Collection[int]) -> None:
    """Note which pieces may stand in a gallery without a note of the message, in the unit of work that erases them.

    The bot may have ended between the message and the note of it. Once the row is gone, nothing else would tell.
    """
    begun = and_(gallery_post.c.state == ShowingState.POSTING, gallery_post.c.channel_id.is_not(None))
    query = select(gallery_post).where(begun, gallery_post.c.number.in_(numbers))
    for row in connection.execute(query).all():
        write(connection, SERVER, row.guild_id, f"{LEFT_BEHIND}{row.number}", row.channel_id)
