"""Bots that share a database: each has its servers, and what is fair is fair over all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.generation import Composing, Queued
from bot.domain.order import ServerSettings
from bot.domain.shards import parse_share
from bot.errors import QueueFull, TooManyOnTheWay
from tests.bot.builders import ANN, BOB, LIMITS, MUSIC, NOON, admission, post
from tests.bot.databases import open_store
from tests.bot.pipeline.scheduler_harness import open_scheduler

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.storage.store import Store
    from tests.bot.pipeline.scheduler_harness import SchedulerHarness

FIRST, SECOND = parse_share("0/2"), parse_share("1/2")
EVEN, ODD = 2 << 22, 3 << 22
"""Servers of the first bot and of the second."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cadenza.sqlite3"


def begun(bot: SchedulerHarness, number: int) -> Callable[[], bool]:
    return lambda: Composing(1, 8) in bot.audience.progress[number]


async def left_on_the_way(store: Store) -> list[int]:
    return [each.number for each in await store.generations.unfinished()]


@pytest.mark.usefixtures("each_database")
async def test_each_bot_takes_up_what_is_of_its_servers(path):
    async with open_store(path, share=FIRST) as one, open_store(path, share=SECOND) as other:
        admit, numbers = one.generations.admit, {}
        for guild_id in (EVEN, ODD, None):
            numbers[guild_id] = (await admit(admission(guild_id=guild_id), LIMITS)).number
        failed = (await admit(admission(guild_id=ODD, user_id=2), LIMITS)).number
        await one.generations.failed(failed, error="odd", reference="r")
        for number, guild_id in ((numbers[EVEN], EVEN), (numbers[ODD], ODD)):
            await one.generations.begin({number}, lease="a bot")
            await one.generations.composed(number, MUSIC)
            await one.generations.delivered(number, post(number, 9000 + number, guild_id=guild_id), {})
        taken_back = (await one.generations.taken_back(numbers[ODD])) is not None

        assert await left_on_the_way(one) == [numbers[None]]
        assert await left_on_the_way(other) == []
        assert [each.number for each in await other.generations.unfinished(ANN)] == [numbers[None]]
        assert [each.number for each in await one.posts.since(NOON)] == [numbers[EVEN]]
        assert [each.number for each in await other.posts.since(NOON)] == []
        assert taken_back
        assert await one.removals.due() == []
        assert [each.number for each in await other.removals.due()] == [numbers[ODD]]


@pytest.mark.usefixtures("each_database")
async def test_a_bot_forgets_servers_that_it_left_and_none_of_another_bot(path):
    async with open_store(path, share=FIRST) as one, open_store(path, share=SECOND) as other:
        left = EVEN + (2 << 22)
        for guild_id in (EVEN, left, ODD):
            await one.preferences.set_server(guild_id, ServerSettings(per_hour=3), by=ANN)
        await one.retention.servers_are([EVEN, left])
        await other.retention.servers_are([ODD])

        await one.retention.servers_are([EVEN])

        limits = [(await one.preferences.server(guild_id)).per_hour for guild_id in (EVEN, left, ODD)]
        assert limits[0] == limits[2] == 3
        assert limits[1] != 3


@pytest.mark.usefixtures("each_database")
async def test_limits_are_the_same_whichever_bot_is_asked(path):
    async with open_store(path, share=FIRST) as one, open_store(path, share=SECOND) as other:
        small = replace(LIMITS, queue_size=2)
        for store in (one, other, one):
            await store.generations.admit(admission(guild_id=EVEN), LIMITS)

        with pytest.raises(TooManyOnTheWay):
            await other.generations.admit(admission(guild_id=ODD), LIMITS)
        with pytest.raises(QueueFull):
            await other.generations.admit(admission(guild_id=EVEN, user_id=BOB), small)
        await other.generations.admit(admission(guild_id=ODD, user_id=BOB), small)


@pytest.mark.usefixtures("each_database")
async def test_two_bots_make_each_piece_once_and_deliver_those_of_their_servers(path):
    async with open_scheduler(path, share=FIRST) as one, open_scheduler(path, share=SECOND) as other:
        one.composer.hold = other.composer.hold = True
        asked = []
        for user_id in (1, 2, 3):
            for bot, guild_id in ((one, EVEN), (other, ODD)):
                asked.append((await bot.ask(user_id=user_id, guild_id=guild_id)).number)
                if user_id == 1:
                    await bot.audience.until(begun(bot, asked[-1]))
        waiting = [each.number for each in await one.store.generations.queue()]
        making = {each.number for each in await one.store.generations.in_the_making()}
        for bot in (one, other):
            bot.composer.let.set()
        for number in asked:
            await one.until(number, "delivered")

        assert waiting == asked[2:]
        assert making == set(asked[:2])
        assert {number: told for number, told in one.audience.told.items() if told} == {
            number: ["delivered"] for number in asked[::2]
        }
        assert {number: told for number, told in other.audience.told.items() if told} == {
            number: ["delivered"] for number in asked[1::2]
        }


@pytest.mark.usefixtures("each_database")
async def test_who_waits_is_told_of_a_place_among_the_pieces_of_all_bots(path):
    def told(number: int, place: int) -> Callable[[], bool]:
        def is_told() -> bool:
            last = other.audience.progress[number][-1:]
            return [each.position for each in last if isinstance(each, Queued)] == [place]

        return is_told

    async with open_scheduler(path, share=FIRST) as one, open_scheduler(path, share=SECOND) as other:
        one.composer.hold = other.composer.hold = True
        for bot, guild_id in ((one, EVEN), (other, ODD)):
            first = (await bot.ask(user_id=1, guild_id=guild_id)).number
            await bot.audience.until(begun(bot, first))
        before = (await one.ask(user_id=2, guild_id=EVEN)).number
        waits = (await other.ask(user_id=2, guild_id=ODD)).number
        await other.audience.until(told(waits, 2))

        await one.scheduler.cancel(before)
        await other.scheduler.queue_changed()

        await other.audience.until(told(waits, 1))


@pytest.mark.usefixtures("each_database")
async def test_what_a_bot_left_that_died_is_taken_up_by_its_successor_alone(path):
    async with open_store(path, share=SECOND) as dead:
        number = (await dead.generations.admit(admission(guild_id=ODD), LIMITS)).number
        await dead.generations.begin({number}, lease="dead")

    async with open_scheduler(path, share=FIRST) as other:
        for _ in range(2):
            await other.scheduler.sweep()
        left = await other.state(number)
    async with open_scheduler(path, share=SECOND) as successor:
        await successor.until(number, "delivered")

    assert left == "composing"
    assert other.audience.told == {}
