"""Where a server wants pieces: the channels that it chose, and the threads below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import AppCommandOptionType, app_commands

from bot.discord_ui.permissions import reachable_guild
from bot.discord_ui.refusal_texts import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.discord_ui.client import Cadenza

MOST = 25
"""Channels that a server can choose; beyond them, the ones that were chosen first go."""

_KINDS = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.media,
]
"""Kinds of channel in which, or below which, messages stand."""


class _ChannelId(app_commands.Transformer):
    """An option that takes a channel of some kinds and gives its id."""

    def __init__(self, kinds: list[discord.ChannelType]) -> None:
        self._kinds = kinds

    @property
    def type(self) -> AppCommandOptionType:
        return AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return self._kinds

    async def transform(self, _interaction: discord.Interaction[Any], value: Any, /) -> int:  # noqa: ANN401 - of any kind
        return int(value.id)


if TYPE_CHECKING:
    ChannelId = int
    MessageChannelId = int
else:
    ChannelId = app_commands.Transform[int, _ChannelId(_KINDS)]
    MessageChannelId = app_commands.Transform[int, _ChannelId([discord.ChannelType.text, discord.ChannelType.news])]


async def check_channel(interaction: discord.Interaction[Cadenza]) -> None:
    """Refuse to post a piece for everybody where the server wants none.

    Raises:
        RefusalError: Naming the channels where it wants them.
    """
    chosen = await _chosen(interaction)
    if chosen and not _is_below(interaction, chosen):
        raise RefusalError("refusal.channel", channel=mentions(chosen))


async def is_for_all(interaction: discord.Interaction[Cadenza]) -> bool:
    """Whether the server wants here what everybody sees."""
    chosen = await _chosen(interaction)
    return not chosen or _is_below(interaction, chosen)


async def _chosen(interaction: discord.Interaction[Cadenza]) -> list[int]:
    settings = await interaction.client.app.store.preferences.server(interaction.guild_id)
    return standing(interaction, settings.channel_ids)


def standing(interaction: discord.Interaction[Cadenza], chosen: Iterable[int]) -> list[int]:
    """Those of a server's channels that are still there: one that was deleted keeps nobody from anything."""
    guild = reachable_guild(interaction.client, interaction.guild_id)
    if guild is None:
        return list(chosen)
    return [channel_id for channel_id in chosen if guild.get_channel(channel_id) is not None]


def mentions(chosen: Iterable[int]) -> str:
    """The channels, as Discord shows them to each reader."""
    return ", ".join(f"<#{channel_id}>" for channel_id in chosen)


def _is_below(interaction: discord.Interaction[Cadenza], chosen: Iterable[int]) -> bool:
    parent_id = getattr(interaction.channel, "parent_id", None)
    return not {interaction.channel_id, parent_id}.isdisjoint(chosen)
