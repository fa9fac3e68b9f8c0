"""A database moves from its file to a server with every row, or stays."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from bot.__main__ import main
from bot.errors import SettingsError, TemporaryTrouble
from bot.storage import moving
from bot.storage import store as stores
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.files.lock import only_one
from bot.storage.tables import metadata
from tests.bot.builders import ANN, BOB, LIMITS, SetClock, admission, delivered
from tests.bot.databases import contents, open_store, use

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.storage.dialects.dialect import Dialect
    from bot.storage.dialects.postgresql import PostgresServer
    from tests.bot.postgres import Postgres


@pytest.fixture
def server(postgres_server: Postgres, tmp_path: Path) -> Iterator[PostgresServer]:
    yield postgres_server.at(tmp_path / "server")
    use(SqliteFile)
    postgres_server.drop_all()


async def filled(path: Path) -> None:
    """Pieces, votes, settings, an erased person, and a highest number that is gone."""
    async with open_store(path, SetClock()) as store:
        for _ in range(3):
            piece = await delivered(store, user_id=ANN)
        await store.ratings.vote(piece.number, BOB, 2, source="button")
        await delivered(store, user_id=BOB)
        await store.privacy.erase(BOB, delete_pieces=True, before_id=1)
        await store.audit.add(ANN, "cancel", generation=1)


async def next_number(database: Dialect) -> int:
    async with stores.open_store(database, SetClock()) as store:
        return (await store.generations.admit(admission(request_id=99), LIMITS)).number


def test_every_row_moves_and_numbers_go_on(server: PostgresServer, tmp_path: Path) -> None:
    path = tmp_path / "cadenza.sqlite3"
    asyncio.run(filled(path))
    before = contents(path)

    moved = moving.move(SqliteFile(path), server)

    use(lambda _: server)
    assert contents(path) == before
    assert moved["generation"] == 3
    assert set(moved) == set(metadata.tables)
    assert asyncio.run(next_number(server)) == 5


def test_a_database_comes_back_from_a_server_as_it_went(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cadenza.sqlite3"
    asyncio.run(filled(path))
    before = contents(path)
    monkeypatch.setenv("CADENZA_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CADENZA_DATABASE_URL", raising=False)
    address = server.url.render_as_string(hide_password=False)

    assert main(["migrate-to", "sqlite"]) == SettingsError.exit_status
    assert main(["migrate-to", address]) == 0
    monkeypatch.setenv("CADENZA_DATABASE_URL", address)
    assert main(["migrate-to", "sqlite"]) == SettingsError.exit_status
    path.rename(tmp_path / "before.sqlite3")
    assert main(["migrate-to", "sqlite"]) == 0

    told = capsys.readouterr()
    assert "has rows already" in told.err
    assert "generation: 3" in told.out
    assert contents(path) == before
    assert asyncio.run(next_number(SqliteFile(path))) == 5


def test_nothing_moves_twice_or_beside_a_bot_or_in_part(server: PostgresServer, tmp_path: Path) -> None:
    path = tmp_path / "cadenza.sqlite3"
    asyncio.run(filled(path))

    with only_one(tmp_path), pytest.raises(TemporaryTrouble, match="another bot runs"):
        moving.move(SqliteFile(path), server)
    _refuse_the_last_table(server)
    with pytest.raises(SettingsError, match="nothing was moved to postgresql"):
        moving.move(SqliteFile(path), server)
    use(lambda _: server)
    assert contents(path) == ""
    _refuse_the_last_table(server, refuse=False)
    moving.move(SqliteFile(path), server)
    with pytest.raises(SettingsError, match=r"nothing was moved: .* has rows already"):
        moving.move(SqliteFile(path), server)


def _refuse_the_last_table(server: PostgresServer, *, refuse: bool = True) -> None:
    name = "audit"
    how = "ADD CONSTRAINT refused CHECK (number < 0)" if refuse else "DROP CONSTRAINT refused"

    def alter(connection: Connection) -> None:
        connection.execute(text(f"ALTER TABLE {name} {how}"))

    server.alter(alter, 8.0)


def test_the_command_refuses_what_is_no_server_without_repeating_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["migrate-to", "mysql://ann:very-secret@host/cadenza"])

    told = capsys.readouterr().err
    assert "postgresql+asyncpg://user:password@host/database" in told
    assert "very-secret" not in told
