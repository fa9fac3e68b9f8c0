"""What the bot's tests share: coroutine tests run in an event loop of their own."""

from __future__ import annotations

import asyncio
import inspect
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.discord_ui.texts import sentences
from bot.storage.dialects.sqlite import SqliteFile
from tests.bot import databases, postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bot.postgres import Postgres


@pytest.fixture(autouse=True)
def _unknown_commands() -> Iterator[None]:
    """Let no test read the ids that another one's Discord gave the commands."""
    yield
    sentences.know_commands({})


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


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an `async def` test; there is no pytest-asyncio here, and this is all that it would be used for."""
    test: Callable[..., object] = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return None
    names = inspect.signature(test).parameters
    asyncio.run(test(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True
