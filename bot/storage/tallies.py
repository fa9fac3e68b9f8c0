"""Running sums of the ratings, by piece and by model: what lists need, at a cost that no number of votes raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from bot.storage.tables import generation, model_tally, rating, tally

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

_KINDS = {"likes": 1, "loves": 2, "dislikes": -1}
"""The value of a rating that each column counts."""

_AT_ONCE = 500
"""Pieces that one statement names; SQLite takes some thousands."""


def settle(connection: Connection, numbers: Iterable[int]) -> None:
    """Make the sums be right for these pieces, in the unit of work that changed their ratings or deleted them.

    Every change of the ratings ends with this call.
    """
    touched = sorted(set(numbers))
    for start in range(0, len(touched), _AT_ONCE):
        some = touched[start : start + _AT_ONCE]
        _add(connection, some, -1)
        connection.execute(delete(tally).where(tally.c.number.in_(some)))
        connection.execute(_count_anew(some))
        _add(connection, some, 1)


def _count_anew(numbers: Collection[int]) -> Any:  # noqa: ANN401 - an insert from a query
    counts = [func.count().filter(rating.c.value == value).label(kind) for kind, value in _KINDS.items()]
    counted = (
        select(rating.c.number, generation.c.model, *counts)
        .join_from(rating, generation)
        .where(rating.c.number.in_(numbers), rating.c.is_author.is_(False))
        .group_by(rating.c.number, generation.c.model)
    )
    return insert(tally).from_select(["number", "model", *_KINDS], counted)


def _add(connection: Connection, numbers: Collection[int], times: int) -> None:
    """Add to the sums of the models what stands for these pieces, or take it away."""
    sums = [func.sum(tally.c[kind]).label(kind) for kind in _KINDS]
    query = select(tally.c.model, *sums).where(tally.c.number.in_(numbers)).group_by(tally.c.model)
    for row in connection.execute(query).mappings().all():
        mine = model_tally.c.model == row["model"]
        change = {kind: model_tally.c[kind] + times * row[kind] for kind in _KINDS}
        if not connection.execute(update(model_tally).where(mine).values(**change)).rowcount:
            connection.execute(insert(model_tally).values(model=row["model"], **{kind: row[kind] for kind in _KINDS}))
