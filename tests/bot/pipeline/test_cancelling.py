"""Whoever cancels a piece is told so once, and hears no more of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.generation import Composing, Rendering
from tests.bot.builders import OPTIONS
from tests.bot.pipeline.scheduler_harness import open_scheduler

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


def seeded(seed: int):
    return replace(OPTIONS, seed=seed)


async def test_what_waits_can_be_cancelled(path):
    async with open_scheduler(path) as harness:
        harness.composer.hold = True
        first, second = await harness.ask(), await harness.ask()

        assert await harness.scheduler.cancel(second.number)
        await harness.audience.until(lambda: bool(harness.audience.told[second.number]))

        assert harness.audience.told[second.number] == ["cancelled"]
        assert await harness.state(second.number) == "cancelled"
        assert harness.scheduler.workload.progress(second.number) is None
        harness.composer.let.set()
        await harness.until(first.number, "delivered")
        assert not await harness.scheduler.cancel(first.number)


@pytest.mark.parametrize("stage_of_work", ["hold", "hold_render"])
async def test_what_is_in_the_making_can_be_cancelled_and_the_next_begins(path, stage_of_work):
    async with open_scheduler(path) as harness:
        setattr(harness.composer, stage_of_work, True)
        first, second = await harness.ask(), await harness.ask()
        wanted = Composing(1, 8) if stage_of_work == "hold" else Rendering()
        await harness.audience.until(lambda: wanted in harness.audience.progress[first.number])

        assert await harness.scheduler.cancel(first.number)
        harness.composer.let.set()
        await harness.until(second.number, "delivered")

        assert await harness.state(first.number) == "cancelled"
        assert harness.audience.told[first.number] == ["cancelled"]


async def test_nobody_hears_how_far_a_piece_is_once_it_was_cancelled(path):
    async with open_scheduler(path) as harness:
        harness.composer.hold = harness.composer.last_words = True
        first, second = await harness.ask(), await harness.ask()
        await harness.audience.until(lambda: Composing(1, 8) in harness.audience.progress[first.number])

        assert await harness.scheduler.cancel(first.number)
        await harness.audience.until(lambda: Composing(1, 8) in harness.audience.progress[second.number])

        assert harness.audience.told[first.number] == ["cancelled"]
        assert harness.audience.progress[first.number][-1] == Composing(1, 8)


async def test_what_is_being_delivered_cannot_be_cancelled_any_more(path):
    async with open_scheduler(path) as harness:
        harness.audience.hold = True
        number = (await harness.ask()).number
        await harness.audience.until(lambda: harness.audience.told[number] == ["delivered"])

        assert not await harness.scheduler.cancel(number)


async def test_what_waits_for_its_next_delivery_can_be_cancelled_and_holds_no_place(path):
    async with open_scheduler(path, pauses=(3600.0,)) as harness:
        harness.audience.errors = [ConnectionError("lost")] * 3
        numbers = [(await harness.ask()).number for _ in range(3)]
        for number in numbers:
            await harness.until(number, "composed")
        await harness.audience.until(lambda: len(harness.audience.told) == 3)
        fourth = await harness.ask()
        await harness.until(fourth.number, "delivered")

        assert await harness.scheduler.cancel(numbers[0])
        await harness.audience.until(lambda: harness.audience.told[numbers[0]] == ["delivered", "cancelled"])
        assert await harness.state(numbers[0]) == "cancelled"
