"""Handing pieces out to workers: the row and the job change together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from bot.storage.dialects.moments import moment_in
from bot.storage.tables import generation
from bot.storage.workers import jobs
from bot.storage.workers.leases import COMPOSING, HANDED_OUT, LAPSED, change

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.storage.database import Database


class HandingOut:
    """Hands pieces out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hand_out(self, number: int, entry: str, *, deadline: float, places: int) -> bool:
        """Have a worker make a piece whose composing has begun: row and job change in one transaction.

        Args:
            number: Number of the piece.
            entry: Entry point of its engine, see `bot.storage.workers.jobs.entry_point`.
            deadline: Seconds that making it may take.
            places: Jobs that may be out at the same time.

        Returns:
            Whether it is handed out; not if there is no place, or the row was changed meanwhile.
        """

        def unit(connection: Connection) -> bool:
            if jobs.count_jobs(connection) >= places:
                return False
            ours = and_(generation.c.number == number, COMPOSING, generation.c.lease_until.is_(None))
            if not change(connection, ours, lease=HANDED_OUT, lease_until=moment_in(0), progress=None):
                return False
            jobs.hand_out(connection, number, entry, deadline)
            return True

        return await self._database.write(unit)

    async def hand_out_again(self, number: int, entry: str, *, deadline: float) -> None:
        """Make a new job for a piece whose lease lapsed, should its job be gone; there is never a second one."""

        def unit(connection: Connection) -> None:
            if connection.scalar(select(generation.c.number).where(generation.c.number == number, LAPSED)):
                jobs.hand_out(connection, number, entry, deadline)

        await self._database.write(unit)
