"""Move a database from its file to a server or back, whole or not at all."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import JSON, func, null, select
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError, TemporaryTrouble
from bot.storage.dialects.dialect import Dialect
from bot.storage.dialects.faults import is_passing
from bot.storage.migration import migrate
from bot.storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, RowMapping, Table

_ROWS_AT_ONCE = 500
_SECONDS = 8.0
"""How long it may wait for others that write."""


class Movable(Dialect, Protocol):
    """A database that can be moved."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep bots off.

        Raises:
            TemporaryTrouble: One runs.
        """

    def last_numbers(self, connection: Connection, tables: Sequence[Table]) -> list[tuple[Table, int]]:
        """The highest number that each table ever gave; none of those that gave none."""

    def go_on_after(self, connection: Connection, table: Table, number: int) -> None:
        """Let a table give numbers above one, which was given elsewhere."""


def move(source: Movable, target: Movable) -> dict[str, int]:
    """Copy every row to a place whose tables are empty, in one transaction; the source stays as it is.

    Both are brought to the newest form first. Numbers go on after the highest that the source ever gave.

    Args:
        source: The database, on which no bot runs.
        target: An empty database, or one that has nothing but empty tables. A file may be missing.

    Returns:
        Rows by table, counted in the target.

    Raises:
        TemporaryTrouble: A bot runs on one of them, or the server is away.
        SettingsError: There is no such file, the target's tables are not empty, or it took another number of rows.
    """
    with source.reading():
        pass  # Nothing is made where there is nothing to move.
    with source.alone(), target.alone():
        migrate(source)
        migrate(target)
        with source.reading() as rows:
            moved: dict[str, int] = {}

            def copy(connection: Connection) -> None:
                _check_empty(connection, target.place)
                for table in metadata.sorted_tables:
                    moved[table.name] = _copy_table(rows, connection, table)
                for table, number in source.last_numbers(rows, metadata.sorted_tables):
                    target.go_on_after(connection, table, number)

            try:
                target.alter(copy, _SECONDS)
            except DBAPIError as error:
                kind = TemporaryTrouble if is_passing(error) else SettingsError
                raise kind(f"nothing was moved to {target.place}: {error.orig}") from error
            return moved


def _check_empty(target: Connection, place: str) -> None:
    for table in metadata.sorted_tables:
        if _count(target, table):
            raise SettingsError(f"nothing was moved: {table.name} has rows already in {place}; name an empty database")


def _copy_table(source: Connection, target: Connection, table: Table) -> int:
    there = 0
    for rows in _batches(source, table):
        target.execute(table.insert(), [_without_json_nulls(row, table) for row in rows])
        there += len(rows)
    counted = _count(target, table)
    if counted != there:
        raise SettingsError(f"nothing was moved: of {there} rows of {table.name} the server counts {counted}")
    return counted


def _without_json_nulls(row: RowMapping, table: Table) -> dict[str, Any]:
    """A row's values; None in a column of JSON would be stored as a value of JSON's, which is not nothing."""
    return {
        name: null() if value is None and isinstance(table.c[name].type, JSON) else value for name, value in row.items()
    }


def _batches(source: Connection, table: Table) -> Iterator[list[RowMapping]]:
    rows = iter(source.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table)).mappings())
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        yield batch


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
