"""Migrations keep every row, whatever they do to the tables, or take no step at all."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from bot.domain.order import Defaults, Options
from bot.errors import BackupError, MigrationError
from bot.storage import migration
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.files.backups import backup_folder
from bot.storage.migration import migrate
from bot.storage.tables import metadata
from composer.music.score import Key, Metre, Mode
from tests.bot.builders import ANN, BOB, NOON, OPTIONS, SetClock, delivered
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from pathlib import Path

STEP = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "made_up", {before!r}, None, None

def upgrade():
    {body}
"""
OLD_PIECE = """
INSERT INTO generation (
    request_id, user_id, channel_id, locale, private, seconds, model, version, seed, style, instrument, key, tempo,
    creativity, state, attempts, created_at, seconds_spent
) VALUES (
    9, 1001, 77, 'de', 0, 30.5, 'lstm', 3, 7, 'song', NULL, 'E-flat minor', NULL,
    0.25, 'delivered', 1, '2026-03-01 12:00:00', '{}'
)
"""
OLD_DEFAULTS = """{
    "seconds": 30, "model": null, "style": null, "instrument": null, "key": "A minor", "tempo": null,
    "creativity": 0.0, "private": null
}"""
REBUILD_ALL = "\n    ".join(
    f"with op.batch_alter_table({table!r}, recreate='always'): pass" for table in metadata.tables
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cadenza.sqlite3"


@pytest.fixture
def next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that adds a made-up step after the newest one."""

    def add(path: Path, body: str) -> None:
        with closing(sqlite3.connect(path)) as database:
            (before,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        folder = tmp_path / "migrations"
        shutil.copytree(migration.FOLDER, folder)
        (folder / "versions" / "made_up.py").write_text(STEP.format(before=before, body=body))
        monkeypatch.setattr(migration, "FOLDER", folder)

    return add


async def some_life(path: Path) -> None:
    async with open_store(path, SetClock()) as store:
        for _ in range(5):
            piece = await delivered(store)
            await store.ratings.vote(piece.number, BOB, 1, source="button")
        await store.preferences.set("noted", "something")
        await store.audit.add(BOB, "looked")


def counts(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own tables
            for table in metadata.tables
        }


async def test_a_step_that_rebuilds_every_table_keeps_every_row(path, next_step):
    await some_life(path)
    before = counts(path)
    next_step(path, REBUILD_ALL)

    migrate(SqliteFile(path))

    assert before["vote"] == before["rating"] == before["post"] == 5
    assert counts(path) == before


async def test_a_step_that_breaks_references_is_not_taken(path, next_step):
    await some_life(path)
    before = counts(path)
    next_step(path, "op.execute('DELETE FROM generation WHERE number < 3')")

    with pytest.raises(MigrationError, match="vote"):
        migrate(SqliteFile(path))

    assert counts(path) == before


async def test_references_that_were_broken_before_are_no_hindrance(path, next_step):
    await some_life(path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM generation WHERE number = 1")
    next_step(path, REBUILD_ALL)

    migrate(SqliteFile(path))

    assert counts(path)["vote"] == 5


async def test_before_a_step_a_copy_is_made_of_all_that_was_there(path, next_step):
    await some_life(path)
    before = counts(path)
    next_step(path, "op.drop_table('setting')")

    migrate(SqliteFile(path), lambda: NOON)

    (copy,) = backup_folder(path).iterdir()
    assert copy.name == "cadenza-2026-03-01T120000Z-before-migration.sqlite3"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert counts(copy) == before


async def test_where_no_copy_can_be_made_no_step_is_taken(path, next_step):
    await some_life(path)
    before = counts(path)
    next_step(path, "op.drop_table('setting')")
    backup_folder(path).write_bytes(b"in the way")

    with pytest.raises(BackupError, match="backups"):
        migrate(SqliteFile(path))

    assert counts(path) == before


async def test_without_a_step_to_take_there_is_no_copy(path):
    await some_life(path)

    migrate(SqliteFile(path))

    assert not backup_folder(path).exists()


def test_a_database_from_before_one_could_say_any_is_read_as_it_was_meant(path):
    path.parent.mkdir()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(migration.configuration(connection), "0001")
        connection.execute(text(OLD_PIECE))
        connection.execute(text("INSERT INTO setting VALUES ('user', 1001, 'all', :value)"), {"value": OLD_DEFAULTS})
    engine.dispose()

    migrate(SqliteFile(path))

    async def read():
        async with open_store(path) as store:
            return await store.generations.get(1), await store.preferences.defaults(ANN)

    piece, defaults = asyncio.run(read())
    assert piece.options == Options(
        seconds=30.5, model="lstm", version=3, seed=7, style="song", key=Key(3, Mode.MINOR), creativity=0.25
    )
    assert piece.options.wishes().keys() == {
        "seconds",
        "model",
        "seed",
        "style",
        "instrument_sound",
        "key",
        "creativity",
    }
    assert defaults == Defaults(wishes={"seconds": 30, "key": "A minor", "creativity": 0.0})


async def test_what_was_left_open_is_kept_apart_from_what_was_said_to_be_any(path):
    options = replace(OPTIONS, metre=Metre(3, 4), said_any=frozenset({"key", "tempo"}))

    async with open_store(path) as store:
        piece = await delivered(store, options=options)

        assert piece.options == options
        assert {name for name, plain in piece.options.wishes().items() if plain is None} == {"key", "tempo"}
