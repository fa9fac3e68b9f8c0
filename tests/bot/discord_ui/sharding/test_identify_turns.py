from __future__ import annotations

import asyncio

from bot.discord_ui.sharding.identify_turns import BETWEEN, IdentifyTurns
from bot.domain.locks import OwnLocks
from bot.errors import TemporaryTrouble


class Pauses:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.passed = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if seconds >= BETWEEN:
            await self.passed.wait()
        else:
            await asyncio.sleep(0)


async def test_in_each_bucket_one_session_begins_in_five_seconds_whichever_process_asks():
    locks, pauses = OwnLocks(), Pauses()
    one, other = (IdentifyTurns(locks, at_once=2, pause=pauses) for _ in range(2))
    await one.take(0)
    await other.take(1)
    waiting = asyncio.create_task(other.take(2))
    for _ in range(10):
        await asyncio.sleep(0)

    before = waiting.done()
    pauses.passed.set()
    await waiting
    await one.close()
    await other.close()

    assert not before
    assert pauses.asked.count(BETWEEN) == 3
    assert await locks.take("identify 0")
    assert await locks.take("identify 1")


async def test_while_the_database_is_away_sessions_begin_five_seconds_apart():
    class Away(OwnLocks):
        async def take(self, name: str) -> bool:
            raise TemporaryTrouble(name)

    pauses = Pauses()
    pauses.passed.set()
    turns = IdentifyTurns(Away(), at_once=1, pause=pauses)

    await turns.take(3)

    assert pauses.asked == [BETWEEN]
