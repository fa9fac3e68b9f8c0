"""What people did with pieces besides voting, by the rows that it left."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, literal, select, union

from bot.domain.order import ORDER_OPTIONS
from bot.storage.learning.taste_tables import deed
from bot.storage.tables import favourite, generation, rating
from composer.taste.signals import ANOTHER, CONTINUED, FAVOURITE, SIGNALS, SignalCount

if TYPE_CHECKING:
    from sqlalchemy import Connection, Subquery

_LASTING = tuple(option.field for option in ORDER_OPTIONS if option.lasting)


def signals() -> Subquery:
    """Each person's signals: kind, number of the piece, user id, and the server where it was composed.

    *Another* is a piece that was asked for with the very options of the one before; other options are a wish of
    their own, and say nothing of it.
    """
    later = generation.alias("later")
    alike = and_(*(later.c[name].is_not_distinct_from(generation.c[name]) for name in _LASTING))
    common = (generation.c.number, generation.c.guild_id)
    marked = select(literal(FAVOURITE).label("kind"), *common, favourite.c.user_id).join(
        favourite, favourite.c.number == generation.c.number
    )
    continued = select(literal(CONTINUED), *common, later.c.user_id).join(later, later.c.parent == generation.c.number)
    another = select(literal(ANOTHER), *common, later.c.user_id).join(
        later, and_(later.c.another_of == generation.c.number, alike)
    )
    noted = select(deed.c.kind, *common, deed.c.user_id).join(deed, deed.c.number == generation.c.number)
    own = (later.c.user_id.is_not(None), later.c.user_id != func.coalesce(generation.c.user_id, 0))
    chosen: list[Any] = [
        marked.where(favourite.c.user_id != func.coalesce(generation.c.user_id, 0)),
        continued.where(*own),
        another.where(*own),
        noted,  # others' pieces alone
    ]
    return union(*chosen).subquery("signal")


def count_signals(connection: Connection) -> dict[str, SignalCount]:
    """How people voted on pieces with which they did something, by kind; under an empty name all votes."""
    signal = signals()
    both = and_(rating.c.number == signal.c.number, rating.c.user_id == signal.c.user_id)
    query = select(signal.c.kind, rating.c.value, func.count()).join(rating, both)
    plain = select(literal(""), rating.c.value, func.count()).where(rating.c.is_author.is_(False))
    rows = [
        *connection.execute(query.group_by(signal.c.kind, rating.c.value)),
        *connection.execute(plain.group_by(rating.c.value)),
    ]
    liked, disliked = (Counter[str](), Counter[str]())
    for kind, value, count in rows:
        (liked if value > 0 else disliked)[kind] += count
    return {kind: SignalCount(liked[kind], disliked[kind]) for kind in ("", *SIGNALS)}
