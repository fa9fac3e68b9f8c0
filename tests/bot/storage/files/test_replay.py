"""Whoever had something deleted does not find it again in a backup that was put back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.storage.files.backups import back_up
from bot.storage.files.restore import restore
from tests.bot.builders import ANN, BOB, EVE, LATER, NOON, SetClock, delivered
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cadenza.sqlite3"


async def life_and_copy(path: Path, tmp_path: Path) -> Path:
    """A piece each of Ann, Bob and Eve; the others' votes; and a copy of all that, carried elsewhere."""
    async with open_store(path, SetClock()) as store:
        for person in (ANN, BOB, EVE):
            piece = await delivered(store, user_id=person)
            for voter in {ANN, BOB, EVE} - {person}:
                await store.ratings.vote(piece.number, voter, 1, source="button")
    return back_up(path, NOON).rename(tmp_path / "elsewhere.sqlite3")


async def empty_copy(path: Path, tmp_path: Path) -> Path:
    async with open_store(path, SetClock()):
        pass
    return back_up(path, NOON).rename(tmp_path / "empty.sqlite3")


async def erase_later(path: Path) -> None:
    async with open_store(path, SetClock()) as store:
        await store.privacy.erase(ANN, delete_pieces=True, before_id=LATER)
        await store.generations.taken_back(2)


def rows(path: Path, query: str) -> list[tuple[int, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


PIECES = "SELECT number, user_id FROM generation"
VOTERS = "SELECT number, user_id FROM vote"


async def test_what_was_deleted_after_a_copy_is_deleted_in_it_and_goes_on_being_known(path, tmp_path):
    copy = await life_and_copy(path, tmp_path)
    await erase_later(path)

    restored = restore(copy, path, NOON)
    again = restore(copy, path, NOON)

    assert restored.repeated == again.repeated == 2
    assert rows(path, PIECES) == [(3, EVE)]
    assert rows(path, VOTERS) == [(3, BOB)]
    async with open_store(path, SetClock()) as store:
        await store.ratings.reconcile(9003, {1: {ANN}})
        assert await store.ratings.of(3, ANN) is None


async def test_where_the_database_is_lost_the_newest_copies_beside_it_know(path, tmp_path):
    copy = await life_and_copy(path, tmp_path)
    await erase_later(path)
    back_up(path, NOON)
    path.unlink()

    assert restore(copy, path, NOON).repeated == 2
    assert rows(path, PIECES) == [(3, EVE)]


async def test_what_somebody_made_after_the_deletion_stays(path, tmp_path):
    await life_and_copy(path, tmp_path)
    await erase_later(path)
    async with open_store(path, SetClock()) as store:
        newer = await delivered(store, user_id=ANN)
    copy = back_up(path, NOON)

    assert restore(copy, path, NOON).repeated == 0
    assert (newer.number, ANN) in rows(path, PIECES)


@pytest.mark.parametrize("begin", [life_and_copy, empty_copy])
async def test_no_number_is_given_twice(path, tmp_path, begin):
    copy = await begin(path, tmp_path)
    async with open_store(path, SetClock()) as store:
        lost = await delivered(store)

    restore(copy, path, NOON)

    async with open_store(path, SetClock()) as store:
        assert (await delivered(store)).number == lost.number + 1
