"""What training is told of a piece, and of whom: columns, numbers in the place of Discord's, servers that take part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_

from bot.storage.people.preferences import servers_apart
from bot.storage.tables import generation

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

RATED_COLUMNS = {
    "number": generation.c.number,
    "model": generation.c.model,
    "version": generation.c.version,
    "tokens": generation.c.tokens,
    "metre": generation.c.chosen_metre,
    "bars": generation.c.bars,
    "style": generation.c.style,
    "key": generation.c.chosen_key,
    "tempo": generation.c.beats_per_minute,
    "seconds": generation.c.seconds,
    "creativity": generation.c.creativity,
    "seed": generation.c.seed,
    "measures": generation.c.measures,
    "another_of": generation.c.another_of,
}
"""Where each field of `training_contract.RatedPieceRow` stands, but those of the votes."""


class Pseudonyms:
    """Small numbers in the place of Discord's, in the order of their coming; nobody keeps which is whose."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def of(self, discord_id: int | None) -> int | None:
        """The same number for the same id, within one extract."""
        return None if discord_id is None else self._numbers.setdefault(discord_id, len(self._numbers) + 1)


def takes_part(guild_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether ratings and pieces from a server train; those from direct messages do."""
    return or_(guild_id.is_(None), guild_id.not_in(servers_apart()))
