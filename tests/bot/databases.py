"""The database of a test: a file, or one on a server for tests that the fixture `each_database` runs on both."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from bot import clock as clocks
from bot.domain.shards import EVERYTHING, ShardShare
from bot.storage import store as stores
from bot.storage.database import open_database
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.clock import Clock
    from bot.storage.dialects.dialect import Dialect
    from bot.storage.store import Store

_chosen: list[Callable[[Path], Dialect]] = [SqliteFile]


def use(choice: Callable[[Path], Dialect]) -> None:
    """Let tests find their database by another rule; `SqliteFile` is the usual one."""
    _chosen[:] = [choice]


def database_at(path: Path) -> Dialect:
    """The database that a test calls by a path, wherever it lies."""
    return _chosen[0](path)


@asynccontextmanager
async def open_store(path: Path, clock: Clock = clocks.now, share: ShardShare = EVERYTHING) -> AsyncIterator[Store]:
    """As `bot.storage.store.open_store`, by a path."""
    async with stores.open_store(database_at(path), clock, share) as store:
        yield store


def contents(path: Path) -> str:
    """Every row of every table."""
    with database_at(path).reading() as connection:
        tables = metadata.sorted_tables
        return "\n".join(f"{table.name} {tuple(row)}" for table in tables for row in connection.execute(select(table)))


def mentions(path: Path, number: int) -> bool:
    """Whether a number stands in any row, by itself: a key drawn by lot may hold its digits."""
    return re.search(rf"\b{number}\b", contents(path)) is not None


async def change(path: Path, statement: str) -> None:
    """Run a statement of one's own."""
    async with open_database(database_at(path)) as database:
        await database.write(lambda connection: connection.execute(text(statement)))
