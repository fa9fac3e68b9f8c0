"""Nothing is kept for ever that is kept for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.order import ServerSettings
from bot.storage.people.retention import Keep
from tests.bot.builders import BOB, LIMITS, OTHER_SERVER, SERVER, SetClock, admission, delivered
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")

KEEP = Keep(failed_days=90, audit_days=365)
DAY = 24 * 3600


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cadenza.sqlite3"


async def test_what_failed_or_was_cancelled_goes_when_its_days_are_over_and_pieces_stay(path):
    clock = SetClock()
    async with open_store(path, clock) as store:
        failed = await store.generations.admit(admission(), LIMITS)
        await store.generations.failed(failed.number, error="render", reference="7F3A")
        cancelled = await store.generations.admit(admission(), LIMITS)
        await store.generations.cancelled(cancelled.number)
        waiting = await store.generations.admit(admission(), LIMITS)
        piece = await delivered(store)
        left = []
        for days in (89, 2):
            clock.pass_by(days * DAY)
            await store.retention.work_off(KEEP)
            numbers = (failed.number, cancelled.number, waiting.number, piece.number)
            left.append([number for number in numbers if await store.generations.get(number)])

    assert left == [[1, 2, 3, 4], [3, 4]]


async def test_the_record_of_deeds_goes_when_its_days_are_over(path):
    clock = SetClock()
    async with open_store(path, clock) as store:
        await store.audit.add(BOB, "first")
        clock.pass_by(364 * DAY)
        await store.audit.add(BOB, "second")
        clock.pass_by(2 * DAY)
        await store.retention.work_off(KEEP)

        assert [entry.action for entry in await store.audit.latest()] == ["second"]


async def test_of_a_server_that_was_left_neither_settings_nor_places_are_kept(path):
    async with open_store(path, SetClock()) as store:
        for server in (SERVER, OTHER_SERVER):
            await store.preferences.set_server(server, ServerSettings(longest=60), by=BOB)
            await delivered(store, guild_id=server)

        await store.retention.server_left(SERVER)

        assert [len(await store.posts.of(number)) for number in (1, 2)] == [0, 1]
        assert await store.preferences.server(SERVER) == ServerSettings()
        assert await store.preferences.server(OTHER_SERVER) == ServerSettings(longest=60)


async def test_servers_that_were_left_unseen_are_forgotten_and_those_it_never_was_on_are_not(path):
    async with open_store(path, SetClock()) as store:
        for server in (SERVER, OTHER_SERVER):
            await delivered(store, guild_id=server)
        await store.retention.servers_are([])
        before = [len(await store.posts.of(number)) for number in (1, 2)]
        await store.retention.servers_are([SERVER])
        await store.retention.servers_are([])

        assert before == [1, 1]
        assert [len(await store.posts.of(number)) for number in (1, 2)] == [0, 1]
