"""A server's taste is forgotten, with all that was noted for it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.storage.learning.taste_tables import deed, taste
from bot.storage.tables import generation

if TYPE_CHECKING:
    from sqlalchemy import Connection


def forget_taste(connection: Connection, guild_id: int) -> None:
    """Delete all versions of a server's taste, and the deeds on its pieces."""
    connection.execute(delete(taste).where(taste.c.guild_id == guild_id))
    here = select(generation.c.number).where(generation.c.guild_id == guild_id)
    connection.execute(delete(deed).where(deed.c.number.in_(here)))
