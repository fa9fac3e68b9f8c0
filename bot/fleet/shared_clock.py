"""The database's time in a process whose own clock may be wrong."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.storage.dialects.moments import moment_in

if TYPE_CHECKING:
    from bot.storage.database import Database


class SharedClock:
    """Goes as the database's clock did when it was last set."""

    def __init__(self) -> None:
        self._time = datetime.now(UTC)
        self._set_at = time.monotonic()

    def __call__(self) -> datetime:
        """The time, in UTC."""
        return self._time + timedelta(seconds=time.monotonic() - self._set_at)

    async def set_by(self, database: Database) -> None:
        """Set it."""
        now = await database.read(lambda connection: connection.scalar(select(moment_in(0))))
        if now is not None:
            self._time, self._set_at = now, time.monotonic()
