"""Storage is tested on every database that it may lie in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.storage.dialects.sqlite import SqliteFile
from tests.bot import databases, postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bot.postgres import Postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A server for all tests of this process."""
    # Not pytest's folder: the server's user may not enter it, and a socket's address has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        Path(folder).chmod(0o755)
        with postgres.running(Path(folder) / "server") as server:
            yield server


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
