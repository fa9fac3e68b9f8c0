"""Copies of the database: made while the bot runs, kept for some days, and put back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.errors import BackupError, SettingsError, TemporaryTrouble
from bot.storage import themes
from bot.storage.files.backups import back_up, backup_folder, backups
from bot.storage.files.daily_backup import DailyBackup
from bot.storage.files.lock import only_one
from bot.storage.files.restore import restore
from tests.bot.builders import LIMITS, NOON, SetClock, admission, delivered
from tests.bot.databases import open_store
from tests.bot.storage.test_themes import THEME

if TYPE_CHECKING:
    from pathlib import Path

DAY = 24 * 3600


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cadenza.sqlite3"


def pieces(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM generation").fetchone()[0])


async def compose(path: Path, count: int) -> None:
    async with open_store(path, SetClock()) as store:
        for _ in range(count):
            await delivered(store)


async def test_a_copy_made_while_the_bot_writes_is_whole_and_for_its_user_alone(path):
    async with open_store(path, SetClock()) as store:
        await delivered(store)

        copy = back_up(path, NOON)
        await delivered(store)

    assert copy == backup_folder(path) / "cadenza-2026-03-01T120000Z.sqlite3"
    assert pieces(copy) == 1
    assert copy.stat().st_mode & 0o777 == 0o600
    assert list(copy.parent.iterdir()) == [copy]


async def test_music_that_people_gave_is_in_no_copy(path):
    async with open_store(path, SetClock()) as store:
        number = (await store.generations.admit(admission(theme=THEME), LIMITS)).number
        packed = themes.theme_columns(THEME)["theme"]

        copy = back_up(path, NOON)

        assert await store.generations.theme(number) == THEME
        assert packed[20:60] in path.with_name(path.name + "-wal").read_bytes()
    assert packed[20:60] not in copy.read_bytes()
    assert pieces(copy) == 1


async def test_each_day_there_is_one_copy_and_the_newest_are_kept(path):
    await compose(path, 1)
    clock = SetClock()
    daily = DailyBackup(path, clock, keep=3, leave_free=0)

    for _ in range(5):
        await daily.look()
        clock.pass_by(600)
        await daily.look()
        clock.pass_by(DAY - 600)

    assert [copy.name[8:18] for copy in backups(path)] == ["2026-03-05", "2026-03-04", "2026-03-03"]


async def test_copies_of_days_when_the_clock_was_ahead_put_no_later_ones_out(path):
    await compose(path, 1)
    clock = SetClock()
    daily = DailyBackup(path, clock, keep=2, leave_free=0)
    clock.pass_by(365 * DAY)
    for _ in range(2):
        await daily.look()
        clock.pass_by(DAY)
    clock.pass_by(-367 * DAY)

    days = []
    for _ in range(2):
        await daily.look()
        days.append({copy.name[8:18] for copy in backups(path)})
        clock.pass_by(DAY)

    assert "2026-03-01" in days[0]
    assert days[1] == {"2026-03-01", "2026-03-02"}


async def test_a_copy_that_would_fill_the_disk_is_not_made(path):
    await compose(path, 1)
    daily = DailyBackup(path, SetClock(), keep=3, leave_free=10**18)

    with pytest.raises(BackupError, match="no room"):
        await daily.look()

    assert backups(path) == []


async def test_nobody_who_wants_no_copies_gets_one(path):
    await compose(path, 1)

    await DailyBackup(path, SetClock(), keep=0, leave_free=0).look()

    assert backups(path) == []


async def test_a_copy_that_fails_leaves_nothing_behind(path):
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)

    with pytest.raises(BackupError, match="no backup can be written"):
        back_up(path, NOON)

    assert list(backup_folder(path).iterdir()) == []


async def test_a_restored_copy_takes_the_place_and_what_was_there_becomes_a_copy(path, tmp_path):
    await compose(path, 1)
    copy = back_up(path, NOON).rename(tmp_path / "kept elsewhere.sqlite3")
    await compose(path, 2)

    before = restore(copy, path, NOON).before

    assert before is not None
    assert (pieces(path), pieces(before), pieces(copy)) == (1, 3, 1)
    assert not path.with_name(path.name + "-wal").exists()
    await compose(path, 1)
    assert pieces(path) == 2


async def test_a_copy_is_put_where_there_is_no_database_or_an_unreadable_one(path, tmp_path):
    await compose(path, 1)
    copy = back_up(path, NOON).rename(tmp_path / "copy.sqlite3")
    path.write_bytes(b"torn" * 5000)

    damaged = restore(copy, path, NOON).before
    path.unlink()
    nothing = restore(copy, path, NOON).before

    assert pieces(path) == 1
    assert damaged is not None
    assert damaged.read_bytes() == b"torn" * 5000
    assert nothing is None


async def test_nothing_is_restored_while_the_bot_runs(path):
    await compose(path, 1)
    copy = back_up(path, NOON)
    await compose(path, 1)

    with only_one(path.parent), pytest.raises(TemporaryTrouble, match="another bot runs"):
        restore(copy, path, NOON)

    assert pieces(path) == 2


@pytest.mark.parametrize("damage", ["missing", "other", "torn", "newer"])
async def test_a_copy_that_is_of_no_use_changes_nothing(path, tmp_path, damage):
    await compose(path, 1)
    copy = back_up(path, NOON).rename(tmp_path / "copy.sqlite3")
    spoil(copy, damage)

    with pytest.raises((BackupError, SettingsError), match=r"copy\.sqlite3|newer Cadenza"):
        restore(copy, path, NOON)

    assert pieces(path) == 1
    assert [each for each in path.parent.iterdir() if each.name.startswith("restoring")] == []


def spoil(copy: Path, damage: str) -> None:
    match damage:
        case "missing":
            copy.unlink()
        case "torn":
            copy.write_bytes(copy.read_bytes()[:20000])
        case _:
            with closing(sqlite3.connect(copy)) as database, database:
                change = (
                    "DROP TABLE alembic_version" if damage == "other" else "UPDATE alembic_version SET version_num = 9"
                )
                database.execute(change)
