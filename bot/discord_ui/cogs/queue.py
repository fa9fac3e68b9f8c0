"""What is on its way: the queue, and cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.cogs.piece_access import piece_for
from bot.discord_ui.delivery import piece_message
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.permissions import may_delete
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import said
from bot.domain.generation import Composing, Queued

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.summaries import Standing

_MOST_BUTTONS = 5


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
        say = sentences.sentences(interaction.locale)
        standings = self._client.app.orders.queue()
        own = [standing for standing in standings if standing.generation.user_id == interaction.user.id]
        embed = discord.Embed(title=say("queue.title"), description=_lines(standings, own, say), colour=COLOUR)
        numbers = [standing.generation.number for standing in own[:_MOST_BUTTONS]]
        buttons = [Spec("cancel", str(number), label=f"{say('button.cancel')} #{number}") for number in numbers]
        await interaction.response.send_message(embed=embed, view=row(say, buttons), ephemeral=True)

    async def cancel(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Cancel a piece: who asked for it may, and whoever manages messages there."""
        generation = await piece_for(interaction, int(argument))
        say = sentences.sentences(interaction.locale)
        if not may_delete(interaction, generation.user_id):
            raise RefusalError("refusal.not_yours", person=piece_message.person(generation.user_id, say))
        await interaction.response.defer()
        if not await self._client.app.orders.cancel(generation.number):
            raise RefusalError("refusal.busy", number=generation.number)
        pressed_at = interaction.message.id if interaction.message is not None else 0
        if pressed_at != generation.reply_message_id:
            await interaction.edit_original_response(
                content=say("admin.cancelled", number=generation.number), embed=None, view=None
            )


def _lines(standings: Sequence[Standing], own: Sequence[Standing], say: Sentences) -> str:
    if not standings:
        return say("queue.empty")
    lines = [say("queue.yours", number=one.generation.number, stage=_stage(one, say)) for one in own]
    others = len(standings) - len(own)
    return "\n".join([*lines, say("queue.others", count=others)] if others else lines)


def _stage(standing: Standing, say: Sentences) -> str:
    match standing.progress:
        case Queued(position=position, wait=wait) if position:
            return say("queue.waiting", place=say.place(position), wait=say.span(wait))
        case Composing(bar=bar, bars=bars):
            return say("queue.composing", bar=bar, bars=bars)
        case _:
            return say("queue.working")
