"""Units of work on a real file: cancelled, concurrent, backed up."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import DatabaseError

from bot.errors import SettingsError, Stopping
from bot.storage import database as database_module
from bot.storage.database import open_database
from bot.storage.dialects.faults import is_passing
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.migration import migrate
from bot.storage.tables import metadata, setting
from tests.bot.builders import delivered
from tests.bot.databases import open_store

ROOT = Path(__file__).parents[3]

RATER = """
import asyncio, sys
from pathlib import Path
from bot.storage.database import open_database
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.store import Store

async def rate(path, first):
    async with open_database(SqliteFile(path)) as database:
        ratings = Store(database).ratings
        for user_id in range(first, first + 500):
            await ratings.vote(1, user_id, (-1, 1, 2)[user_id % 3], source="reaction", message_id=9001)

asyncio.run(rate(Path(sys.argv[1]), int(sys.argv[2])))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cadenza.sqlite3"


def noted(name: str):
    return setting.insert().values(scope="house", owner=0, name=name, value=name)


def noted_unit(name: str):
    return lambda connection: connection.execute(noted(name))


async def names(database) -> list[str]:
    query = select(setting.c.name).order_by(setting.c.name)
    return list(await database.read(lambda connection: connection.scalars(query).all()))


@pytest.mark.parametrize("folder", ["data?x", "data%20c", "data#1", "dàta"])
async def test_the_database_lies_in_its_folder_whatever_that_is_called(tmp_path, folder):
    path = tmp_path / folder / "cadenza.sqlite3"

    async with open_store(path):
        pass

    assert [each.name for each in tmp_path.iterdir()] == [folder]
    assert path.is_file()


def test_migrations_lead_to_what_the_tables_say(path):
    migrate(SqliteFile(path))

    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(path):
    migrate(SqliteFile(path))
    before = path.read_bytes()

    migrate(SqliteFile(path))

    assert path.read_bytes() == before


def test_a_database_of_a_newer_release_is_left_alone(path):
    migrate(SqliteFile(path))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SettingsError, match="newer Cadenza"):
        migrate(SqliteFile(path))


def test_a_file_that_is_no_database_is_named(path):
    path.parent.mkdir()
    path.write_bytes(b"these are not the bytes of a database, but they are many" * 100)

    with pytest.raises(SettingsError, match=r"cadenza\.sqlite3"):
        migrate(SqliteFile(path))


async def test_the_file_is_safe_against_loss_of_power(path):
    migrate(SqliteFile(path))
    async with open_database(SqliteFile(path)) as database:
        modes = await database.read(
            lambda connection: [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        )

    assert modes == ["wal", 2, 1, 30000]


async def test_a_unit_that_fails_leaves_nothing_behind(path):
    migrate(SqliteFile(path))

    def unit(connection):
        connection.execute(noted("half"))
        raise LookupError

    async with open_database(SqliteFile(path)) as database:
        with pytest.raises(LookupError):
            await database.write(unit)

        assert await names(database) == []


async def test_a_full_disk_and_a_held_lock_pass_but_a_broken_rule_does_not(path):
    migrate(SqliteFile(path))
    fill = noted("x" * 10**6)

    def full(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.execute(fill)

    async with open_database(SqliteFile(path)) as database:
        with pytest.raises(DatabaseError) as disk_full:
            await database.write(full)
        await database.write(noted_unit("twice"))
        with pytest.raises(DatabaseError) as broken_rule:
            await database.write(noted_unit("twice"))
    with closing(sqlite3.connect(path)) as holder, closing(sqlite3.connect(path, timeout=0)) as other:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as locked:
            other.execute("BEGIN IMMEDIATE")

    assert is_passing(disk_full.value)
    assert is_passing(locked.value)
    assert not is_passing(broken_rule.value)
    assert not is_passing(OSError("no space left"))


async def test_a_task_cancelled_inside_a_transaction_leaves_it_closed(path):
    migrate(SqliteFile(path))
    inside, go_on = Event(), Event()

    def unit(connection):
        connection.execute(noted("first"))
        inside.set()
        go_on.wait(10)

    async with open_database(SqliteFile(path)) as database:
        task = asyncio.create_task(database.write(unit))
        await asyncio.to_thread(inside.wait, 10)
        task.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        with closing(sqlite3.connect(path, timeout=0)) as other, other:
            other.execute("INSERT INTO setting VALUES ('house', 0, 'second', '1')")

        assert await names(database) == ["first", "second"]


async def test_a_unit_goes_on_when_its_task_is_cancelled_twice(path):
    migrate(SqliteFile(path))
    inside, go_on = Event(), Event()

    def unit(connection):
        inside.set()
        go_on.wait(10)
        connection.execute(noted("done"))

    async with open_database(SqliteFile(path)) as database:
        task = asyncio.create_task(database.write(unit))
        await asyncio.to_thread(inside.wait, 10)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()

    async with open_database(SqliteFile(path)) as database:
        assert await names(database) == ["done"]


async def test_a_closed_database_has_ended_what_it_began_and_begins_nothing_more(path):
    async with open_store(path) as store:
        before = set(threading.enumerate())
        async with open_database(SqliteFile(path)) as database:
            begun = [asyncio.create_task(database.write(noted_unit(f"name {each}"))) for each in range(3)]
            await asyncio.sleep(0)
        for unit in (database.read, database.write):
            with pytest.raises(Stopping):
                await unit(noted_unit("late"))
        for thread in set(threading.enumerate()) - before:
            thread.join(10)

        assert all(each.done() for each in begun)
        assert await names(store.database) == ["name 0", "name 1", "name 2"]
        assert not any(each.is_alive() for each in set(threading.enumerate()) - before)


async def test_a_held_lock_keeps_nobody_from_ending(path, monkeypatch):
    monkeypatch.setattr(database_module, "HURRY_SECONDS", 0.3)
    migrate(SqliteFile(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(5), open_database(SqliteFile(path)) as database:
            writes = [asyncio.create_task(database.write(noted_unit(name))) for name in ("one", "two", "three")]
            await asyncio.wait(writes, timeout=0.1)
            waiting = [not write.done() for write in writes]
        ends = await asyncio.gather(*writes, return_exceptions=True)

    assert waiting == [True] * 3
    assert all(is_passing(end) for end in ends)


async def test_a_write_waits_until_another_process_lets_go_of_the_lock(path):
    migrate(SqliteFile(path))
    async with open_database(SqliteFile(path)) as database:
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            write = asyncio.create_task(database.write(noted_unit("late")))
            await asyncio.wait([write], timeout=0.6)  # longer than it waits at a time
            waiting = not write.done()
            holder.execute("ROLLBACK")
            await write

        assert waiting
        assert await names(database) == ["late"]


async def test_many_writers_at_once_take_turns(path):
    migrate(SqliteFile(path))

    async with open_database(SqliteFile(path)) as database:
        units = [noted_unit(f"{number:03}") for number in range(100)]
        await asyncio.gather(*(database.write(unit) for unit in units))

        assert len(await names(database)) == 100


async def test_two_processes_write_500_ratings_each_while_a_backup_runs(path, tmp_path):
    async with open_store(path) as store:
        await delivered(store, message_id=9001)

        raters = [start_rater(path, first) for first in (10_000, 20_000)]
        backups = 0
        while any(rater.poll() is None for rater in raters):
            await asyncio.to_thread(back_up, path, tmp_path / "backup.sqlite3")
            backups += 1
            await store.preferences.set("beat", str(backups))

        complaints = [rater.communicate()[1].decode() for rater in raters]
        count = await store.database.read(
            lambda connection: connection.scalar(select(func.count()).select_from(metadata.tables["rating"]))
        )
    back_up(path, tmp_path / "backup.sqlite3")
    with closing(sqlite3.connect(tmp_path / "backup.sqlite3")) as backup:
        (kept,) = backup.execute("SELECT count(*) FROM rating").fetchone()
    assert complaints == ["", ""]
    assert count == kept == 1000
    assert backups > 1


def start_rater(path: Path, first: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RATER, path, str(first)], cwd=ROOT, stderr=subprocess.PIPE)


def back_up(path: Path, to: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target, pages=16)
