"""Keeps the galleries while the bot is connected."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.discord_ui.gallery.gallery_keeper import GalleryKeeper
from bot.discord_ui.gallery.weekly_keeper import WeeklyKeeper
from bot.errors import report

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.discord_ui.client import Cadenza


_EVERY = 30.0
"""Seconds between two looks: votes that come between them are told by one edit."""


class GalleryCog(commands.Cog):
    """Runs the keepers.

    Attributes:
        gallery: Keeper of the galleries.
        weekly: Keeper of the weekly messages.
    """

    def __init__(self, client: Cadenza) -> None:
        """Run nothing yet."""
        self.gallery = GalleryKeeper(client)
        self.weekly = WeeklyKeeper(client)
        self._keeping: list[asyncio.Task[None]] = []

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Begin, the first time that the bot is connected."""
        if not self._keeping:
            keepers = {"gallery": self.gallery.work_off, "weekly messages": self.weekly.work_off}
            self._keeping = [asyncio.create_task(_keep(name, work_off)) for name, work_off in keepers.items()]

    async def cog_unload(self) -> None:
        """End what runs."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)


async def _keep(name: str, work_off: Callable[[], Awaitable[None]]) -> None:
    """Work off what is due, now and again, until cancelled.

    After a start there is a pause first, in which votes are read back that were cast while the bot was away.
    """
    while True:
        await asyncio.sleep(_EVERY)
        try:
            await work_off()
        except Exception as error:  # noqa: BLE001 - it is tried again
            report(error, f"{name} not kept")
