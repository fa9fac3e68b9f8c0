"""A copy of the database each day, without anybody's doing."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import structlog

from bot.errors import BackupError
from bot.storage.files.backups import back_up, backup_folder, backups, prune

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import Clock

log = structlog.stdlib.get_logger(__name__)

_OCCASION = "daily"


class DailyBackup:
    """Makes a copy on each day on which there is none yet, and keeps the newest."""

    def __init__(self, database: Path, clock: Clock, *, keep: int, leave_free: int) -> None:
        """Make none yet.

        Args:
            database: The file to be copied.
            clock: Clock that tells the day, in UTC.
            keep: Number of copies that are kept, those for other reasons among them; 0 makes none.
            leave_free: Bytes of the disk that a copy must not take.
        """
        self._database = database
        self._clock = clock
        self._keep = keep
        self._leave_free = leave_free

    async def look(self) -> None:
        """Make today's copy, if it is due and there is room for it.

        Raises:
            BackupError: It is due and cannot be made.
        """
        moment = self._clock()
        today = f"{moment:%Y-%m-%d}"
        if not self._keep or any(today in copy.name and _OCCASION in copy.name for copy in backups(self._database)):
            return
        size = self._database.stat().st_size
        free = shutil.disk_usage(self._database.parent).free
        if free < size + self._leave_free:
            raise BackupError(f"no room for a backup in {backup_folder(self._database)}: {free // 10**6} MB are free")
        copy = await asyncio.to_thread(back_up, self._database, moment, occasion=_OCCASION)
        old = await asyncio.to_thread(prune, self._database, self._keep, moment)
        log.info("backed up", copy=str(copy), deleted=len(old))
