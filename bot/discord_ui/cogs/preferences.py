"""What holds for a person where a command leaves something open."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.options.parameters import piece_options
from bot.discord_ui.options.values import SHOWN_OPTIONS, as_spoken, read_wishes
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said
from bot.domain.order import Defaults
from bot.errors import UnknownModel

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from composer.options import Plain

ALL = "all"
"""The choice that takes back every setting."""

_LASTING = {option.name: option.field for option in SHOWN_OPTIONS if option.lasting}


def resets(*names: str) -> list[app_commands.Choice[str]]:
    """What can be taken back, called as the option that sets it, and all of it."""
    each = [app_commands.Choice(name=said(f"option.{name}.name"), value=name) for name in names]
    return [*each, app_commands.Choice(name=said("option.all"), value=ALL)]


class PreferencesCog(commands.Cog):
    """`/settings`."""

    def __init__(self, client: Cadenza) -> None:
        """Nothing has to be answered but the commands."""
        self._client = client

    @app_commands.command(name=said("command.settings.name"), description=said("command.settings.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @piece_options(lasting_only=True)
    @options("private", "notify", "reset")
    @app_commands.choices(reset=resets(*_LASTING, "private", "notify"))
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
        check_model(self._client, wishes.get("model"))
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
        await show(interaction, say("settings.title"), _default_lines(after, say), say(headline) if headline else None)


def check_model(client: Cadenza, name: Plain) -> None:
    """Refuse the name of a model that is not installed.

    Raises:
        UnknownModel: If there is none of that name.
    """
    names = client.app.catalogue.names()
    if name is not None and name not in names:
        near = difflib.get_close_matches(str(name), names, n=1)
        raise UnknownModel(str(name), near[0] if near else None, names)


def _without(defaults: Defaults, reset: str | None) -> Defaults:
    """Defaults with one of them taken back, or all."""
    if reset == ALL:
        return Defaults()
    if reset in {"private", "notify"}:
        return replace(defaults, private=None) if reset == "private" else replace(defaults, notify=None)
    kept = {field: plain for field, plain in defaults.wishes.items() if field != _LASTING.get(reset or "")}
    return replace(defaults, wishes=kept)


def _default_lines(defaults: Defaults, say: Sentences) -> list[str]:
    said = [option for option in SHOWN_OPTIONS if option.field in defaults.wishes]
    values = {option.name: as_spoken(option, defaults.wishes[option.field], say) for option in said}
    marks = {"private": defaults.private, "notify": defaults.notify}
    values |= {name: mark(on) for name, on in marks.items() if on is not None}
    lines = [say("settings.row", option=say(f"option.{name}.name"), value=value) for name, value in values.items()]
    return lines or [say("settings.none")]


def mark(on: bool) -> str:  # noqa: FBT001 - the value of a setting
    """Whether a setting is on, as a sign."""
    return "✓" if on else "✗"


async def show(interaction: discord.Interaction[Cadenza], title: str, lines: list[str], headline: str | None) -> None:
    """Answer a command that shows settings, to whoever asked alone."""
    embed = discord.Embed(title=title, description="\n".join(lines), colour=COLOUR)
    await answer(interaction, headline, embed=embed)
