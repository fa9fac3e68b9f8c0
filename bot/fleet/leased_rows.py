"""The row of a piece on which a lease holds, as whoever makes it reads and writes it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.storage.dialects.persistence import persist

if TYPE_CHECKING:
    from bot.domain.generation import Generation, Music
    from bot.storage.generations import Generations
    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.given import Theme


class LeasedRows:
    """See `bot.pipeline.production.PieceRows`."""

    def __init__(self, generations: Generations, *, lease: str, limit: asyncio.Timeout) -> None:
        """Take what it works with.

        Args:
            generations: The rows.
            lease: Lease on the piece, without which nothing is written.
            limit: Limit of the work, which stands still while the database is away.
        """
        self._generations = generations
        self._lease = lease
        self._limit = limit

    async def get(self, number: int) -> Generation | None:
        """A piece as its row says."""
        return await persist(lambda: self._generations.get(number), "reading a piece")

    async def theme(self, number: int) -> Theme | None:
        """The music that it goes on from."""
        return await persist(lambda: self._generations.theme(number), "reading what a piece goes on from")

    async def liked(self, number: int) -> LearnedPreferences:
        """What is liked where it is composed."""
        return await persist(lambda: self._generations.liked(number), "reading what is liked")

    async def original(self, number: int) -> bytes | None:
        """What it is rendered from."""
        return await persist(lambda: self._generations.original(number), "reading music")

    async def composed(self, number: int, music: Music) -> Generation | None:
        """Write the music down; None if the lease holds no more."""
        loop, ends = asyncio.get_running_loop(), self._limit.when()
        left = None if ends is None else ends - loop.time()
        self._limit.reschedule(None)
        try:
            note = lambda: self._generations.composed(number, music, lease=self._lease)  # noqa: E731 - done again
            return await persist(note, "writing music down")
        finally:
            self._limit.reschedule(None if left is None else loop.time() + left)
