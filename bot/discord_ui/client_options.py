"""What discord.py is told of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.discord_ui.delivery.presence import idle

if TYPE_CHECKING:
    from bot.app import App
    from bot.discord_ui.delivery.voting import Voting
    from bot.domain.shards import ShardShare


def intents(*, voice: bool = False) -> discord.Intents:
    """What the bot hears: servers, deleted messages and reactions, and who is in a voice channel if it plays there.

    None of it is privileged.
    """
    heard = discord.Intents.none()
    heard.guilds = True
    heard.guild_messages = heard.dm_messages = True
    heard.guild_reactions = heard.dm_reactions = True
    heard.voice_states = voice
    return heard


def client_options(app: App, voting: Voting, share: ShardShare | None) -> dict[str, Any]:
    """What discord.py is told of the client."""
    options = {
        "command_prefix": (),
        "help_command": None,
        "intents": intents(voice=app.settings.voice),
        "allowed_mentions": discord.AllowedMentions.none(),
        "chunk_guilds_at_startup": False,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "max_messages": None,
        # Every server comes by itself a moment after the greeting; the work need not wait two seconds for them.
        "guild_ready_timeout": 0.2,
        "proxy": app.settings.discord_proxy,
        "activity": idle(),
        "http_trace": voting.rate.trace,
    }
    return options if share is None else {**options, "shard_ids": list(share.ids), "shard_count": share.count}
