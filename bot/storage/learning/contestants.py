"""What met in a battle: two versions, or two tastes of one version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.domain.battle import Contestant
from bot.domain.taste import TasteChoice
from bot.storage.learning.taste_tables import taste
from bot.storage.tables import battle, generation

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

_FIRST, _SECOND = generation.alias("first_piece"), generation.alias("second_piece")
_FIRST_TASTE, _SECOND_TASTE = taste.alias("first_taste"), taste.alias("second_taste")
_SIDES = (("first", _FIRST, _FIRST_TASTE), ("second", _SECOND, _SECOND_TASTE))


def with_contestants(query: Select[Any]) -> Select[Any]:
    """A query on `battle` with what `read_contestants` reads."""
    for side, piece, kept in _SIDES:
        query = query.add_columns(
            piece.c.model.label(f"{side}_model"),
            piece.c.version.label(f"{side}_version"),
            piece.c.taste.label(f"{side}_taste"),
            kept.c.number.label(f"{side}_kept"),
            kept.c.guild_id.label(f"{side}_guild"),
        )
    return (
        query.join(_FIRST, _FIRST.c.number == battle.c.number)
        .join(_SECOND, _SECOND.c.number == battle.c.second)
        .outerjoin(_FIRST_TASTE, _FIRST_TASTE.c.number == _FIRST.c.taste)
        .outerjoin(_SECOND_TASTE, _SECOND_TASTE.c.number == _SECOND.c.taste)
    )


def read_contestants(row: Row[Any]) -> tuple[Contestant, Contestant]:
    """What met, A first; only where one version met itself, each has a taste, unless that was forgotten meanwhile."""
    one = Contestant(row.first_model, row.first_version)
    other = Contestant(row.second_model, row.second_version)
    if one != other:
        return one, other
    first = _taste(row.first_taste, row.first_kept, row.first_guild)
    second = _taste(row.second_taste, row.second_kept, row.second_guild)
    return replace(one, taste=first), replace(other, taste=second)


def _taste(number: int | None, kept: int | None, guild_id: int | None) -> TasteChoice | None:
    if number is None:
        return TasteChoice.OFF
    if kept is None:
        return None
    return TasteChoice.SHARED if guild_id is None else TasteChoice.OWN
