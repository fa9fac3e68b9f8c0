"""Pieces that a person may name, for autocomplete: it finds them by number and title while they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, select

from bot.domain.generation import ON_THE_WAY, THERE
from bot.domain.summaries import NamedPiece
from bot.storage.tables import generation

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

    from bot.storage.database import Database

MOST = 1000
"""Newest pieces of a person, and newest of a server, that are found by their titles: each letter typed reads them."""

_LIKE_NUMBER = 25
"""Pieces of a person, however old, that are found by the beginning of their number."""


class PieceSearch:
    """What people may find."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, user_id: int, guild_id: int | None, digits: str = "") -> list[NamedPiece]:
        """Pieces that a person may see in a place, newest first.

        Args:
            user_id: The person, who sees all of hers.
            guild_id: The server, where all see what was composed there for all; None in direct messages.
            digits: The number, as far as it was typed: older pieces of that number are found, too.
        """
        return await self._database.read(lambda connection: _known(connection, user_id, guild_id, digits))


def _known(connection: Connection, user_id: int, guild_id: int | None, digits: str) -> list[NamedPiece]:
    mine = and_(generation.c.user_id == user_id, generation.c.state.in_([*THERE, *ON_THE_WAY]))
    queries = [_named(mine).limit(MOST)]
    if digits:
        begins = cast(generation.c.number, String).startswith(digits, autoescape=True)
        queries.append(_named(and_(mine, begins)).limit(_LIKE_NUMBER))
    if guild_id is not None:
        shared = and_(generation.c.private.is_(False), generation.c.state.in_(THERE))
        here = and_(generation.c.guild_id == guild_id, shared)
        queries.append(_named(here).order_by(None).order_by(generation.c.created_at.desc()).limit(MOST))
        if digits:
            queries.append(_named(and_(here, generation.c.number == int(digits))))
    found = {row.number: row.title or "" for query in queries for row in connection.execute(query)}
    return [NamedPiece(number, found[number]) for number in sorted(found, reverse=True)]


def _named(which: ColumnElement[bool]) -> Select[Any]:
    return select(generation.c.number, generation.c.title).where(which).order_by(generation.c.number.desc())
