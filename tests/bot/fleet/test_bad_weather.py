"""Whatever happens to a worker, nothing is lost and nothing is doubled."""

from __future__ import annotations

import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.storage.dialects.moments import moment_in
from tests.bot import tiny_model
from tests.bot.fleet import stages
from tests.bot.fleet.fleet_world import open_world
from tests.bot.fleet.proxy import open_proxy
from tests.bot.fleet.stages import hold

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.dialects.postgresql import PostgresServer
    from tests.bot.fleet.fleet_world import FleetWorld
    from tests.bot.fleet.nursery import Nursery
    from tests.bot.postgres import Postgres

LEASE = 2.0


WRONG_CLOCK = """
import datetime, time
import bot.clock, bot.fleet.shared_clock
class Late(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) - datetime.timedelta(hours=1)
bot.clock.datetime = bot.fleet.shared_clock.datetime = Late
"""
"""Python that sets the clocks of a worker back by an hour."""

SHORT_UNITS = """
import bot.storage.dialects.postgresql
bot.storage.dialects.postgresql.IDLE_SECONDS = 1.0
"""
"""Python that has the server wait no longer for a worker that froze within a unit."""


def told_once(here: FleetWorld, *numbers: int) -> bool:
    """Whether each piece was delivered once, and nobody was told anything else."""
    return all(here.audience.told[number] == ["delivered"] for number in numbers)


async def test_workers_that_are_killed_wherever_they_are_lose_nothing_and_double_nothing(
    nursery: Nursery, server: PostgresServer, tmp_path: Path
) -> None:
    places = [stages.TAKEN, stages.HANDING_OVER, stages.HANDED_OVER]
    async with open_world(nursery, server, tmp_path, lease=LEASE) as here, AsyncExitStack() as ends:
        codes = {"amid": stages.HOLD_AMID, **{place[2]: hold(place) for place in places}}
        workers = [await ends.enter_async_context(here.worker(name, code=code)) for name, code in codes.items()]
        await here.workers_seen(len(codes))
        numbers = [await here.ask(user_id=number) for number in range(len(codes))]
        for worker in workers:
            await worker.held()
        composed = [number for number in numbers if (await here.row(number)).composed_at is not None]
        titles = {number: (await here.row(number)).title for number in composed}
        for worker in workers:
            await worker.kill()
        async with here.worker("next", CADENZA_WORKERS="2"):
            await here.delivered(*numbers)

        assert told_once(here, *numbers)
        assert len(composed) == 2
        assert {number: (await here.row(number)).title for number in composed} == titles


async def test_what_a_worker_that_hung_hands_over_later_is_refused(
    nursery: Nursery, server: PostgresServer, tmp_path: Path
) -> None:
    async with (
        open_world(nursery, server, tmp_path, lease=LEASE) as here,
        here.worker("hangs", code=hold(stages.COMPOSED) + WRONG_CLOCK + SHORT_UNITS) as hangs,
    ):
        await here.workers_seen(1)
        number = await here.ask()
        await hangs.held()
        began = (await here.row(number)).started_at
        hangs.send(signal.SIGSTOP)
        async with here.worker("next"):
            await here.delivered(number)
            hangs.send(signal.SIGCONT)
            await hangs.says("lease lost")
            now = await here.store.database.read(lambda connection: connection.scalar(select(moment_in(0))))

        assert told_once(here, number)
        assert began is not None
        assert now is not None
        assert abs((now - began).total_seconds()) < 1800


async def test_a_piece_that_is_cancelled_is_broken_off_and_its_worker_takes_the_next(
    nursery: Nursery, server: PostgresServer, tmp_path: Path
) -> None:
    async with (
        open_world(nursery, server, tmp_path, lease=600.0) as here,
        here.worker(code=hold(stages.COMPOSED)) as worker,
    ):
        await here.workers_seen(1)
        number = await here.ask()
        await worker.held()
        assert await here.scheduler.cancel(number)
        await worker.says("broken off")
        worker.let_go()
        after = await here.ask()
        await worker.until(lambda: worker.said.count("held") == 2, "second piece")
        worker.let_go()
        await here.delivered(after)

        assert str((await here.row(number)).state) == "cancelled"


async def test_a_database_that_was_away_in_the_middle_has_the_piece_delivered_once(
    nursery: Nursery, server: PostgresServer, postgres_server: Postgres, tmp_path: Path
) -> None:
    async with (
        open_world(nursery, server, tmp_path, lease=LEASE) as here,
        here.worker(code=hold(stages.COMPOSED)) as worker,
    ):
        await here.workers_seen(1)
        number = await here.ask()
        await worker.held()
        postgres_server.stop()
        worker.let_go()
        await worker.says("database away", "writing music down")
        postgres_server.start()
        await here.delivered(number)

        assert told_once(here, number)


async def test_a_network_that_is_cut_while_a_piece_is_handed_over_hands_it_over_again(
    nursery: Nursery, server: PostgresServer, tmp_path: Path
) -> None:
    async with open_world(nursery, server, tmp_path, lease=600.0) as here, open_proxy(server.url, tmp_path) as proxy:
        async with here.worker(url=proxy.url, CADENZA_SOUNDFONT="") as worker:
            await here.workers_seen(1)
            proxy.cut_after(50_000)
            number = await here.ask()
            await proxy.cut.wait()
            await here.delivered(number)
            await worker.says("handed over")

        assert told_once(here, number)
        assert here.here.order == []
        assert len(here.audience.pieces[number].mp3) > 50_000


async def test_a_worker_without_room_for_a_model_gets_no_piece_for_another_of_the_same_name(
    nursery: Nursery, server: PostgresServer, tmp_path: Path
) -> None:
    tiny_model.install(tmp_path / "other", noise_seed=7)
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
    async with (
        open_world(nursery, server, tmp_path, lease=LEASE) as here,
        here.worker(code=full, CADENZA_MODELS_DIR=str(tmp_path / "other")) as worker,
    ):
        await here.workers_seen(1)
        number = await here.ask()
        await here.delivered(number)

        assert here.fleet.lines[0].engines.keys() >= {"tiny@1"}
        assert await worker.says("model left out: it cannot be written")
        assert len(here.here.order) == 1
        assert told_once(here, number)


async def test_a_piece_of_a_worker_that_is_too_slow_fails_and_its_hands_are_free_again(
    nursery: Nursery, server: PostgresServer, tmp_path: Path
) -> None:
    async with (
        open_world(nursery, server, tmp_path, lease=600.0, deadline=0.3) as here,
        here.worker(code=hold(stages.COMPOSED)),
    ):
        await here.workers_seen(1)
        for _ in range(2):
            number = await here.ask()
            failed = await here.until_state(number, "failed")
            assert failed.error == "deadline"

        assert here.here.order == []


async def test_a_password_that_is_wrong_is_told_in_one_sentence(
    nursery: Nursery, postgres_server: Postgres, server: PostgresServer, tmp_path: Path
) -> None:
    postgres_server.demand_password("stranger", "right")
    url = server.url.set(username="stranger", password="wrong")
    worker = nursery.worker(url, tmp_path / "worker")
    await worker.start()

    assert await worker.ended() == 2
    assert len(worker.said) == 1
    assert "password authentication failed" in worker.said[0]
    assert "wrong" not in worker.said[0]
