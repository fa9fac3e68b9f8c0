"""Move a database from its file to a server, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, func, null, select
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError, TemporaryTrouble
from bot.storage.dialects.faults import is_passing
from bot.storage.files.lock import only_one
from bot.storage.migration import migrate
from bot.storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, RowMapping, Table

    from bot.storage.dialects.postgresql import PostgresServer
    from bot.storage.dialects.sqlite import SqliteFile

_ROWS_AT_ONCE = 500
_SECONDS = 8.0
"""How long it may wait for others that write."""


def move(file: SqliteFile, server: PostgresServer) -> dict[str, int]:
    """Copy every row to a server whose tables are empty, in one transaction; the file stays as it is.

    Both are brought to the newest form first. Numbers go on after the highest that the file ever gave.

    Args:
        file: The database, on which no bot runs.
        server: An empty database, or one that has nothing but empty tables.

    Returns:
        Rows by table, counted on the server.

    Raises:
        TemporaryTrouble: A bot runs on the file, or the server is away.
        SettingsError: There is no such file, the server's tables are not empty, or it took another number of rows.
    """
    if not file.path.is_file():
        raise SettingsError(f"CADENZA_DATA_DIR: there is no database at {file.path}")
    with only_one(file.path.parent):
        migrate(file)
        migrate(server)
        with file.reading() as source:
            moved: dict[str, int] = {}

            def copy(target: Connection) -> None:
                _check_empty(target, server.place)
                for table in metadata.sorted_tables:
                    moved[table.name] = _copy_table(source, target, table)
                for name, number in file.last_numbers(source).items():
                    if name in metadata.tables:
                        server.go_on_after(target, metadata.tables[name], number)

            try:
                server.alter(copy, _SECONDS)
            except DBAPIError as error:
                kind = TemporaryTrouble if is_passing(error) else SettingsError
                raise kind(f"nothing was moved to {server.place}: {error.orig}") from error
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
    result = source.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table)).mappings()
    while rows := list(result.fetchmany(_ROWS_AT_ONCE)):
        yield rows


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
