"""What is remembered is for the bot's own user alone, whatever the shell's umask is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.storage.files.lock import only_one
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())}


async def live(folder: Path) -> dict[str, int]:
    with only_one(folder):
        async with open_store(folder / "cadenza.sqlite3") as store:
            await store.preferences.set("noted", "something")
            return modes(folder)


async def test_a_new_folder_and_its_database_are_closed_to_others(tmp_path):
    found = await live(tmp_path / "data")

    assert found["data"] == 0o700
    assert [found[f"cadenza.sqlite3{ending}"] for ending in ("", "-wal", "-shm")] == [0o600] * 3


async def test_those_of_an_older_release_are_closed_at_the_next_start(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(0o777)
    (folder / "cadenza.sqlite3").touch(0o666)

    found = await live(folder)

    assert found["data"] == 0o700
    assert found["cadenza.sqlite3"] == 0o600
