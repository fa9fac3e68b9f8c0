"""What is on its way: the queue, and cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import Spec, number_of
from bot.discord_ui.cogs.piece_access import piece_for
from bot.discord_ui.delivery import piece_message
from bot.discord_ui.lists.list_message import ROWS, ListRow, list_view
from bot.discord_ui.permissions import may_delete
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import said
from bot.domain.generation import Composing, Queued

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.summaries import Standing


class QueueCog(commands.Cog):
    """`/queue`, and the button that cancels."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the button."""
        self._client = client
        client.presses["cancel"] = self.cancel

    @app_commands.command(name=said("command.queue.name"), description=said("command.queue.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def queue(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Show what is being composed, and the person's own pieces with a way to cancel them."""
        view = self._page(interaction.user.id, sentences.sentences(interaction.locale))
        await interaction.response.send_message(view=view, ephemeral=True)

    def _page(self, user_id: int, say: Sentences, *, headline: str | None = None) -> discord.ui.LayoutView:
        """A person's own pieces in the queue, the first `ROWS`, and how many others there are."""
        standings = self._client.app.orders.queue()
        own = [standing for standing in standings if standing.generation.user_id == user_id]
        others = len(standings) - len(own)
        notes = [headline, say("queue.others", count=others) if others else None if own else say("queue.empty")]
        rows = [_row(standing, say) for standing in own[:ROWS]]
        return list_view(say, say("queue.title"), rows, note="\n".join(filter(None, notes)) or None)

    async def cancel(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Cancel a piece: who asked for it may, and whoever manages messages there."""
        generation = await piece_for(interaction, number_of(argument), even_blind=True)
        say = sentences.sentences(interaction.locale)
        if not may_delete(interaction, generation.user_id):
            raise RefusalError("refusal.not_yours", person=piece_message.person(generation.user_id, say))
        await interaction.response.defer()
        if not await self._client.app.orders.cancel(generation.number):
            raise RefusalError("refusal.busy", number=generation.number)
        pressed = interaction.message
        told = say("admin.cancelled", number=generation.number)
        if pressed is not None and pressed.flags.components_v2:
            view = self._page(interaction.user.id, say, headline=told)
            await interaction.edit_original_response(view=view)
        elif pressed is None or pressed.id != generation.reply_message_id:
            await interaction.edit_original_response(content=told, embed=None, view=None)


def _row(standing: Standing, say: Sentences) -> ListRow:
    number = standing.generation.number
    return ListRow(say("queue.yours", number=number, stage=_stage(standing, say)), Spec("cancel", str(number)))


def _stage(standing: Standing, say: Sentences) -> str:
    match standing.progress:
        case Queued(position=position, wait=wait) if position:
            return say("queue.waiting", place=say.place(position), wait=say.span(wait))
        case Composing(bar=bar, bars=bars):
            return say("queue.composing", bar=bar, bars=bars)
        case _:
            return say("queue.working")
