"""What went wrong once does not stay wrong: rows that nobody works on are taken up again while the bot runs."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.generation import Composing
from tests.bot.builders import LIMITS, MUSIC, admission
from tests.bot.scheduler_harness import stage_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bot.scheduler_harness import SchedulerHarness


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cadenza.sqlite3"


def full_disk() -> OperationalError:
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("INSERT", {}, cause)


def fail_once(stage: SchedulerHarness, name: str) -> asyncio.Event:
    """Let the next call of a method of the rows fail as on a full disk; gives an event that is set then."""
    method: Callable[..., Any] = getattr(stage.store.generations, name)
    failed = asyncio.Event()

    async def fail(*_: object, **__: object) -> None:
        setattr(stage.store.generations, name, method)
        failed.set()
        raise full_disk()

    setattr(stage.store.generations, name, fail)
    return failed


def composing(stage: SchedulerHarness, number: int) -> Callable[[], bool]:
    return lambda: Composing(1, 8) in stage.audience.progress[number]


@pytest.mark.parametrize("step", ["begin", "composed", "midi", "delivered"])
async def test_a_disk_that_is_full_for_a_moment_costs_no_piece_at_whatever_step(path, step):
    async with stage_on(path) as stage:
        failed = fail_once(stage, step)
        number = (await stage.ask()).number
        await failed.wait()
        other = await stage.ask()
        await stage.until(other.number, "delivered")

        await stage.studio.sweep()
        await stage.studio.sweep()
        await stage.until(number, "delivered")

        assert set(stage.audience.told[number]) <= {"delivered", "delivered again"}


async def test_a_row_that_was_accepted_and_never_handed_on_is_composed(path):
    async with stage_on(path) as stage:
        number = (await stage.store.generations.admit(admission(), LIMITS)).number

        await stage.studio.sweep()
        before = await stage.state(number)
        await stage.studio.sweep()
        await stage.until(number, "delivered")

        assert before == "accepted"


async def test_what_somebody_works_on_is_left_alone(path):
    async with stage_on(path) as stage:
        stage.composer.hold = stage.audience.hold = True
        making, waiting = await stage.ask(), await stage.ask()
        await stage.audience.until(composing(stage, making.number))
        for _ in range(3):
            await stage.studio.sweep()
        stage.composer.let.set()
        await stage.audience.until(lambda: stage.audience.told[waiting.number] == ["delivered"])
        for _ in range(3):
            await stage.studio.sweep()

        assert stage.audience.told == {making.number: ["delivered"], waiting.number: ["delivered"]}
        assert stage.composer.order == [7, 7]


async def test_a_piece_that_ends_the_work_again_and_again_is_given_up(path):
    async with stage_on(path) as stage:
        rows = stage.store.generations
        number = (await rows.admit(admission(), LIMITS)).number
        for _ in range(3):
            await rows.begin(number, lease="lost")
            await rows.requeue(number)

        await stage.studio.sweep()
        await stage.studio.sweep()
        await stage.until(number, "failed")

        assert (await stage.row(number)).error == "attempts"


async def test_before_the_work_begins_nothing_is_taken_up(path):
    async with stage_on(path, start=False) as stage:
        number = (await stage.store.generations.admit(admission(), LIMITS)).number
        await stage.studio.sweep()
        await stage.studio.sweep()

        assert await stage.state(number) == "accepted"
        assert stage.studio.waiting == 0


async def test_orderly_stops_take_no_attempt_away(path):
    async with stage_on(path, start=False) as stage:
        number = (await stage.store.generations.admit(admission(), LIMITS)).number
    for _ in range(4):
        async with stage_on(path) as stage:
            stage.composer.hold = True
            await stage.audience.until(composing(stage, number))

    async with stage_on(path) as stage:
        await stage.until(number, "delivered")

        assert stage.audience.pieces[number].midi == MUSIC.midi
