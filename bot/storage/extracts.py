"""What goes out to people who study the ratings, and to training: rows without Discord's ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from bot.records import THERE
from bot.storage.packing import unpack
from bot.storage.preferences import server_settings
from bot.storage.tables import generation, rating

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

Row = dict[str, Any]

_KEPT_BACK = (
    "user_id", "guild_id", "channel_id", "request_id", "reply_token", "reply_message_id", "message_id", "lease",
    "locale", "tokens",
)  # fmt: skip
"""Columns of a generation that lead to persons and places, or that only training needs."""

_TRAINED_ON = (
    "number", "model", "version", "seconds", "seed", "style", "instrument", "key", "tempo", "creativity", "another_of",
    "chosen_key", "chosen_metre", "beats_per_minute", "bars", "measures",
)  # fmt: skip


class Pseudonyms:
    """Small numbers in the place of Discord's, in the order of their coming; nobody keeps which is whose."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def of(self, discord_id: int | None) -> int | None:
        """The same number for the same id, within one extract."""
        return None if discord_id is None else self._numbers.setdefault(discord_id, len(self._numbers) + 1)


def everything(connection: Connection, since: datetime) -> dict[str, list[Row]]:
    """All generations and ratings since a moment."""
    people, servers = Pseudonyms(), Pseudonyms()
    told = [column for column in generation.columns if column.name not in _KEPT_BACK]
    pieces = select(*told, generation.c.user_id, generation.c.guild_id).where(generation.c.created_at >= since)
    opinions = select(rating).where(rating.c.rated_at >= since).order_by(rating.c.number, rating.c.rated_at)
    return {
        "generations": [
            _anonymous(dict(row), people, servers)
            for row in connection.execute(pieces.order_by(generation.c.number)).mappings()
        ],
        "ratings": [_anonymous(dict(row), people, servers) for row in connection.execute(opinions).mappings()],
    }


def rated(connection: Connection, since: datetime) -> dict[str, list[Row]]:
    """Pieces that others than their author rated, each with its tokens and votes, in servers that take part."""
    people, servers = Pseudonyms(), Pseudonyms()
    chosen = and_(
        generation.c.created_at >= since, generation.c.state.in_(list(THERE)), generation.c.private.is_(False)
    )
    pieces = (
        select(*(generation.c[name] for name in _TRAINED_ON), generation.c.tokens)
        .where(chosen, generation.c.tokens.is_not(None))
        .order_by(generation.c.number)
    )
    votes = _votes(connection, people, servers)
    rows = [
        {**row, "tokens": list(unpack(row["tokens"])), "votes": votes[row["number"]]}
        for row in connection.execute(pieces).mappings()
        if row["number"] in votes
    ]
    return {"rated": rows}


def _votes(connection: Connection, people: Pseudonyms, servers: Pseudonyms) -> dict[int, list[Row]]:
    """By piece, who thought what of it; servers that do not take part are left out."""
    takes_part: dict[int | None, bool] = {}
    votes: dict[int, list[Row]] = {}
    query = select(rating).where(rating.c.is_author.is_(False)).order_by(rating.c.number, rating.c.rated_at)
    for row in connection.execute(query):
        if row.guild_id not in takes_part:
            takes_part[row.guild_id] = server_settings(connection, row.guild_id).training
        if takes_part[row.guild_id]:
            vote = {"person": people.of(row.user_id), "server": servers.of(row.guild_id), "value": row.value}
            votes.setdefault(row.number, []).append(vote)
    return votes


def _anonymous(row: Row, people: Pseudonyms, servers: Pseudonyms) -> Row:
    person, server = people.of(row.pop("user_id")), servers.of(row.pop("guild_id"))
    return {**row, "person": person, "server": server}
