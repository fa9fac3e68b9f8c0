"""⭐ below a piece, and `/favourites`: a list that its person alone sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import Spec, number_of, pages, row
from bot.discord_ui.cogs.more.offer import is_offered
from bot.discord_ui.cogs.piece_access import is_visible, piece_for
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.formatting import format_length, format_votes
from bot.discord_ui.lists.list_message import ROWS, ListRow, list_view
from bot.discord_ui.piece_menu import MenuEntry
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title
from bot.discord_ui.texts.translator import said
from bot.domain.generation import THERE
from bot.storage.people.favourites import MOST

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Generation

_PAGE = re.compile(r"[0-9]{1,6}")


class FavouritesCog(commands.Cog):
    """The button that marks a piece, and the list of what is marked."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the buttons, and offer ⭐ below pieces."""
        self._client = client
        self._store = client.app.store.favourites
        client.presses |= {"star": self.star, "unstar": self.unstar, "favourites": self.turn}
        client.menu.add(MenuEntry("star", is_offered(client), below=True))

    async def star(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Mark a piece; pressed again, it says the same, with a way to take the mark away."""
        generation = await piece_for(interaction, number_of(argument))
        if generation.state not in THERE:
            raise RefusalError("refusal.not_ready", number=generation.number)
        if not await in_time(interaction, self._store.add(interaction.user.id, generation.number)):
            raise RefusalError("refusal.favourites_full", count=MOST)
        say = sentences.sentences(interaction.locale)
        remove = row(say, [Spec("unstar", str(generation.number))])
        await answer(interaction, say("favourites.added", number=generation.number), view=remove)

    async def unstar(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Take a mark away."""
        number = number_of(argument)
        await interaction.response.defer()
        await self._store.remove(interaction.user.id, number)
        say = sentences.sentences(interaction.locale)
        await interaction.edit_original_response(content=say("favourites.removed", number=number), view=None)

    @app_commands.command(name=said("command.favourites.name"), description=said("command.favourites.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def favourites(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Show the person's favourites to her alone."""
        await interaction.response.send_message(view=await self._page(interaction, 0), ephemeral=True)

    async def turn(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Turn to a page; nobody else sees the list."""
        prefix, _, page = argument.partition(":")
        if prefix != "page" or not _PAGE.fullmatch(page):
            raise RefusalError("trouble.expired")
        await interaction.response.edit_message(view=await self._page(interaction, int(page)))

    async def _page(self, interaction: discord.Interaction[Cadenza], page: int) -> discord.ui.LayoutView:
        say, person = sentences.sentences(interaction.locale), interaction.user.id
        last = max(0, await self._store.count(person) - 1) // ROWS
        page = min(page, last)
        found = await self._store.list_marked(person, offset=page * ROWS, limit=ROWS)
        rows = [await self._row(interaction, one) for one in found]
        note = say("history.page", page=page + 1, pages=last + 1) if last else None
        return list_view(
            say,
            say("favourites.title"),
            rows,
            note=note if rows else say("favourites.empty"),
            turning=pages("favourites", "page", page=page, more=page < last),
        )

    async def _row(self, interaction: discord.Interaction[Cadenza], generation: Generation) -> ListRow:
        """A piece of another server is not posted here: its files come by direct message."""
        say = sentences.sentences(interaction.locale)
        text = say(
            "history.row",
            number=generation.number,
            title=word_title(generation.title, say),
            length=format_length(generation.options.seconds),
            model=f"{generation.options.model} v{generation.options.version}",
            votes=format_votes(await self._client.app.store.ratings.tally(generation.number), say),
        )
        action = "play" if await is_visible(generation, interaction) else "mail"
        return ListRow(text, Spec(action, str(generation.number)))
