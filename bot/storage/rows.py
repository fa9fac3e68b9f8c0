"""Rows to records, and the few updates that several modules share."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from bot.domain.generation import THERE, Generation, GenerationState, Post
from bot.domain.order import ORDER_OPTIONS, Options
from bot.storage.tables import generation, post

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection, RowMapping, Select

HEAVY = ("midi", "sound", "tokens", "measures", "theme")
"""Columns that a list does not need."""

_OPTIONS = {*(option.field for option in ORDER_OPTIONS), "version", "said_any"}
_COLUMNS = [column for column in generation.columns if column.name not in HEAVY]
_OF_STORAGE = {"state", "lease", "lease_until", "progress", "untold", "call_message_id", "turn"}
_PLAIN = [column.name for column in _COLUMNS if column.name not in _OPTIONS | _OF_STORAGE]

_NOTHING: dict[type, Any] = {int: 0, float: 0.0, str: "", object: {}}
"""By type of a column; JSON holds any object."""

_KEPT = {"number", "request_id", "created_at", "state", "attempts", "private"}
"""Columns of an erased piece that are left for an hour, so that whoever still works on it finds what became of it."""

ERASED: dict[str, Any] = {
    column.name: None if column.nullable else _NOTHING[column.type.python_type]
    for column in generation.columns
    if column.name not in _KEPT
}
"""Values of all other columns of an erased piece."""


def select_generations() -> Select[Any]:
    """Everything of a generation but its music."""
    return select(*_COLUMNS)


def to_generation(row: RowMapping) -> Generation:
    """A row of `select_generations` as a record."""
    values = {name: row[name] for name in _PLAIN}
    return Generation(options=_to_options(row), state=GenerationState(row["state"]), **values)


def _to_options(row: RowMapping) -> Options:
    values = {option.field: option.read(row[option.field]) for option in ORDER_OPTIONS}
    # Rows from before one could say `any` hold nothing there.
    return Options(**values, version=row["version"], said_any=frozenset(row["said_any"] or ()))


def option_columns(options: Options) -> dict[str, object]:
    """Options as the columns of a row."""
    values = {option.field: option.show(getattr(options, option.field)) for option in ORDER_OPTIONS}
    return {**values, "version": options.version, "said_any": sorted(options.said_any)}


def to_post(row: RowMapping) -> Post:
    """A row of posts as a record."""
    return Post(**row)


def find(connection: Connection, number: int) -> Generation | None:
    """The generation of that number."""
    row = connection.execute(select_generations().where(generation.c.number == number)).mappings().first()
    return None if row is None else to_generation(row)


def is_there(connection: Connection, number: int) -> bool:
    """Whether a piece is finished: delivered, or kept for whoever asks for it."""
    query = select(generation.c.number).where(generation.c.number == number, generation.c.state.in_(list(THERE)))
    return connection.scalar(query) is not None


def move(
    connection: Connection,
    number: int,
    before: Iterable[GenerationState],
    /,
    *also: ColumnElement[bool],
    **values: object,
) -> Generation | None:
    """Change a generation, if it is in one of the states `before`, and all of `also` is true.

    Returns:
        The new record; None if nothing was changed.
    """
    return change(connection, generation.c.number == number, generation.c.state.in_(list(before)), *also, **values)


def add(connection: Connection, **values: object) -> Generation:
    """Write a new row; its record."""
    return to_generation(connection.execute(insert(generation).values(**values).returning(*_COLUMNS)).mappings().one())


def change(connection: Connection, /, *which: ColumnElement[bool], **values: object) -> Generation | None:
    """Change the generation of which all is true, by one statement; its new record, or None if there is none."""
    changed = update(generation).where(*which).values(**values).returning(*_COLUMNS)
    row = connection.execute(changed).mappings().first()
    return None if row is None else to_generation(row)


def keep_post(connection: Connection, kept: Post) -> None:
    """Note a message, unless it is known."""
    known = connection.scalar(select(post.c.number).where(post.c.message_id == kept.message_id))
    if known is None:
        connection.execute(post.insert().values(**asdict(kept)))
