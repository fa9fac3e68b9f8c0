"""What holds where a command leaves something open: for a person, for a server."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import autocomplete
from bot.discord_ui.channel_rule import MOST, ChannelId, mentions, standing
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.options.parameters import piece_options
from bot.discord_ui.options.values import SHOWN_OPTIONS, as_spoken, read_wishes
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

ALL = "all"
"""The choice that takes back every setting."""

_LASTING = {option.name: option.field for option in SHOWN_OPTIONS if option.lasting}
_OF_A_SERVER = {
    "channel": "channel_ids",
    "role": "role_id",
    "longest": "longest",
    "quota": "per_hour",
    "model": "model",
    "training": "training",
}
"""Fields by the names of the options that set them."""


def _resets(*names: str) -> list[app_commands.Choice[str]]:
    """What can be taken back, called as the option that sets it, and all of it."""
    each = [app_commands.Choice(name=said(f"option.{name}.name"), value=name) for name in names]
    return [*each, app_commands.Choice(name=said("option.all"), value=ALL)]


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
    @app_commands.choices(reset=_resets(*_LASTING, "private", "notify"))
    async def settings(
        self,
        interaction: discord.Interaction[Cadenza],
        /,
        *,
        private: bool | None = None,
        notify: bool | None = None,
        reset: str | None = None,
        **given: str | float | None,
    ) -> None:
        """Show one's own defaults, after changing those that are named."""
        say = sentences.sentences(interaction.locale)
        wishes = read_wishes(given, say)
        self._check_model(wishes.get("model"))
        preferences = self._client.app.store.preferences
        changed = bool(wishes) or private is not None or notify is not None

        def change(defaults: Defaults) -> Defaults:
            before = _without(defaults, reset)
            return Defaults(
                wishes={**before.wishes, **wishes},
                private=before.private if private is None else private,
                notify=before.notify if notify is None else notify,
            )

        if reset or changed:
            after = await in_time(interaction, preferences.change_defaults(interaction.user.id, change))
        else:
            after = await preferences.defaults(interaction.user.id)
        headline = "settings.reset" if reset == ALL and not changed else "settings.saved" if changed or reset else None
        await _show(interaction, say("settings.title"), _default_lines(after, say), say(headline) if headline else None)

    @server.command(name=said("command.server_settings.name"), description=said("command.server_settings.about"))
    @options("channel", "role", "longest", "quota", "model", "training", "reset")
    @app_commands.autocomplete(model=autocomplete.suggest_models)
    @app_commands.choices(reset=_resets(*_OF_A_SERVER))
    async def server_settings(
        self,
        interaction: discord.Interaction[Cadenza],
        channel: ChannelId | None = None,
        role: discord.Role | None = None,
        longest: app_commands.Range[int, 5, 300] | None = None,
        quota: app_commands.Range[int, 1, 1000] | None = None,
        model: autocomplete.ModelText | None = None,
        training: bool | None = None,  # noqa: FBT001 - an option of the command
        reset: str | None = None,
    ) -> None:
        """Show the server's settings, after changing those that are named."""
        if interaction.guild_id is None:
            raise RefusalError("refusal.server_only")
        if not may_manage_server(interaction):
            raise RefusalError("refusal.manage_server")
        self._check_model(model)
        given: dict[str, Any] = {
            "role_id": role.id if role is not None else None,
            "longest": longest,
            "per_hour": quota,
            "model": model,
            "training": training,
        }
        given = {name: value for name, value in given.items() if value is not None}
        preferences = self._client.app.store.preferences
        guild_id, changed = interaction.guild_id, bool(given) or channel is not None

        def change(settings: ServerSettings) -> ServerSettings:
            after = _with_everybody(replace(_undone(settings, reset), **given), guild_id)
            return after if channel is None else _with_channel(interaction, after, channel)

        if reset or changed:
            after = await in_time(interaction, preferences.change_server(guild_id, change, by=interaction.user.id))
        else:
            after = await preferences.server(guild_id)
        say = sentences.sentences(interaction.locale)
        headline = "server.reset" if reset == ALL and not changed else "server.saved" if changed or reset else None
        lines = self._server_lines(interaction, after, say)
        await _show(interaction, say("server.title"), lines, say(headline) if headline else None)

    def _check_model(self, name: Plain) -> None:
        """Refuse the name of a model that is not installed.

        Raises:
            UnknownModel: If there is none of that name.
        """
        names = self._client.app.catalogue.names()
        if name is not None and name not in names:
            near = difflib.get_close_matches(str(name), names, n=1)
            raise UnknownModel(str(name), near[0] if near else None, names)

    def _server_lines(
        self, interaction: discord.Interaction[Cadenza], settings: ServerSettings, say: Sentences
    ) -> list[str]:
        channels = standing(interaction, settings.channel_ids)
        model = settings.model or self._client.app.settings.default_model
        lines = {
            "channel": say("server.channel", value=mentions(channels) or say("server.everywhere")),
            "role": say("server.role", value=_role(settings, say)),
            "longest": say("server.longest", value=settings.longest),
            "quota": say("server.quota", value=settings.per_hour),
            "model": say("server.model", value=model),
            "training": say("server.training", value=_mark(settings.training)),
        }
        if len(channels) < len(settings.channel_ids):
            lines["channel"] += f" ({say('server.channel_gone')})"
        if model not in self._client.app.catalogue.names():
            lines["model"] += f" ({say('server.model_gone')})"
        return list(lines.values())


def _without(defaults: Defaults, reset: str | None) -> Defaults:
    """Defaults with one of them taken back, or all."""
    if reset == ALL:
        return Defaults()
    if reset in {"private", "notify"}:
        return replace(defaults, private=None) if reset == "private" else replace(defaults, notify=None)
    kept = {field: plain for field, plain in defaults.wishes.items() if field != _LASTING.get(reset or "")}
    return replace(defaults, wishes=kept)


def _undone(settings: ServerSettings, reset: str | None) -> ServerSettings:
    """A server's settings with one of them taken back, or all."""
    if reset is None:
        return settings
    fields = _OF_A_SERVER.values() if reset == ALL else (_OF_A_SERVER[reset],)
    return replace(settings, **{field: getattr(ServerSettings(), field) for field in fields})


def _with_channel(
    interaction: discord.Interaction[Cadenza], settings: ServerSettings, channel_id: int
) -> ServerSettings:
    """The settings with one more channel, without those that were deleted."""
    others = [other for other in standing(interaction, settings.channel_ids) if other != channel_id]
    return replace(settings, channel_ids=(*others, channel_id)[-MOST:])


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
