"""Settings that several commands change at the same time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.standin.world import ADMINISTRATOR
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path


async def test_of_settings_that_are_changed_at_once_none_is_lost(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        discord, owner, channel = here.discord, here.discord.state.owner, here.channel
        discord.join(here.guild, owner, ADMINISTRATOR)
        own: list[dict[str, Any]] = [{"tempo": 72}, {"length": 20}, {"private": True}]
        servers: list[dict[str, Any]] = [{"max-length": 60}, {"hourly-limit": 3}, {"channel": channel}]
        await asyncio.gather(
            *(discord.slash("settings", user=owner, channel=channel, options=options) for options in own),
            *(discord.slash("server settings", user=owner, channel=channel, options=options) for options in servers),
        )
        defaults = await here.app.store.preferences.defaults(owner.id)
        settings = await here.app.store.preferences.server(here.guild.id)

        assert (defaults.wishes, defaults.private) == ({"tempo": 72, "seconds": 20}, True)
        assert (settings.longest, settings.per_hour, settings.channel_ids) == (60, 3, (channel.id,))
