"""Removes the messages of pieces that were erased, until all of them are gone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import structlog

from bot.discord_ui.network import LOST, is_passing
from bot.errors import report

if TYPE_CHECKING:
    from bot.domain.generation import Post
    from bot.storage.people.erasures import Removals

log = structlog.stdlib.get_logger(__name__)

_EVERY = 60.0
"""Seconds between two looks at what is left."""


class MessageRemover:
    """Works off the rows of messages that have to go, also those of an earlier run."""

    def __init__(self, client: discord.Client, removals: Removals) -> None:
        """Remove nothing yet.

        Args:
            client: Reaches Discord.
            removals: Rows of the messages.
        """
        self._client = client
        self._removals = removals
        self._one = asyncio.Lock()

    async def keep_removing(self) -> None:
        """Remove what there is, now and again, until cancelled."""
        while True:
            try:
                await self.remove_due()
            except Exception as error:  # noqa: BLE001 - it is tried again
                report(error, "messages not removed")
            await asyncio.sleep(_EVERY)

    async def remove_due(self) -> None:
        """Remove all messages that have to go; those that cannot be reached now are left for the next time."""
        async with self._one:
            for post in await self._removals.due():
                if await self._remove(post):
                    await self._removals.done(post.message_id)

    async def _remove(self, post: Post) -> bool:
        """Remove one; whether it is gone, or will never be reached."""
        channel = self._client.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        try:
            await channel.get_partial_message(post.message_id).delete()
        except discord.NotFound:
            return True
        except discord.HTTPException as error:
            log.info("message not removed", generation=post.number, error=str(error))
            return not is_passing(error)
        except LOST as error:
            log.info("message not removed", generation=post.number, error=repr(error))
            return False
        return True
