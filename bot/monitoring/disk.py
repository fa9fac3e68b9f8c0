"""Whether there is room on the disk for what is remembered."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from pathlib import Path

    from bot.monitoring.health import Health

log = structlog.stdlib.get_logger(__name__)

ENOUGH_DISK = 500_000_000
"""Bytes that are to be free; with fewer, no backup is made."""


class DiskWatch:
    """Looks at the disk that holds the data, and says so once when it becomes full and once when it is not any more."""

    def __init__(self, folder: Path, health: Health) -> None:
        self._folder = folder
        self._health = health
        self._low = False

    async def look(self) -> None:
        """Measure the room."""
        free = shutil.disk_usage(self._folder).free
        self._health.metrics.disk_free.set(free)
        low = free < ENOUGH_DISK
        if low and not self._low:
            log.warning("disk nearly full", folder=str(self._folder), free_megabytes=free // 10**6)
        elif self._low and not low:
            log.info("disk has room again", folder=str(self._folder), free_megabytes=free // 10**6)
        self._low = low
