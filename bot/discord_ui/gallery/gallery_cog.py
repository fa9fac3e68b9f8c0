"""Keeps the galleries while the bot is connected."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.discord_ui.gallery.gallery_keeper import GalleryKeeper

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza


class GalleryCog(commands.Cog):
    """Runs the keepers.

    Attributes:
        gallery: Keeper of the galleries.
    """

    def __init__(self, client: Cadenza) -> None:
        """Run nothing yet."""
        self.gallery = GalleryKeeper(client)
        self._keeping: list[asyncio.Task[None]] = []

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Begin, the first time that the bot is connected."""
        if not self._keeping:
            self._keeping = [asyncio.create_task(self.gallery.keep_posting())]

    async def cog_unload(self) -> None:
        """End what runs."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
