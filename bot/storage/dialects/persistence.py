"""What is done again and again while the database is away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.errors import report
from bot.storage.dialects.faults import is_passing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

log = structlog.stdlib.get_logger(__name__)

PAUSE = 0.5
"""Seconds between two tries."""

AGAIN_AFTER = 2.0
"""Seconds until pieces are taken up again."""


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


class LeftPieces:
    """Pieces that trouble with the database left in nobody's hands: taken up again as soon as it has passed."""

    def __init__(self, take_up: Callable[[set[int]], Awaitable[None]]) -> None:
        """Know of none yet.

        Args:
            take_up: Function that takes pieces up, by their numbers. It fails as long as the trouble lasts.
        """
        self._take_up = take_up
        self._numbers: set[int] = set()
        self._noted = False
        self._trying: asyncio.Task[None] | None = None

    def note(self, *numbers: int) -> None:
        """Note that trouble left pieces; none where it only kept the next from being begun."""
        self._numbers |= set(numbers)
        self._noted = True
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(self._try_again_and_again())

    async def stop(self) -> None:
        """Try no more: the next start takes up what is left."""
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.gather(self._trying, return_exceptions=True)

    async def _try_again_and_again(self) -> None:
        while self._noted:
            await asyncio.sleep(AGAIN_AFTER)
            numbers, self._noted = set(self._numbers), False
            try:
                await self._take_up(numbers)
            except Exception as error:  # noqa: BLE001 - the sweep takes up what is left here
                if is_passing(error):
                    self._noted = True
                    continue
                report(error, "left for the next sweep", generations=sorted(numbers))
            self._numbers -= numbers
