"""The hour of a quota is counted on whatever a person deletes, and nobody can read from it whose it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.errors import QuotaUsed
from bot.storage.people.retention import Keep
from bot.storage.tables import quota
from tests.bot.builders import ANN, BOB, LATER, LIMITS, SetClock, admission, delivered
from tests.bot.databases import mentions, open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")

TWO = replace(LIMITS, per_hour=2, on_the_way=10)
KEEP = Keep(failed_days=90, audit_days=365)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cadenza.sqlite3"


@pytest.mark.parametrize("delete_pieces", [True, False])
async def test_whoever_has_everything_deleted_has_no_more_pieces_this_hour(path, delete_pieces):
    clock = SetClock()
    async with open_store(path, clock) as store:
        await delivered(store)
        await store.generations.admit(admission(), TWO)
        await store.privacy.erase(ANN, delete_pieces=delete_pieces, before_id=LATER)

        with pytest.raises(QuotaUsed):
            await store.generations.admit(admission(), TWO)
        assert (await store.generations.admit(admission(user_id=BOB), TWO)).user_id == BOB


async def test_a_piece_that_its_person_deleted_still_counts(path):
    async with open_store(path, SetClock()) as store:
        for _ in range(2):
            await store.generations.taken_back((await delivered(store)).number)

        with pytest.raises(QuotaUsed):
            await store.generations.admit(admission(), TWO)


async def counted(store) -> int:
    rows = await store.database.read(lambda connection: connection.execute(select(quota)).all())
    return len(rows)


async def test_nothing_is_left_of_the_hour_once_it_is_over_and_nobody_is_named_in_it(path):
    clock = SetClock()
    async with open_store(path, clock) as store:
        await delivered(store, user_id=77_001_002_003)
        await store.privacy.erase(77_001_002_003, delete_pieces=True, before_id=LATER)
        assert not mentions(path, 77001002003)
        assert await counted(store) == 1
        clock.pass_by(3601)
        await store.retention.work_off(KEEP)

        assert await counted(store) == 0
