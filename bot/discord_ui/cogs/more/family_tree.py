"""🌳 in the menu of a piece: what it came from, and what came from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.discord_ui.buttons import Spec, number_of, pages
from bot.discord_ui.cogs.more.offer import is_offered
from bot.discord_ui.cogs.piece_access import is_visible, piece_for
from bot.discord_ui.delivery.piece_message import person
from bot.discord_ui.lists.list_message import ROWS, ListRow, list_view
from bot.discord_ui.piece_menu import MenuEntry
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title

if TYPE_CHECKING:
    import discord

    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.generation import Generation
    from bot.storage.relatives import Relative

_STEP = "\u2003"
"""Space before a row for each generation that it stands below the oldest."""


class FamilyTreeCog(commands.Cog):
    """The entry of the menu, and the pages of the tree."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the button, and offer it in the menu."""
        self._client = client
        client.presses["family"] = self.show
        client.menu.add(MenuEntry("family", is_offered(client)))

    async def show(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Show the family of a piece, to whoever asked alone: NUMBER, or NUMBER:PAGE to turn to a page."""
        number, turned, page = argument.partition(":")
        which = number_of(page) if turned else None
        generation = await piece_for(interaction, number_of(number))
        view = await self._page(interaction, generation, which)
        if turned:
            await interaction.response.edit_message(view=view)
        else:
            await interaction.response.send_message(view=view, ephemeral=True)

    async def _page(
        self, interaction: discord.Interaction[Cadenza], generation: Generation, page: int | None
    ) -> discord.ui.LayoutView:
        """One page of the tree; that on which the piece itself stands where none is named."""
        say, number = sentences.sentences(interaction.locale), generation.number
        found = await self._client.app.store.relatives.of(number)
        family = [each for each in found if each.number == number or await _may_be_shown(each, interaction)]
        own = next(index for index, each in enumerate(family) if each.number == number)
        last = (len(family) - 1) // ROWS
        page = own // ROWS if page is None else min(page, last)
        shown = family[page * ROWS : (page + 1) * ROWS]
        note = say("history.page", page=page + 1, pages=last + 1) if last else None
        return list_view(
            say,
            say("tree.title", number=number),
            [_row(each, number, say) for each in shown],
            note=say("tree.alone") if len(family) == 1 else note,
            turning=pages("family", str(number), page=page, more=page < last),
        )


async def _may_be_shown(relative: Relative, interaction: discord.Interaction[Cadenza]) -> bool:
    """Whether the person may see a piece where she is; of one that was deleted, its number is all there is."""
    return relative.generation is None or await is_visible(relative.generation, interaction)


def _row(relative: Relative, number: int, say: Sentences) -> ListRow:
    indent, generation = _STEP * relative.depth, relative.generation
    if generation is None:
        return ListRow(f"{indent}{say('tree.deleted', number=relative.number)}")
    key = "tree.self" if relative.number == number else "tree.row"
    facts = say(
        key,
        number=relative.number,
        title=word_title(generation.title, say),
        kind=say(f"tree.kind.{_kind(generation)}"),
        person=person(generation.user_id, say),
    )
    button = None if relative.number == number else Spec("play", str(relative.number))
    return ListRow(f"{indent}{facts}", button)


def _kind(generation: Generation) -> str:
    """How a piece came into being."""
    if generation.another_of is not None:
        return "another"
    return generation.treatment or "first"
