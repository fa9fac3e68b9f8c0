"""Storage is tested on every database that it may lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.storage.dialects.sqlite import SqliteFile
from tests.bot import databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bot.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run a test on a file, and on a server."""
    if request.param == "sqlite":
        yield
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    databases.use(server.at)
    try:
        yield
    finally:
        databases.use(SqliteFile)
        server.drop_all()
