"""Asking for a piece: by command, by button, by form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import autocomplete, change_form
from bot.discord_ui.change_form import ChangeForm
from bot.discord_ui.cogs.piece_access import gone, piece_for
from bot.discord_ui.option_choices import INSTRUMENT_CHOICES, STYLE_CHOICES
from bot.discord_ui.ordering import ask, order, wants_privacy, whose
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Generation

_OPEN = ("style", "instrument", "key", "tempo", "creativity", "seed", "model")


class ComposeCog(commands.Cog):
    """`/compose`, and the buttons that ask for more."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the buttons and the form."""
        self._client = client
        client.presses |= {"another": self.another, "retry": self.retry, "change": self.change}
        client.forms[change_form.PREFIX] = self.changed

    @app_commands.command(name=said("command.compose.name"), description=said("command.compose.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @options("length", "model", "style", "instrument", "key", "tempo", "creativity", "seed", "private")
    @app_commands.choices(style=STYLE_CHOICES, instrument=INSTRUMENT_CHOICES)
    async def compose(
        self,
        interaction: discord.Interaction[Cadenza],
        length: app_commands.Range[int, 5, 300] | None = None,
        model: str | None = None,
        style: str | None = None,
        instrument: str | None = None,
        key: str | None = None,
        tempo: app_commands.Range[int, 40, 200] | None = None,
        creativity: app_commands.Range[float, 0.0, 1.0] | None = None,
        seed: app_commands.Range[int, 0, 2**53 - 1] | None = None,
        private: bool | None = None,  # noqa: FBT001 - an option of the command
    ) -> None:
        """Compose a new piece and post it."""
        wanted = order(
            interaction,
            private=await wants_privacy(interaction, private),
            seconds=length,
            model=model,
            style=style,
            instrument=instrument,
            key=change_form.key_of(key) if key is not None else None,
            tempo=tempo,
            creativity=creativity,
            seed=seed,
        )
        await ask(interaction, wanted)

    @compose.autocomplete("model")
    async def suggest_model(
        self, interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Installed models, with version and rating."""
        lines = await self._client.app.catalogue.lines()
        return autocomplete.models(lines, typed, sentences.sentences(interaction.locale))

    @compose.autocomplete("key")
    async def suggest_key(
        self, _interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Keys that begin like what was typed."""
        return autocomplete.keys(typed)

    async def another(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Compose another piece with the same settings and a new seed."""
        await self._ask_like(interaction, await piece_for(interaction, int(argument)))

    async def retry(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Compose the same piece, which failed."""
        generation = await piece_for(interaction, int(argument))
        await self._ask_like(interaction, generation, seed=generation.options.seed)

    async def change(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Show the form with the piece's settings."""
        generation = await piece_for(interaction, int(argument))
        say = sentences.sentences(interaction.locale)
        await interaction.response.send_modal(ChangeForm(generation.number, _settings(generation), say))

    async def changed(self, interaction: discord.Interaction[Any], argument: str) -> None:
        """Compose what the form says."""
        generation = await piece_for(interaction, int(argument))
        data: Any = interaction.data
        settings = change_form.submitted(data, sentences.sentences(interaction.locale))
        given = {"seconds": settings["length"], **{name: settings.get(name) for name in _OPEN}}
        await self._ask_like(interaction, generation, **given)

    async def _ask_like(
        self,
        interaction: discord.Interaction[Cadenza],
        generation: Generation,
        **given: Any,  # noqa: ANN401 - fields of an order
    ) -> None:
        desk = self._client.app.desk
        name = generation.options.model
        instead = (given.get("model") or name) in {name, _version(generation)}
        note = gone(interaction, generation, "training.live_instead") if instead else None
        if note is not None:
            given["model"] = name
        given = {"private": generation.private, "reply_token": interaction.token, **given}
        await ask(interaction, desk.like(generation, **whose(interaction), **given))
        if note is not None:
            await interaction.followup.send(note, ephemeral=True)


def _version(generation: Generation) -> str:
    return f"{generation.options.model}@{generation.options.version}"


def _settings(generation: Generation) -> dict[str, object]:
    """A piece's settings as the form shows them."""
    chosen = generation.options
    return {
        "length": chosen.seconds,
        "model": _version(generation),
        "seed": chosen.seed,
        "style": chosen.style,
        "instrument": chosen.instrument,
        "key": chosen.key,
        "tempo": chosen.tempo,
        "creativity": chosen.creativity,
    }
