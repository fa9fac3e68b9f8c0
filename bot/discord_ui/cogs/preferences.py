"""What holds where a command leaves something open: for a person, for a server."""

from __future__ import annotations

import difflib
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import autocomplete, change_form
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.option_choices import INSTRUMENT_CHOICES, STYLE_CHOICES
from bot.discord_ui.permissions import may_manage_server
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said
from bot.domain.order import Defaults, ServerSettings
from bot.errors import UnknownModel

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences

_OPTION_OF = {"seconds": "length"}
"""Fields of `Defaults` that are called otherwise as options."""

_NAMED = {"style", "instrument"}
"""Options whose values have names in the catalogue."""


class PreferencesCog(commands.Cog):
    """`/settings` and `/server settings`."""

    server = app_commands.Group(
        name=said("command.server.name"),
        description=said("command.server.about"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, client: Cadenza) -> None:
        """Nothing has to be answered but the commands."""
        self._client = client

    @app_commands.command(name=said("command.settings.name"), description=said("command.settings.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @options("length", "model", "style", "instrument", "key", "tempo", "creativity", "private", "reset")
    @app_commands.choices(style=STYLE_CHOICES, instrument=INSTRUMENT_CHOICES)
    async def settings(
        self,
        interaction: discord.Interaction[Cadenza],
        length: app_commands.Range[int, 5, 300] | None = None,
        model: str | None = None,
        style: str | None = None,
        instrument: str | None = None,
        key: str | None = None,
        tempo: app_commands.Range[int, 40, 200] | None = None,
        creativity: app_commands.Range[float, 0.0, 1.0] | None = None,
        private: bool | None = None,  # noqa: FBT001 - an option of the command
        reset: bool = False,  # noqa: FBT001, FBT002 - an option of the command
    ) -> None:
        """Show one's own defaults, after changing those that are named."""
        given: dict[str, Any] = {
            "seconds": length,
            "model": self._model(model),
            "style": style,
            "instrument": instrument,
            "key": change_form.key_of(key) if key is not None else None,
            "tempo": tempo,
            "creativity": creativity,
            "private": private,
        }
        given = {name: value for name, value in given.items() if value is not None}
        preferences = self._client.app.store.preferences
        before = Defaults() if reset else await preferences.defaults(interaction.user.id)
        after = replace(before, **given)
        if reset or given:
            await preferences.set_defaults(interaction.user.id, after)
        say = sentences.sentences(interaction.locale)
        headline = "settings.saved" if given else "settings.reset" if reset else None
        await _show(interaction, say("settings.title"), _default_lines(after, say), say(headline) if headline else None)

    @settings.autocomplete("model")
    async def suggest_model(
        self, interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Installed models."""
        lines = await self._client.app.catalogue.lines()
        return autocomplete.models(lines, typed, sentences.sentences(interaction.locale))

    @settings.autocomplete("key")
    async def suggest_key(
        self, _interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Keys that begin like what was typed."""
        return autocomplete.keys(typed)

    @server.command(name=said("command.server_settings.name"), description=said("command.server_settings.about"))
    @options("channel", "longest", "quota", "model", "training", "reset")
    async def server_settings(
        self,
        interaction: discord.Interaction[Cadenza],
        channel: discord.TextChannel | None = None,
        longest: app_commands.Range[int, 5, 300] | None = None,
        quota: app_commands.Range[int, 1, 1000] | None = None,
        model: str | None = None,
        training: bool | None = None,  # noqa: FBT001 - an option of the command
        reset: bool = False,  # noqa: FBT001, FBT002 - an option of the command
    ) -> None:
        """Show the server's settings, after changing those that are named."""
        if interaction.guild_id is None:
            raise RefusalError("refusal.server_only")
        if not may_manage_server(interaction):
            raise RefusalError("refusal.manage_server")
        given: dict[str, Any] = {
            "channel_id": channel.id if channel is not None else None,
            "longest": longest,
            "per_hour": quota,
            "model": self._model(model),
            "training": training,
        }
        given = {name: value for name, value in given.items() if value is not None}
        preferences = self._client.app.store.preferences
        before = ServerSettings() if reset else await preferences.server(interaction.guild_id)
        after = replace(before, **given)
        if reset or given:
            await preferences.set_server(interaction.guild_id, after, by=interaction.user.id)
        say = sentences.sentences(interaction.locale)
        headline = "server.saved" if given else "server.reset" if reset else None
        await _show(
            interaction, say("server.title"), self._server_lines(after, say), say(headline) if headline else None
        )

    @server_settings.autocomplete("model")
    async def suggest_server_model(
        self, interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Installed models."""
        lines = await self._client.app.catalogue.lines()
        return autocomplete.models(lines, typed, sentences.sentences(interaction.locale))

    def _model(self, name: str | None) -> str | None:
        """The name of a model that is installed.

        Raises:
            UnknownModel: If there is none of that name.
        """
        names = self._client.app.catalogue.names()
        if name is not None and name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            raise UnknownModel(name, near[0] if near else None, names)
        return name

    def _server_lines(self, settings: ServerSettings, say: Sentences) -> list[str]:
        everywhere = settings.channel_id is None
        return [
            say("server.channel", value=say("server.everywhere") if everywhere else f"<#{settings.channel_id}>"),
            say("server.longest", value=settings.longest),
            say("server.quota", value=settings.per_hour),
            say("server.model", value=settings.model or self._client.app.settings.default_model),
            say("server.training", value=_spoken("training", settings.training, say)),
        ]


def _default_lines(defaults: Defaults, say: Sentences) -> list[str]:
    lines = []
    for field, value in asdict(defaults).items():
        if value is not None:
            name = _OPTION_OF.get(field, field)
            lines.append(say("settings.row", option=say(f"option.{name}.name"), value=_spoken(name, value, say)))
    return lines or [say("settings.none")]


def _spoken(name: str, value: object, say: Sentences) -> str:
    if name in _NAMED:
        return say(f"{name}.{value}")
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return say.number(value) if isinstance(value, int | float) else str(value)


async def _show(interaction: discord.Interaction[Cadenza], title: str, lines: list[str], headline: str | None) -> None:
    embed = discord.Embed(title=title, description="\n".join(lines), colour=COLOUR)
    await interaction.response.send_message(headline, embed=embed, ephemeral=True)
