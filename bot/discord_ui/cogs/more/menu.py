"""The button *More* below a piece, which opens a menu that its presser alone sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.discord_ui.buttons import number_of, row
from bot.discord_ui.cogs.piece_access import piece_for
from bot.discord_ui.piece_menu import MORE
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title

if TYPE_CHECKING:
    import discord

    from bot.discord_ui.client import Cadenza


class MoreCog(commands.Cog):
    """Opens the menu; the cogs that answer its entries add them to `client.menu`."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the button."""
        self._client = client
        client.presses[MORE] = self.open

    async def open(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Show what else can be done with a piece: NUMBER.

        Raises:
            RefusalError: There is nothing, for the server no longer offers it.
        """
        generation = await piece_for(interaction, number_of(argument))
        entries = await self._client.menu.behind(interaction, generation)
        if not entries:
            raise RefusalError("refusal.nothing_more")
        say = sentences.sentences(interaction.locale)
        title = say("more.title", number=generation.number, title=word_title(generation.title, say))
        await interaction.response.send_message(title, view=row(say, entries), ephemeral=True)
