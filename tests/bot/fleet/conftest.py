"""What tests of workers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.fleet.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.storage.dialects.postgresql import PostgresServer
    from tests.bot.postgres import Postgres


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """A process that workers are forked from, for all tests of this process."""
    parent = Nursery()
    yield parent
    parent.close()


@pytest.fixture
def server(postgres_server: Postgres, tmp_path: Path) -> Iterator[PostgresServer]:
    """An empty database on a server."""
    yield postgres_server.at(tmp_path)
    postgres_server.drop_all()
