"""What went wrong once does not stay wrong: rows that nobody works on are taken up again while the bot runs."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import clock
from bot.domain.generation import Composing
from bot.domain.locks import OwnLocks
from bot.errors import ShardsTaken, TemporaryTrouble
from tests.bot.builders import LIMITS, MUSIC, admission
from tests.bot.databases import open_store
from tests.bot.pipeline.scheduler_harness import ObedientComposer, SchedulerHarness, open_scheduler

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cadenza.sqlite3"


@pytest.fixture(autouse=True)
def _soon_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.dialects.persistence.AGAIN_AFTER", 0.01)


def full_disk() -> OperationalError:
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("INSERT", {}, cause)


def fail_once(harness: SchedulerHarness, name: str) -> asyncio.Event:
    """Let the next call of a method of the rows fail as on a full disk; gives an event that is set then."""
    method: Callable[..., Any] = getattr(harness.store.generations, name)
    failed = asyncio.Event()

    async def fail(*_: object, **__: object) -> None:
        setattr(harness.store.generations, name, method)
        failed.set()
        raise full_disk()

    setattr(harness.store.generations, name, fail)
    return failed


class Taken(OwnLocks):
    """Locks of a bot that has a successor."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def look(self) -> None:
        self.asked.set()
        raise ShardsTaken("another bot runs")


class AwayOnce(OwnLocks):
    """Locks whose server is away when it is asked for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def look(self) -> None:
        self.asked += 1
        if self.asked == 1:
            raise TemporaryTrouble("the server is away")


def composing(harness: SchedulerHarness, number: int) -> Callable[[], bool]:
    return lambda: Composing(1, 8) in harness.audience.progress[number]


@pytest.mark.parametrize("step", ["begin", "composed", "original", "delivered"])
async def test_a_disk_that_is_full_for_a_moment_costs_no_piece_at_whatever_step(path, step):
    async with open_scheduler(path) as harness:
        failed = fail_once(harness, step)
        number = (await harness.ask()).number
        await failed.wait()
        other = await harness.ask()
        await harness.until(other.number, "delivered")
        await harness.until(number, "delivered")

        assert set(harness.audience.told[number]) <= {"delivered", "delivered again"}
        assert (await harness.row(number)).attempts == 1


async def test_a_delivery_goes_on_when_the_server_of_the_locks_is_back(path):
    async with open_store(path) as store:
        store.locks = locks = AwayOnce()
        harness = SchedulerHarness(store, ObedientComposer(), workers=1, deadline=20.0, pauses=())
        await harness.scheduler.start(harness.audience)
        number = (await harness.ask()).number
        await harness.until(number, "delivered")
        await harness.scheduler.stop()

        assert locks.asked == 2
        assert len(harness.audience.told[number]) == 1


async def test_a_row_that_was_accepted_and_never_handed_on_is_composed(path):
    async with open_scheduler(path) as harness:
        number = (await harness.store.generations.admit(admission(), LIMITS)).number

        await harness.scheduler.sweep()
        before = await harness.state(number)
        await harness.scheduler.sweep()
        await harness.until(number, "delivered")

        assert before == "accepted"


async def test_what_somebody_works_on_is_left_alone(path):
    async with open_scheduler(path) as harness:
        harness.composer.hold = harness.audience.hold = True
        making, waiting = await harness.ask(), await harness.ask()
        await harness.audience.until(composing(harness, making.number))
        for _ in range(3):
            await harness.scheduler.sweep()
        harness.composer.let.set()
        await harness.audience.until(lambda: harness.audience.told[waiting.number] == ["delivered"])
        for _ in range(3):
            await harness.scheduler.sweep()

        assert harness.audience.told == {making.number: ["delivered"], waiting.number: ["delivered"]}
        assert harness.composer.order == [7, 7]


async def test_a_piece_that_ends_the_work_again_and_again_is_given_up(path):
    async with open_scheduler(path) as harness:
        rows = harness.store.generations
        number = (await rows.admit(admission(), LIMITS)).number
        for _ in range(3):
            await rows.begin({number}, lease="lost")
            await rows.requeue(number)

        await harness.scheduler.sweep()
        await harness.scheduler.sweep()
        await harness.until(number, "failed")

        assert (await harness.row(number)).error == "attempts"


async def test_before_the_work_begins_nothing_is_taken_up(path):
    async with open_scheduler(path, start=False) as harness:
        number = (await harness.store.generations.admit(admission(), LIMITS)).number
        await harness.scheduler.sweep()
        await harness.scheduler.sweep()

        assert await harness.state(number) == "accepted"
        assert harness.scheduler.workload.waiting == 0


async def test_orderly_stops_take_no_attempt_away(path):
    async with open_scheduler(path, start=False) as harness:
        number = (await harness.store.generations.admit(admission(), LIMITS)).number
    for _ in range(4):
        async with open_scheduler(path) as harness:
            harness.composer.hold = True
            await harness.audience.until(composing(harness, number))

    async with open_scheduler(path) as harness:
        await harness.until(number, "delivered")

        assert harness.audience.pieces[number].midi == MUSIC.midi


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_failure_that_could_not_be_told_is_told_later(path, restarted):
    async with open_scheduler(path) as harness:
        harness.composer.errors = [ValueError("odd")]
        tell, refused = harness.audience.failed, asyncio.Event()

        async def away(*_: object) -> None:
            refused.set()
            raise ConnectionError

        harness.audience.failed = away  # type: ignore[method-assign]  # Discord is away
        number = (await harness.ask(asked_at=clock.now())).number
        await refused.wait()
        audience = harness.audience
        before = dict(audience.told)
        audience.failed = tell  # type: ignore[method-assign]  # it is back
        if not restarted:
            await harness.scheduler.sweep()
            await harness.scheduler.sweep()
            await audience.until(lambda: bool(audience.told[number]))

    async with open_scheduler(path) as harness:
        if restarted:
            audience = harness.audience
            await audience.until(lambda: bool(audience.told[number]))
        row = await harness.row(number)

    assert before == {}
    assert audience.told[number] == [f"failed unexpected {row.reference}"]


async def test_what_was_told_once_is_not_told_again(path):
    async with open_scheduler(path) as harness:
        harness.composer.errors = [ValueError("odd")]
        number = (await harness.ask(asked_at=clock.now())).number
        await harness.audience.until(lambda: bool(harness.audience.told[number]))
        while await harness.store.generations.untold():
            pass

    async with open_scheduler(path) as harness:
        for _ in range(3):
            await harness.scheduler.sweep()

        assert harness.audience.told == {}


async def test_a_call_that_surely_was_not_made_is_made_later_and_once(path):
    async with open_scheduler(path) as harness:
        call, refused = harness.audience.ready, asyncio.Event()

        async def away(*_: object) -> None:
            refused.set()
            raise ConnectionError

        harness.audience.ready = away  # type: ignore[method-assign]  # Discord is away
        number = (await harness.ask(asked_at=clock.now() - timedelta(minutes=2))).number
        await refused.wait()
        while not await harness.store.generations.untold():
            pass
        harness.audience.ready = call  # type: ignore[method-assign]  # it is back
        for _ in range(4):
            await harness.scheduler.sweep()
        await harness.audience.until(lambda: bool(harness.audience.called))

        assert harness.audience.called == [number]
        assert await harness.store.generations.untold() == []


async def test_a_bot_that_has_a_successor_sends_nothing_and_takes_nothing_from_it(path):
    async with open_store(path) as store:
        store.locks = locks = Taken()
        ousted = SchedulerHarness(store, ObedientComposer(), workers=1, deadline=20.0, pauses=())
        await ousted.scheduler.start(ousted.audience)
        made = (await ousted.ask()).number
        await locks.asked.wait()
        ousted.composer.hold = True
        in_the_making = (await ousted.ask()).number
        await ousted.audience.until(composing(ousted, in_the_making))

        await ousted.scheduler.stop(ousted=True)

        assert await ousted.state(made) == "composed"
        assert await ousted.state(in_the_making) == "composing"
        assert not any(ousted.audience.told.values())
