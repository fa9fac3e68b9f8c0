"""Whether a bot still has its shards: a successor may have taken them while the connection that held them was cut."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NoReturn

from bot.errors import ShardsTaken, TemporaryTrouble, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.locks import Locks

EVERY = 5.0
"""Seconds between two looks."""


async def keep_share(locks: Locks, failed: Callable[[str], None]) -> NoReturn:
    """Look again and again; while the server is away, nothing is decided.

    Args:
        locks: Locks of this bot.
        failed: Called with a word for what failed, once for each time that the server goes away.

    Raises:
        ShardsTaken: Another bot has them.
    """
    away = False
    while True:
        await asyncio.sleep(EVERY)
        try:
            await locks.look()
        except ShardsTaken:
            raise
        except TemporaryTrouble as error:
            if not away:
                failed("lock")
                report(error, "lock failed")
            away = True
        else:
            away = False
