"""What is done again and again while the database is away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.storage.dialects.faults import is_passing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

log = structlog.stdlib.get_logger(__name__)

PAUSE = 0.5
"""Seconds between two tries."""


async def persist(work: Callable[[], Awaitable[T]], what: str) -> T:
    """Do something with the database, however long it is away.

    Args:
        work: Function that does it, once or again.
        what: Few words for the log, which is told the first time.
    """
    told = False
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_passing(error):
                raise
            if not told:
                log.warning("database away", what=what, error=str(getattr(error, "orig", error)))
                told = True
        await asyncio.sleep(PAUSE)
