"""Tells the people who manage a server, once, what keeps the bot from showing something there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import structlog

from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.permissions import missing_in
from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.discord_ui.texts.sentences import Sentences
    from bot.storage.gallery.server_notices import ServerNotices

log = structlog.stdlib.get_logger(__name__)

LOOK_BACK = 500
"""Messages of a channel among which one is looked for that an earlier run may have posted."""


def fault_of(guild: discord.Guild, channel_id: int, needed: Iterable[str], say: Sentences) -> str | None:
    """What keeps the bot from posting in a channel, as a sentence; None where nothing does."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        return say("showing.channel_gone")
    lacking = missing_in(channel, needed)
    if lacking is None:
        return None
    return say("showing.lacking", channel=f"<#{channel_id}>", permission=say(f"permission.{lacking}"))


class Managers:
    """Reaches whoever changed the server's settings last, or else its owner."""

    def __init__(self, client: discord.Client, notices: ServerNotices) -> None:
        """Tell nobody anything yet."""
        self._client = client
        self._notices = notices

    async def tell(self, guild: discord.Guild, subject: str, fault: str) -> None:
        """Tell them of a fault, unless it is what they were told last.

        Args:
            guild: The server.
            subject: What it keeps the bot from, a word of the texts.
            fault: A sentence.
        """
        if not await self._notices.note(guild.id, subject, fault):
            return
        say = sentences.sentences(guild.preferred_locale)
        text = say(f"showing.{subject}", server=discord.utils.escape_markdown(guild.name), fault=fault)
        for user_id in [*await self._last_manager(guild), guild.owner_id]:
            if user_id is not None and await self._send(user_id, text):
                return
        log.info("nobody told", guild=guild.id, subject=subject)

    async def all_is_well(self, guild: discord.Guild, subject: str) -> None:
        """Note that there is no such fault any more: another one is told anew."""
        await self._notices.forget(guild.id, subject)

    async def _last_manager(self, guild: discord.Guild) -> list[int]:
        """Whoever changed the settings last, if that person may still do so."""
        user_id = await self._notices.last_manager(guild.id)
        if user_id is None or user_id == guild.owner_id:
            return []
        try:
            member = await guild.fetch_member(user_id)
        except UNANSWERED as error:
            log.info("not a member", error=repr(error))
            return []
        return [user_id] if member.guild_permissions.manage_guild else []

    async def _send(self, user_id: int, text: str) -> bool:
        try:
            channel = await self._client.create_dm(discord.Object(user_id))
            await channel.send(text)
        except UNANSWERED as error:
            log.info("a manager was not told", error=repr(error))
            return False
        return True
