"""Tells those who wait where they stand, as the rows say."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.errors import report

if TYPE_CHECKING:
    from bot.monitoring.health import Health
    from bot.pipeline.safe_audience import SafeAudience
    from bot.pipeline.workload import Workload
    from bot.storage.generations import Generations


class PlaceAnnouncer:
    """Reads the order of the queue, and tells it.

    Attributes:
        silent: Whether nobody is told any more.
    """

    def __init__(self, generations: Generations, workload: Workload, audience: SafeAudience, health: Health) -> None:
        self._generations = generations
        self._workload = workload
        self._audience = audience
        self._health = health
        self._changes = 0
        self._told = 0
        self._telling = asyncio.Lock()
        self.silent = False

    async def announce(self) -> None:
        """Tell where everybody stands now that something has changed; of several changes at once the last is told."""
        self._changes += 1
        async with self._telling:
            if self._told == self._changes:
                return
            self._told = self._changes
            try:
                order = await self._generations.queue()
                self._workload.note_order(order, await self._generations.in_the_making())
            except DBAPIError as error:
                report(error, "order of the queue not read")
            self._tell()

    def _tell(self) -> None:
        self._health.metrics.waiting.set(self._workload.waiting)
        self._health.metrics.running.set(self._workload.running)
        if not self.silent:
            for line in self._workload.standings()[self._workload.running :]:
                self._audience.progressed(line.generation, line.progress)
