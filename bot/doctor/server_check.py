"""The check of a database that lies on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from bot.doctor.finding import Finding, counted, ill, well
from bot.errors import BotError
from bot.storage.tables import generation

if TYPE_CHECKING:
    from bot.storage.dialects.dialect import Dialect

_HAS_TABLES = text("SELECT count(*) FROM information_schema.tables WHERE table_name = 'alembic_version'")


def examine_server(server: Dialect) -> Finding:
    """Whether the server answers and lets the bot in; the tables come with the first start."""
    try:
        with server.reading() as connection:
            if not connection.scalar(_HAS_TABLES):
                return well("database", f"{server.place}, empty; the first start makes its tables")
            pieces = connection.scalar(select(func.count()).select_from(generation))
    except BotError as error:
        return ill("database", str(error))
    return well("database", f"{server.place}, {counted(pieces or 0, 'piece')}")
