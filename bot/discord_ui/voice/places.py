"""Where somebody wants to hear something, and whether the bot may play there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord_ui.permissions import lives_here
from bot.discord_ui.refusal_texts import RefusalError, Words

if TYPE_CHECKING:
    from bot.discord_ui.voice.player import VoicePlayer

_NEEDED = ("view_channel", "connect", "speak")


def channel_of(interaction: discord.Interaction) -> discord.VoiceChannel:
    """The voice channel where a person is, in which the bot may play.

    Raises:
        RefusalError: They are in none, on a stage, or where the bot may not play or has no room.
    """
    if not lives_here(interaction) or not isinstance(interaction.user, discord.Member):
        raise RefusalError("refusal.server_only")
    channel = _place(interaction.user)
    if isinstance(channel, discord.StageChannel):
        raise RefusalError("refusal.stage")
    if channel is None:
        raise RefusalError("refusal.no_voice")
    _check_allowed(channel)
    return channel


def is_in_voice(interaction: discord.Interaction) -> bool:
    """Whether a person is in a voice channel."""
    return isinstance(interaction.user, discord.Member) and _place(interaction.user) is not None


def is_anybody_in_voice(guild: discord.Guild) -> bool:
    """Whether anybody but the bot is in a voice channel of a server."""
    return any(channel.voice_states.keys() - {guild.me.id} for channel in guild.voice_channels)


def check_may_decide(interaction: discord.Interaction, player: VoicePlayer) -> None:
    """Let those decide what is heard who listen, and whoever moves people about.

    Raises:
        RefusalError: The person does neither.
    """
    if interaction.user.id not in player.listeners() and not interaction.permissions.move_members:
        raise RefusalError("refusal.not_listening", channel=player.channel.mention)


def _place(member: discord.Member) -> discord.VoiceChannel | discord.StageChannel | None:
    return member.voice.channel if member.voice is not None else None


def _check_allowed(channel: discord.VoiceChannel) -> None:
    me = channel.guild.me
    allowed = channel.permissions_for(me)
    missing = next((name for name in _NEEDED if not getattr(allowed, name)), None)
    if missing is not None:
        action, permission = Words(f"action.{missing}"), Words(f"permission.{missing}")
        raise RefusalError("refusal.voice_permission", action=action, permission=permission, channel=channel.mention)
    inside = channel.voice_states
    if channel.user_limit and len(inside) >= channel.user_limit and me.id not in inside and not allowed.move_members:
        raise RefusalError("refusal.voice_full", channel=channel.mention)
