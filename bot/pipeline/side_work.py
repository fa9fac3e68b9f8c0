"""Costly work that people ask for beside new pieces: rendering an old one, making sound smaller, an export.

Whoever has something that costs done takes a place, and gets a turn: few at a time, servers and people in turns. It is
done beside the composing and takes none of its threads.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from bot.domain.fair_share import Place, has_room
from bot.errors import Busy
from bot.pipeline.fair_queue import FairQueue, Ticket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.clock import Clock

_FIRST_GUESS = 4.0
"""Seconds that a turn takes, before one was measured."""

_WEIGHT = 0.3
"""Weight of the newest turn in the running mean."""


class SideWork:
    """The places and the turns."""

    def __init__(self, clock: Clock, *, at_once: int, places: int, each: int) -> None:
        """Let nobody wait yet.

        Args:
            clock: Tells the moment at which a refusal says to try again.
            at_once: Turns at the same time.
            places: Places for all, shared as `bot.domain.fair_share` says.
            each: Places of one person.
        """
        self._clock = clock
        self._at_once = at_once
        self._places = places
        self._each = each
        self._by_server: Counter[int | None] = Counter()
        self._by_person: Counter[int | None] = Counter()
        self._queue = FairQueue()
        self._called: dict[int, asyncio.Future[None]] = {}
        self._busy = 0
        self._numbers = count(1)
        self._mean = _FIRST_GUESS

    @contextmanager
    def place(self, guild_id: int | None, user_id: int | None, *, is_due: bool = False) -> Iterator[Place]:
        """Hold a place for as long as the block lasts.

        Args:
            guild_id: The server; all direct messages together are one.
            user_id: The person.
            is_due: Whether somebody was promised the work: then it waits its turn, but is not refused.

        Raises:
            Busy: The person, or everybody on that server, has as many places as there may be.
        """
        full = self._by_person[user_id] >= self._each or not has_room(self._by_server, guild_id, self._places)
        if full and not is_due:
            ahead = len(self._queue) + self._busy
            raise Busy(self._clock() + timedelta(seconds=self._mean * max(ahead, 1) / self._at_once))
        self._by_server[guild_id] += 1
        self._by_person[user_id] += 1
        try:
            yield Place(guild_id, user_id)
        finally:
            _take_one(self._by_server, guild_id)
            _take_one(self._by_person, user_id)

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncIterator[None]:
        """Wait for the place's turn, and have it for as long as the block lasts."""
        number = next(self._numbers)
        self._called[number] = called = asyncio.get_running_loop().create_future()
        self._queue.add(Ticket(number, place.guild_id, place.user_id))
        self._call_next()
        try:
            await called
            begun = time.monotonic()
            yield
            self._mean += _WEIGHT * (time.monotonic() - begun - self._mean)
        finally:
            self._called.pop(number)
            if not self._queue.remove(number):
                self._busy -= 1
            self._call_next()

    def _call_next(self) -> None:
        while self._busy < self._at_once and (number := self._queue.take()) is not None:
            self._busy += 1
            if not self._called[number].done():
                self._called[number].set_result(None)


def _take_one(counts: Counter[int | None], whose: int | None) -> None:
    counts[whose] -= 1
    if not counts[whose]:
        del counts[whose]
