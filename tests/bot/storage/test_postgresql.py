"""What a database on a server adds: others use it, it goes away and comes back, and it has a password."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.doctor.server_check import examine_server
from bot.domain.shards import EVERYTHING, parse_share
from bot.errors import SettingsError, TemporaryTrouble
from bot.settings import Settings
from bot.storage.database import open_database
from bot.storage.dialects import postgresql
from bot.storage.dialects.choosing import choose_dialect
from bot.storage.dialects.dialect import Access
from bot.storage.dialects.faults import is_passing
from bot.storage.dialects.postgresql import PostgresServer
from bot.storage.migration import migrate
from bot.storage.store import Store
from bot.storage.tables import generation, setting
from tests.bot.builders import delivered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.bot.postgres import Postgres


@pytest.fixture
def server(postgres_server: Postgres, tmp_path: Path) -> Iterator[PostgresServer]:
    yield postgres_server.at(tmp_path)
    postgres_server.drop_all()


async def test_a_second_bot_is_kept_off_until_the_first_has_gone(server: PostgresServer) -> None:
    async with server.only_one(EVERYTHING):
        with pytest.raises(TemporaryTrouble, match="CADENZA_DATABASE_URL: another bot runs"):
            async with server.only_one(EVERYTHING):
                pass

    async with server.only_one(EVERYTHING) as locks:
        await locks.look()


async def test_bots_that_have_shards_of_their_own_run_side_by_side_and_no_shard_has_two(server: PostgresServer) -> None:
    async with server.only_one(parse_share("0,1/3")) as one, server.only_one(parse_share("2/3")) as other:
        with pytest.raises(TemporaryTrouble, match="CADENZA_SHARDS: another bot with shard 1 of 3 runs"):
            async with server.only_one(parse_share("1/3")):
                pass
        with pytest.raises(TemporaryTrouble, match="counts 3 shards, and this one counts 4"):
            async with server.only_one(parse_share("3/4")):
                pass
        with pytest.raises(TemporaryTrouble, match="counts 3 shards, and this one counts 1"):
            async with server.only_one(EVERYTHING):
                pass
        await one.look()
        await other.look()


async def test_what_one_bot_alone_may_do_another_may_when_the_first_is_done_or_gone(server: PostgresServer) -> None:
    async with server.only_one(parse_share("0/2")) as first:
        async with server.only_one(parse_share("1/2")) as second:
            taken = [await first.take("training"), await first.take("training"), await second.take("training")]
            await first.give_back("training")
            taken += [await second.take("training"), await first.take("training")]
        taken.append(await first.take("training"))

    assert taken == [True, False, False, True, False, True]


async def test_locks_are_taken_again_after_the_server_was_away(
    postgres_server: Postgres, server: PostgresServer
) -> None:
    async with server.only_one(EVERYTHING) as locks:
        assert await locks.take("training")
        postgres_server.stop()
        with pytest.raises(TemporaryTrouble, match="CADENZA_DATABASE_URL: cannot use"):
            await locks.look()
        postgres_server.start()

        await locks.look()

        assert not await locks.take("training")
        with pytest.raises(TemporaryTrouble, match="another bot runs"):
            async with server.only_one(EVERYTHING):
                pass


async def test_a_unit_finds_the_server_again_and_of_one_that_was_cut_off_nothing_is_there(
    postgres_server: Postgres, server: PostgresServer
) -> None:
    def cut_off(connection: Connection) -> None:
        connection.execute(setting.insert().values(scope="house", owner=0, name="half", value=1))
        postgres_server.stop()
        connection.execute(setting.insert().values(scope="house", owner=0, name="whole", value=1))

    async with open_database(server) as database:
        with pytest.raises(DBAPIError) as cut:
            await database.write(cut_off)
        with pytest.raises(DBAPIError) as away:
            await database.read(lambda connection: connection.scalar(select(1)))
        postgres_server.start()

        assert await database.read(lambda connection: connection.execute(select(setting.c.name)).all()) == []
        assert is_passing(cut.value)
        assert is_passing(away.value)


async def test_units_of_two_programs_see_each_others_whole_effect(server: PostgresServer) -> None:
    async with open_database(server) as one, open_database(server) as other:
        store = Store(one)
        piece = await delivered(store)

        def count(connection: Connection) -> None:
            value = connection.scalar(select(generation.c.attempts)) or 0
            connection.execute(generation.update().values(attempts=value + 1))

        await asyncio.gather(*(database.write(count) for database in (one, other) for _ in range(20)))

        after = await one.read(lambda connection: connection.scalar(select(generation.c.attempts)))
        assert after == piece.attempts + 40


async def test_a_process_that_freezes_within_a_unit_keeps_nobody_from_writing(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 0.2)
    frozen = server.make_engine()
    async with open_database(server) as database, frozen.connect() as connection:
        await server.begin(connection, Access.WRITE, seconds=1.0)

        await database.write(lambda unit: unit.execute(setting.insert().values(scope="house", owner=0, name="on")))

        with pytest.raises(DBAPIError) as ended:
            await connection.execute(select(1))
        assert is_passing(ended.value)
    await frozen.dispose()


def test_an_empty_database_and_one_that_is_not_there_are_told(postgres_server: Postgres) -> None:
    postgres_server.run("CREATE DATABASE fresh")
    fresh = PostgresServer(postgres_server.url("fresh"))
    nowhere = PostgresServer(postgres_server.url("nowhere"))

    assert "empty; the first start makes its tables" in str(examine_server(fresh))
    migrate(fresh)
    assert "0 pieces" in str(examine_server(fresh))
    assert 'database "nowhere" does not exist' in str(examine_server(nowhere))
    with pytest.raises(SettingsError, match=r'CADENZA_DATABASE_URL: .* "nowhere" does not exist'):
        migrate(nowhere)
    postgres_server.run("DROP DATABASE fresh WITH (FORCE)")


def test_no_password_stands_in_what_is_said_of_a_server_that_is_away() -> None:
    settings = Settings(database_url="postgresql://ann:very-secret@127.0.0.1:1/cadenza")  # type: ignore[arg-type]

    with pytest.raises(TemporaryTrouble, match="cannot use postgresql") as told:
        migrate(choose_dialect(settings))

    assert "very-secret" not in str(told.value)
    assert "very-secret" not in repr(settings)
    assert examine_server(choose_dialect(settings)).well is False


@pytest.mark.parametrize("address", ["mysql://a@b/c", "postgresql://host", "sqlite:///x", "postgresql://[::/c"])
def test_addresses_of_anything_else_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"database_url|CADENZA_DATABASE_URL"):
        Settings(database_url=address)  # type: ignore[arg-type]
