"""What holds for a server: where pieces are posted, who may ask for how many, and what is offered there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import autocomplete
from bot.discord_ui.channel_rule import MOST, ChannelId, MessageChannelId, mentions, standing
from bot.discord_ui.cogs.preferences import ALL, check_model, mark, resets, show
from bot.discord_ui.delivery.answering import in_time
from bot.discord_ui.gallery.managers import fault_of
from bot.discord_ui.permissions import TO_POST, TO_POST_FILES, may_manage_server, reachable_guild
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import choices, options, said
from bot.domain.order import ServerSettings
from bot.domain.taste import TasteChoice
from bot.storage.gallery.weekly import next_hour

if TYPE_CHECKING:
    from datetime import datetime

    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences

_FIELDS: dict[str, tuple[str, ...]] = {
    "channel": ("channel_ids",),
    "role": ("role_id",),
    "longest": ("longest",),
    "quota": ("per_hour",),
    "model": ("model",),
    "training": ("training",),
    "favourites": ("favourites",),
    "daily_battle": ("daily_battle",),
    "gallery": ("gallery",),
    "gallery_votes": ("gallery_votes",),
    "weekly": ("weekly", "weekly_from"),
    "taste": ("taste",),
}
"""Fields of the settings by the name of the option that sets them."""


class ServerSettingsCog(commands.Cog):
    """`/server settings`."""

    server = app_commands.Group(
        name=said("command.server.name"),
        description=said("command.server.about"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, client: Cadenza) -> None:
        """Nothing has to be answered but the command."""
        self._client = client

    @server.command(name=said("command.server_settings.name"), description=said("command.server_settings.about"))
    @options(*_FIELDS, "reset")
    @app_commands.autocomplete(model=autocomplete.suggest_models)
    @app_commands.choices(reset=resets(*_FIELDS), taste=choices("taste_choice", TasteChoice))
    async def server_settings(
        self,
        interaction: discord.Interaction[Cadenza],
        channel: ChannelId | None = None,
        role: discord.Role | None = None,
        longest: app_commands.Range[int, 5, 300] | None = None,
        quota: app_commands.Range[int, 1, 1000] | None = None,
        model: autocomplete.ModelText | None = None,
        training: bool | None = None,  # noqa: FBT001 - an option of the command
        favourites: bool | None = None,  # noqa: FBT001 - the same
        daily_battle: ChannelId | None = None,
        gallery: MessageChannelId | None = None,
        gallery_votes: app_commands.Range[int, 1, 100] | None = None,
        weekly: MessageChannelId | None = None,
        taste: str | None = None,
        reset: str | None = None,
    ) -> None:
        """Show the server's settings, after changing those that are named."""
        given: dict[str, Any] = {
            "role_id": role.id if role is not None else None,
            "longest": longest,
            "per_hour": quota,
            "model": model,
            "training": training,
            "favourites": favourites,
            "daily_battle": daily_battle,
            "gallery": gallery,
            "gallery_votes": gallery_votes,
            "weekly": weekly,
            "taste": taste,
        }
        changed = {field: value for field, value in given.items() if value is not None}
        await self._change(interaction, changed, channel, reset)

    async def _change(
        self, interaction: discord.Interaction[Cadenza], given: dict[str, Any], channel: int | None, reset: str | None
    ) -> None:
        """Take back what is named, set what is given, and show what holds now."""
        if interaction.guild_id is None:
            raise RefusalError("refusal.server_only")
        if not may_manage_server(interaction):
            raise RefusalError("refusal.manage_server")
        check_model(self._client, given.get("model"))
        preferences = self._client.app.store.preferences
        guild_id, changed = interaction.guild_id, bool(given) or channel is not None

        def change(settings: ServerSettings) -> ServerSettings:
            after = _with_everybody(replace(_undone(settings, reset), **given), guild_id)
            after = _with_first_week(after, interaction.created_at)
            return after if channel is None else _with_channel(interaction, after, channel)

        if reset or changed:
            after = await in_time(interaction, preferences.change_server(guild_id, change, by=interaction.user.id))
        else:
            after = await preferences.server(guild_id)
        say = sentences.sentences(interaction.locale)
        headline = "server.reset" if reset == ALL and not changed else "server.saved" if changed or reset else None
        lines = self._lines(interaction, after, say)
        await show(interaction, say("server.title"), lines, say(headline) if headline else None)

    def _lines(self, interaction: discord.Interaction[Cadenza], settings: ServerSettings, say: Sentences) -> list[str]:
        model = settings.model or self._client.app.settings.default_model
        model_line = say("server.model", value=model)
        if model not in self._client.app.catalogue.names():
            model_line += f" ({say('server.model_gone')})"
        return [
            _channels_line(interaction, settings, say),
            say("server.role", value=_role(settings, say)),
            say("server.longest", value=settings.longest),
            say("server.quota", value=settings.per_hour),
            model_line,
            say("server.training", value=mark(settings.training)),
            say("server.favourites", value=mark(settings.favourites)),
            _daily_battle_line(settings, say),
            _gallery_line(interaction, settings, say),
            _weekly_line(interaction, settings, say),
            say("server.taste", value=say(f"taste_choice.{settings.taste}")),
        ]


def _channels_line(interaction: discord.Interaction[Cadenza], settings: ServerSettings, say: Sentences) -> str:
    channels = standing(interaction, settings.channel_ids)
    line = say("server.channel", value=mentions(channels) or say("server.everywhere"))
    return line if len(channels) == len(settings.channel_ids) else f"{line} ({say('server.channel_gone')})"


def _daily_battle_line(settings: ServerSettings, say: Sentences) -> str:
    channel_id = settings.daily_battle
    return say("server.daily_battle", value=mentions([channel_id]) if channel_id else say("server.no_daily_battle"))


def _gallery_line(interaction: discord.Interaction[Cadenza], settings: ServerSettings, say: Sentences) -> str:
    if settings.gallery is None:
        return say("server.gallery", value=say("server.nowhere"))
    value = say("server.gallery_from", channel=f"<#{settings.gallery}>", votes=settings.gallery_votes)
    fault = _fault(interaction, settings.gallery, TO_POST_FILES, say)
    return say("server.gallery", value=value) + fault


def _weekly_line(interaction: discord.Interaction[Cadenza], settings: ServerSettings, say: Sentences) -> str:
    upcoming = next_hour(settings, interaction.created_at)
    if settings.weekly is None or upcoming is None:
        return say("server.weekly", value=say("server.nowhere"))
    moment = discord.utils.format_dt(upcoming, "F")
    value = say("server.weekly_next", channel=f"<#{settings.weekly}>", moment=moment)
    return say("server.weekly", value=value) + _fault(interaction, settings.weekly, TO_POST, say)


def _fault(interaction: discord.Interaction[Cadenza], channel_id: int, needed: tuple[str, ...], say: Sentences) -> str:
    """What keeps the bot from posting in a channel, after a sign; nothing where nothing does."""
    guild = reachable_guild(interaction.client, interaction.guild_id)
    fault = None if guild is None else fault_of(guild, channel_id, needed, say)
    return "" if fault is None else f" ⚠️ {fault}"


def _undone(settings: ServerSettings, reset: str | None) -> ServerSettings:
    """A server's settings with one of them taken back, or all."""
    if reset is None:
        return settings
    if reset == ALL:
        return ServerSettings()
    return replace(settings, **{field: getattr(ServerSettings(), field) for field in _FIELDS[reset]})


def _with_channel(
    interaction: discord.Interaction[Cadenza], settings: ServerSettings, channel_id: int
) -> ServerSettings:
    """The settings with one more channel, without those that were deleted."""
    others = [other for other in standing(interaction, settings.channel_ids) if other != channel_id]
    return replace(settings, channel_ids=(*others, channel_id)[-MOST:])


def _with_everybody(settings: ServerSettings, guild_id: int) -> ServerSettings:
    """The settings, where the role that everybody has, whose number is the server's, stands for no role."""
    return replace(settings, role_id=None) if settings.role_id == guild_id else settings


def _with_first_week(settings: ServerSettings, now: datetime) -> ServerSettings:
    """The settings, where the server's weeks begin at the full hour at which it first wanted to be told their best."""
    if settings.weekly is None or settings.weekly_from is not None:
        return settings
    begun = now.replace(minute=0, second=0, microsecond=0)
    return replace(settings, weekly_from=int(begun.timestamp()))


def _role(settings: ServerSettings, say: Sentences) -> str:
    return say("server.everybody") if settings.role_id is None else f"<@&{settings.role_id}>"
