"""Jobs go through PgQueuer: they are there with the row or not at all, and nobody's job is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.storage.store import open_store
from bot.storage.workers.handing_out import HandingOut
from bot.storage.workers.jobs import Jobs, entry_point
from tests.bot.builders import LIMITS, admission, begun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.storage.dialects.postgresql import PostgresServer
    from bot.storage.store import Store
    from tests.bot.postgres import Postgres

ENTRY = entry_point("tiny@1", "0.1-ab")
LONG, LAPSED = 600.0, 0.0


@pytest.fixture
def server(postgres_server: Postgres, tmp_path: Path) -> Iterator[PostgresServer]:
    yield postgres_server.at(tmp_path)
    postgres_server.drop_all()


async def waiting(store: Store) -> int:
    number = (await store.generations.admit(admission(), LIMITS)).number
    await begun(store, number)
    return number


async def hand_out(store: Store, number: int, *, entry: str = ENTRY, places: int = 9) -> bool:
    return await HandingOut(store.database).hand_out(number, entry, deadline=20.0, places=places)


async def test_a_job_goes_to_one_worker_that_can_do_it_and_to_the_next_if_that_one_dies(
    server: PostgresServer,
) -> None:
    async with open_store(server) as store, server.link() as link:
        first, second = Jobs(link), Jobs(link)
        await first.install()
        await second.install()
        number = await waiting(store)

        assert await hand_out(store, number)
        assert await first.take([entry_point("tiny@2", "0.1-ab")], lapsed_after=LONG) is None
        taken = await first.take([ENTRY], lapsed_after=LONG)
        assert taken is not None
        assert (taken.number, taken.deadline) == (number, 20.0)
        await first.keep_up([taken])
        assert await second.take([ENTRY], lapsed_after=LONG) is None
        again = await second.take([ENTRY], lapsed_after=LAPSED)
        assert again is not None
        assert again.number == number
        await second.done(again)
        assert await first.take([ENTRY], lapsed_after=LAPSED) is None
        await first.forget_old()


async def test_no_more_jobs_are_out_than_there_are_places_and_no_piece_has_two(server: PostgresServer) -> None:
    async with open_store(server) as store, server.link() as link:
        await Jobs(link).install()
        first, second = await waiting(store), await waiting(store)

        assert await hand_out(store, first, places=1)
        assert not await hand_out(store, second, places=1)
        assert not await hand_out(store, first)
        await HandingOut(store.database).hand_out_again(first, ENTRY, deadline=20.0)
        assert await hand_out(store, second, places=2)
        assert not (await store.leases.standing([second]))[second].is_held


async def test_a_row_that_was_cancelled_gets_no_job_and_its_end_is_heard(server: PostgresServer) -> None:
    heard: list[str] = []
    async with open_store(server) as store, server.link() as link:
        jobs = Jobs(link)
        await jobs.install()
        await link.hear("cadenza", heard.append)
        number = await waiting(store)
        await store.generations.cancelled(number)
        await link.tell("progress:1:2/3", "last")
        while "last" not in heard:
            await link.connection.execute("SELECT 1")

        assert heard == ["queue", "queue", f"ended:{number}", "progress:1:2/3", "last"]
        assert not await hand_out(store, number)
        assert await jobs.take([ENTRY], lapsed_after=LONG) is None
