"""What the radio of a server plays: the pieces that people there like best, and new ones in between."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import structlog

from bot.domain.generation import ON_THE_WAY, THERE
from bot.errors import Refusal
from bot.storage.charts import Chart

if TYPE_CHECKING:
    from bot.app import App
    from bot.discord_ui.voice.player import Pause
    from bot.domain.order import Order

log = structlog.stdlib.get_logger(__name__)

BETWEEN = 2
"""Pieces that were liked between two new ones."""

_BEST = 50
_LOOKS = 150
_BETWEEN_LOOKS = 2.0
"""How often it is looked whether the first piece is there where nothing else can be played, and the seconds between."""

_RANDOM_BITS = 22
"""Lowest bits of Discord's ids; those above tell the time."""


class Radio:
    """Chooses one piece after the other."""

    def __init__(self, app: App, order: Order, guild_id: int, *, pause: Pause) -> None:
        """Play nothing yet.

        Args:
            app: Parts that do not know Discord.
            order: Order of a new piece; each gets a number of its own.
            guild_id: The server.
            pause: Waits for some seconds.
        """
        self._app = app
        self._order = order
        self._guild_id = guild_id
        self._pause = pause
        self._played: set[int] = set()
        self._liked_since = BETWEEN
        self._ordered: int | None = None

    async def choose(self) -> int | None:
        """The next piece; None where none is liked yet and none can be composed."""
        for _ in range(_LOOKS):
            if self._ordered is None:
                self._ordered = await self._have_composed()
            best = await self._best()
            if self._liked_since >= BETWEEN or best is None:
                new = await self._new()
                if new is not None:
                    self._liked_since = 0
                    return new
            if best is not None:
                self._liked_since += 1
                self._played.add(best)
                return best
            if self._ordered is None:
                return None
            await self._pause(_BETWEEN_LOOKS)
        return None

    async def end(self) -> None:
        """Take back the piece that was ordered, unless it is there already: nobody waits for it any more."""
        number, self._ordered = self._ordered, None
        if number is not None:
            await self._app.orders.cancel(number)

    async def _best(self) -> int | None:
        """The best that was not played; when all were, it begins again. On a small server one vote is much."""
        chart = Chart(guild_id=self._guild_id, least_votes=1, liked=True)
        ranked = await self._app.store.ratings.top(chart, offset=0, limit=_BEST)
        numbers = [each.generation.number for each in ranked]
        if numbers and self._played.issuperset(numbers):
            self._played.clear()
        return next((number for number in numbers if number not in self._played), None)

    async def _have_composed(self) -> int | None:
        """Order a new piece, which is posted as usual; None where the house refuses."""
        request_id = discord.utils.time_snowflake(discord.utils.utcnow()) | secrets.randbits(_RANDOM_BITS)
        try:
            generation = await self._app.orders.accept(replace(self._order, request_id=request_id))
        except Refusal as refusal:
            log.info("radio plays without new pieces", guild=self._guild_id, reason=repr(refusal))
            return None
        return generation.number

    async def _new(self) -> int | None:
        """The piece that was ordered, once it is there."""
        if self._ordered is None:
            return None
        generation = await self._app.store.generations.get(self._ordered)
        if generation is not None and generation.state in ON_THE_WAY:
            return None
        number, self._ordered = self._ordered, None
        return number if generation is not None and generation.state in THERE else None
