"""What holds where a command leaves something open: for a person, for a server."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import autocomplete
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.option_parameters import piece_options
from bot.discord_ui.option_values import SHOWN_OPTIONS, as_spoken, read_wishes
from bot.discord_ui.permissions import may_manage_server
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said
from bot.domain.order import Defaults, ServerSettings
from bot.errors import UnknownModel

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from composer.options import Plain


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
    @piece_options(lasting_only=True)
    @options("private", "notify", "reset")
    async def settings(
        self,
        interaction: discord.Interaction[Cadenza],
        /,
        *,
        private: bool | None = None,
        notify: bool | None = None,
        reset: bool = False,
        **given: str | float | None,
    ) -> None:
        """Show one's own defaults, after changing those that are named."""
        say = sentences.sentences(interaction.locale)
        wishes = read_wishes(given, say)
        self._check_model(wishes.get("model"))
        preferences = self._client.app.store.preferences
        before = Defaults() if reset else await preferences.defaults(interaction.user.id)
        after = Defaults(
            wishes={**before.wishes, **wishes},
            private=before.private if private is None else private,
            notify=before.notify if notify is None else notify,
        )
        changed = bool(wishes) or private is not None or notify is not None
        if reset or changed:
            await in_time(interaction, preferences.set_defaults(interaction.user.id, after))
        headline = "settings.saved" if changed else "settings.reset" if reset else None
        await _show(interaction, say("settings.title"), _default_lines(after, say), say(headline) if headline else None)

    @server.command(name=said("command.server_settings.name"), description=said("command.server_settings.about"))
    @options("channel", "role", "longest", "quota", "model", "training", "reset")
    @app_commands.autocomplete(model=autocomplete.suggest_models)
    async def server_settings(
        self,
        interaction: discord.Interaction[Cadenza],
        channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        longest: app_commands.Range[int, 5, 300] | None = None,
        quota: app_commands.Range[int, 1, 1000] | None = None,
        model: autocomplete.ModelText | None = None,
        training: bool | None = None,  # noqa: FBT001 - an option of the command
        reset: bool = False,  # noqa: FBT001, FBT002 - an option of the command
    ) -> None:
        """Show the server's settings, after changing those that are named."""
        if interaction.guild_id is None:
            raise RefusalError("refusal.server_only")
        if not may_manage_server(interaction):
            raise RefusalError("refusal.manage_server")
        self._check_model(model)
        given: dict[str, Any] = {
            "channel_id": channel.id if channel is not None else None,
            "role_id": role.id if role is not None else None,
            "longest": longest,
            "per_hour": quota,
            "model": model,
            "training": training,
        }
        given = {name: value for name, value in given.items() if value is not None}
        preferences = self._client.app.store.preferences
        before = ServerSettings() if reset else await preferences.server(interaction.guild_id)
        after = _with_everybody(replace(before, **given), interaction.guild_id)
        if reset or given:
            await in_time(interaction, preferences.set_server(interaction.guild_id, after, by=interaction.user.id))
        say = sentences.sentences(interaction.locale)
        headline = "server.saved" if given else "server.reset" if reset else None
        await _show(
            interaction, say("server.title"), self._server_lines(after, say), say(headline) if headline else None
        )

    def _check_model(self, name: Plain) -> None:
        """Refuse the name of a model that is not installed.

        Raises:
            UnknownModel: If there is none of that name.
        """
        names = self._client.app.catalogue.names()
        if name is not None and name not in names:
            near = difflib.get_close_matches(str(name), names, n=1)
            raise UnknownModel(str(name), near[0] if near else None, names)

    def _server_lines(self, settings: ServerSettings, say: Sentences) -> list[str]:
        everywhere = settings.channel_id is None
        return [
            say("server.channel", value=say("server.everywhere") if everywhere else f"<#{settings.channel_id}>"),
            say("server.role", value=_role(settings, say)),
            say("server.longest", value=settings.longest),
            say("server.quota", value=settings.per_hour),
            say("server.model", value=settings.model or self._client.app.settings.default_model),
            say("server.training", value=_mark(settings.training)),
        ]


def _with_everybody(settings: ServerSettings, guild_id: int) -> ServerSettings:
    """The settings, where the role that everybody has, whose number is the server's, stands for no role."""
    return replace(settings, role_id=None) if settings.role_id == guild_id else settings


def _default_lines(defaults: Defaults, say: Sentences) -> list[str]:
    said = [option for option in SHOWN_OPTIONS if option.field in defaults.wishes]
    values = {option.name: as_spoken(option, defaults.wishes[option.field], say) for option in said}
    marks = {"private": defaults.private, "notify": defaults.notify}
    values |= {name: _mark(on) for name, on in marks.items() if on is not None}
    lines = [say("settings.row", option=say(f"option.{name}.name"), value=value) for name, value in values.items()]
    return lines or [say("settings.none")]


def _role(settings: ServerSettings, say: Sentences) -> str:
    return say("server.everybody") if settings.role_id is None else f"<@&{settings.role_id}>"


def _mark(on: bool) -> str:  # noqa: FBT001 - the value of a setting
    return "✓" if on else "✗"


async def _show(interaction: discord.Interaction[Cadenza], title: str, lines: list[str], headline: str | None) -> None:
    embed = discord.Embed(title=title, description="\n".join(lines), colour=COLOUR)
    await answer(interaction, headline, embed=embed)
