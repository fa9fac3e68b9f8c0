"""Somebody who asks for all that costs, as fast as the bot answers, and then asks again."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import TYPE_CHECKING

from bot.standin.rules.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.standin.server import StandIn
    from bot.standin.world import Channel, Person

_SIDE_BY_SIDE = 10
"""Things that one account has under way at once."""


class HostileAccount:
    """One account of somebody who means harm.

    Attributes:
        done: How often each thing was asked for, and how often nothing came.
    """

    def __init__(self, discord: StandIn, person: Person, channel: Channel, *, length: int, seed: int) -> None:
        self._discord, self._person, self._channel, self._length = discord, person, channel, length
        self._dice = random.Random(seed)
        self._acts: list[Callable[[], Awaitable[object]]] = [
            self._compose,
            self._track,
            self._track,
            self._read_score,
            self._export,
            self._read,
            self._type,
        ]
        self.done: Counter[str] = Counter()

    async def rage(self) -> None:
        """Do several things at once, for ever."""
        await asyncio.gather(*(self._go_on() for _ in range(_SIDE_BY_SIDE)))

    async def _go_on(self) -> None:
        while True:
            act = self._dice.choice(self._acts)
            try:
                await act()
                self.done[act.__name__.strip("_")] += 1
            except (TimeoutError, LookupError, RefusedError):
                self.done["nothing came"] += 1
            await asyncio.sleep(self._dice.uniform(0, 0.2))

    async def _compose(self) -> None:
        options = {"length": self._length, "seed": self._dice.randrange(1000)}
        await self._discord.slash("compose", user=self._person, channel=self._channel, options=options)

    async def _track(self) -> None:
        options = {"number": self._dice.randint(1, 40)}
        await self._discord.slash("track", user=self._person, channel=self._channel, options=options)

    async def _read_score(self) -> None:
        shown = self._discord.messages(self._channel)
        if shown:
            await self._discord.press(self._dice.choice(shown), "cadenza:score", user=self._person)

    async def _export(self) -> None:
        await self._discord.slash("privacy export", user=self._person, channel=self._channel)

    async def _read(self) -> None:
        command = self._dice.choice(["top pieces", "top engines", "history", "queue", "models"])
        await self._discord.slash(command, user=self._person, channel=self._channel)

    async def _type(self) -> None:
        typed = "C" + " " * self._dice.randint(100, 6000) + "x"
        await self._discord.autocomplete("compose", "key", typed, user=self._person, channel=self._channel)
