"""Asking for a piece: by command, by button, by form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import number_of
from bot.discord_ui.cogs.piece_access import gone, piece_for
from bot.discord_ui.cogs.themes import theme_again
from bot.discord_ui.options import change_form
from bot.discord_ui.options.change_form import ChangeForm
from bot.discord_ui.options.parameters import piece_options
from bot.discord_ui.options.values import read_wishes
from bot.discord_ui.ordering import ask, check_may_compose, order, wants_privacy
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Generation
    from composer.options import Plain, Wishes


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
    @piece_options()
    @options("private")
    async def compose(
        self, interaction: discord.Interaction[Cadenza], /, *, private: bool | None = None, **given: str | float | None
    ) -> None:
        """Compose a new piece and post it."""
        wishes = read_wishes(given, sentences.sentences(interaction.locale))
        wanted = order(interaction, private=await wants_privacy(interaction, private), wishes=wishes)
        generation = await ask(interaction, wanted)
        missing = await self._client.app.orders.missing_default(wanted)
        if missing is not None:
            say = sentences.sentences(interaction.locale)
            note = say("settings.model_gone", model=missing, instead=generation.options.model)
            await interaction.followup.send(note, ephemeral=True)

    async def another(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Compose another piece with the same settings and a new seed."""
        generation = await piece_for(interaction, number_of(argument))
        await self._ask_like(interaction, generation, generation.options.wishes_for_another())

    async def retry(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Compose the same piece, which failed."""
        generation = await piece_for(interaction, number_of(argument))
        await self._ask_like(interaction, generation, generation.options.wishes())

    async def change(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Show the form with the piece's settings."""
        generation = await piece_for(interaction, number_of(argument))
        await check_may_compose(interaction)
        say = sentences.sentences(interaction.locale)
        form = ChangeForm(generation.number, _wishes_to_change(generation), say)
        await interaction.response.send_modal(form)

    async def changed(self, interaction: discord.Interaction[Any], argument: str) -> None:
        """Compose what the form says."""
        generation = await piece_for(interaction, number_of(argument))
        data: Any = interaction.data
        before = _wishes_to_change(generation)
        wishes = change_form.submitted(data, sentences.sentences(interaction.locale), before)
        if change_form.keeps_notes(before, wishes, generation.chosen_key):
            wishes.setdefault("seed", generation.options.seed)
        await self._ask_like(interaction, generation, wishes)

    async def _ask_like(
        self, interaction: discord.Interaction[Cadenza], generation: Generation, wishes: Wishes
    ) -> None:
        """Ask for a piece like another; whose version is gone is composed by the one that is live."""
        name = generation.options.model
        instead = wishes.get("model", name) in {name, _version(generation)}
        note = gone(interaction, generation, "training.live_instead") if instead else None
        if note is not None:
            wishes = {**wishes, "model": name}
        private = generation.private or await wants_privacy(interaction, None)
        theme = await theme_again(interaction, generation)
        wanted = order(
            interaction,
            private=private,
            wishes=wishes,
            another_of=generation.number,
            theme=theme,
            parent=generation.parent,
        )
        await ask(interaction, wanted)
        if note is not None:
            await interaction.followup.send(note, ephemeral=True)


def _wishes_to_change(generation: Generation) -> dict[str, Plain]:
    """What the form begins with: all but the seed, so that one which comes back was typed."""
    wishes: dict[str, Plain] = {**generation.options.wishes(), "model": _version(generation)}
    del wishes["seed"]
    return wishes


def _version(generation: Generation) -> str:
    return f"{generation.options.model}@{generation.options.version}"
