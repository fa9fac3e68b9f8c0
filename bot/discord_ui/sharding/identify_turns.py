"""When a session with Discord may begin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.errors import TemporaryTrouble, report

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.locks import Locks

BETWEEN = 5.2
"""Seconds that a bucket rests after a session began in it: Discord's five, and some for the way."""

_ASK_AGAIN = 0.25
"""Seconds between two looks whether another process has let go of a bucket."""


class IdentifyTurns:
    """When a session may begin: in each bucket of shards one in five seconds, over all processes."""

    def __init__(
        self, locks: Locks, *, at_once: int, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Let the first begin at once.

        Args:
            locks: Locks that all processes share.
            at_once: Number of buckets.
            pause: Waits for some seconds.
        """
        self._locks = locks
        self._at_once = at_once
        self._pause = pause
        self._resting: set[asyncio.Task[None]] = set()

    async def take(self, shard: int) -> None:
        """Wait until a shard's session may begin."""
        bucket = f"identify {shard % self._at_once}"
        try:
            while not await self._locks.take(bucket):
                await self._pause(_ASK_AGAIN)
        except TemporaryTrouble as error:
            # Discord itself refuses a session that begins too soon, and is asked again.
            report(error, "turn to identify not known", shard=shard)
            await self._pause(BETWEEN)
            return
        task = asyncio.create_task(self._rest(bucket))
        self._resting.add(task)
        task.add_done_callback(self._resting.discard)

    async def _rest(self, bucket: str) -> None:
        try:
            await self._pause(BETWEEN)
        finally:
            await self._locks.give_back(bucket)

    async def close(self) -> None:
        """Let go of all buckets."""
        resting = list(self._resting)
        for task in resting:
            task.cancel()
        await asyncio.gather(*resting, return_exceptions=True)
