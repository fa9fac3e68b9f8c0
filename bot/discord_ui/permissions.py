"""What the bot and a person may do in a place, found before anything is composed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.order import ServerSettings

INVITE = discord.Permissions(274878024768)
"""The least permissions: view channels, post (in threads too), embed, attach files, read history, add reactions."""

_VOICE = discord.Permissions(connect=True, speak=True)


def needed_permissions(*, voice: bool) -> discord.Permissions:
    """What the link that invites the bot asks for; more where it plays in voice channels."""
    return INVITE | _VOICE if voice else INVITE


TO_POST = ("view_channel", "send_messages", "read_message_history")
"""What the bot needs in a channel where it posts of its own accord, and finds it again."""

TO_POST_FILES = (*TO_POST, "embed_links", "attach_files")
"""The same where it posts pieces."""


def reachable_guild(client: discord.Client, guild_id: int | None) -> discord.Guild | None:
    """A server of which this process knows what is there; None elsewhere, and while Discord has trouble with it."""
    guild = client.get_guild(guild_id or 0)
    return None if guild is None or guild.unavailable else guild


def missing_in(channel: discord.abc.GuildChannel, needed: Iterable[str]) -> str | None:
    """The first of these permissions that the bot lacks in a channel; None if it lacks none."""
    allowed = channel.permissions_for(channel.guild.me)
    return next((name for name in needed if not getattr(allowed, name)), None)


def missing_to_post(interaction: discord.Interaction) -> str | None:
    """The first permission that the bot lacks to post a piece where it was asked for; None if it lacks none.

    Discord sends the bot's permissions with every interaction, so nothing has to be asked for.
    """
    if interaction.guild_id is None:
        return None  # a direct message: Discord lets an answer through with all that is in it
    allowed = interaction.app_permissions
    return next((name for name in _needed(interaction) if not getattr(allowed, name)), None)


def _needed(interaction: discord.Interaction) -> Iterator[str]:
    if lives_here(interaction):
        yield "view_channel"
        yield "send_messages_in_threads" if isinstance(interaction.channel, discord.Thread) else "send_messages"
    yield "embed_links"
    yield "attach_files"


def lives_here(interaction: discord.Interaction) -> bool:
    """Whether the bot is a member of the server; it is not where a person has installed it for herself alone."""
    return interaction.guild_id is not None and not _only_by_user(interaction)


def _only_by_user(interaction: discord.Interaction) -> bool:
    # Discord leaves the owners out of some interactions; then the bot is taken to be where it was called.
    return interaction.is_user_integration() and not interaction.is_guild_integration()


def is_hidden(interaction: discord.Interaction) -> bool:
    """Whether Discord shows all answers to that person alone: the server does not want apps that people bring along."""
    brought_along = interaction.guild_id is not None and _only_by_user(interaction)
    return brought_along and not interaction.permissions.use_external_apps


def reactions_allowed(client: discord.Client, guild_id: int, channel_id: int) -> bool:
    """Whether the bot may put reactions on messages of a server's channel, and hears of them."""
    guild = client.get_guild(guild_id)
    channel = guild.get_channel_or_thread(channel_id) if guild is not None else None
    if guild is None or channel is None:
        return False
    allowed = channel.permissions_for(guild.me)
    return allowed.view_channel and allowed.add_reactions and allowed.read_message_history


def may_delete(interaction: discord.Interaction, composer_id: int | None) -> bool:
    """Whether the person may delete a piece's message: who asked for it, or whoever manages messages there."""
    return interaction.user.id == composer_id or interaction.permissions.manage_messages


def may_compose(interaction: discord.Interaction, settings: ServerSettings) -> bool:
    """Whether the person may have something composed where the server names a role for it; administrators always."""
    if settings.role_id is None or interaction.permissions.administrator:
        return True
    person = interaction.user
    return isinstance(person, discord.Member) and any(role.id == settings.role_id for role in person.roles)


def may_manage_server(interaction: discord.Interaction) -> bool:
    """Whether the person may change the server's settings."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild
