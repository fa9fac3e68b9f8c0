"""Pieces that are there: posting them again, and deleting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import number_of
from bot.discord_ui.cogs.piece_access import gone, is_blind, known_pieces, listed_piece, piece_for
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import person
from bot.discord_ui.ordering import acknowledge
from bot.discord_ui.permissions import is_hidden, may_delete
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said
from bot.domain.generation import ON_THE_WAY, THERE, Post
from composer.taste.signals import TRACK

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Generation

log = structlog.stdlib.get_logger(__name__)


class PiecesCog(commands.Cog):
    """`/track`, `/delete`, the button of a list that does the same, and the button that deletes a piece."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the buttons."""
        self._client = client
        client.presses |= {"delete": self.delete, "play": self.play}

    @app_commands.command(name=said("command.track.name"), description=said("command.track.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @options("number")
    async def track(
        self, interaction: discord.Interaction[Cadenza], number: app_commands.Range[int, 1, 2**53 - 1]
    ) -> None:
        """Post a piece again, byte for byte, with its buttons."""
        await self._repeat(interaction, await piece_for(interaction, number))

    @track.autocomplete("number")
    async def suggest_number(
        self, interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[int]]:
        """Pieces that the person may see here, by number and title."""
        return await known_pieces(interaction, str(typed), guild_id=interaction.guild_id)

    @app_commands.command(name=said("command.delete.name"), description=said("command.delete.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @options("number")
    async def delete_by_number(
        self, interaction: discord.Interaction[Cadenza], number: app_commands.Range[int, 1, 2**53 - 1]
    ) -> None:
        """Delete a piece of one's own for good, or cancel it, also where its message is gone or cannot be reached."""
        generation = await piece_for(interaction, number, even_blind=True)
        if generation.user_id != interaction.user.id:
            raise RefusalError("refusal.delete_own")
        orders, on_the_way = self._client.app.orders, generation.state in ON_THE_WAY
        done = await in_time(interaction, orders.cancel(number) if on_the_way else orders.take_back(number))
        if not done:
            raise RefusalError("refusal.busy" if on_the_way else "refusal.number", number=number)
        say = sentences.sentences(interaction.locale)
        await answer(interaction, say("admin.cancelled" if on_the_way else "admin.deleted", number=number))
        await self._client.remover.remove_due()

    @delete_by_number.autocomplete("number")
    async def suggest_own_number(
        self, interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[int]]:
        """One's own pieces, by number and title."""
        return await known_pieces(interaction, str(typed), guild_id=None)

    async def play(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Post the piece of a list's row again."""
        await self._repeat(interaction, await listed_piece(interaction, number_of(argument)))

    async def _repeat(self, interaction: discord.Interaction[Cadenza], generation: Generation) -> None:
        if generation.state in ON_THE_WAY:
            raise RefusalError("refusal.not_ready", number=generation.number)
        if generation.state not in THERE:
            raise RefusalError("refusal.number", number=generation.number)
        private = generation.private or is_hidden(interaction) or await is_blind(interaction, generation)
        with self._client.app.side_work.place(interaction.guild_id, interaction.user.id) as place:
            message_id = await acknowledge(interaction, private=private, number=generation.number)
            piece = await self._client.app.orders.piece(generation.number, place)
            note = gone(interaction, generation, "training.version_gone")
            message = await self._client.courier.repeat(interaction, message_id, generation, piece, note=note)
        post = Post(
            message_id=message.id,
            number=generation.number,
            channel_id=message.channel.id,
            guild_id=interaction.guild_id,
            posted_at=discord.utils.utcnow(),
        )
        # What one person alone sees is no post: nobody else may find the piece by it.
        hidden = message.flags.ephemeral and not generation.private
        if not hidden and not await self._client.app.store.posts.note(post):
            await self._client.remover.remove_due()
        self._client.promises.end(interaction.id)
        deeds = self._client.app.store.deeds
        await deeds.note(interaction.user.id, generation.number, TRACK, guild_id=interaction.guild_id)

    @commands.Cog.listener()
    async def on_called(self, call: Post) -> None:
        """Note a message that calls somebody to a piece, so that it goes when the piece does."""
        if await self._client.app.store.notices.posted(call):
            log.info("called", generation=call.number, message=call.message_id)
        else:
            await self._client.remover.remove_due()

    async def delete(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Delete a piece: its composer for good, a moderator the message only."""
        generation = await piece_for(interaction, number_of(argument), even_blind=True)
        if not may_delete(interaction, generation.user_id):
            raise _not_yours(generation, interaction)
        await interaction.response.defer()
        if generation.user_id == interaction.user.id:
            await self._take_back(interaction, generation)
        else:
            await self._remove(interaction)
            if interaction.message is not None:
                # Discord tells of deleted messages only where the bot is a member.
                await self._client.app.store.posts.gone(interaction.message.id)
            await self._client.app.store.audit.add(
                interaction.user.id, "delete message", guild_id=interaction.guild_id, number=generation.number
            )

    async def _take_back(self, interaction: discord.Interaction[Cadenza], generation: Generation) -> None:
        await self._client.app.orders.take_back(generation.number)
        await self._remove(interaction)
        if interaction.message is not None:
            await self._client.app.store.removals.done(interaction.message.id)
        await self._client.remover.remove_due()

    async def _remove(self, interaction: discord.Interaction[Cadenza]) -> None:
        try:
            await interaction.delete_original_response()
        except discord.NotFound:
            log.info("message was gone", interaction=interaction.id)


def _not_yours(generation: Generation, interaction: discord.Interaction[Cadenza]) -> RefusalError:
    """The refusal that says who may delete a piece; moderators alone where it is nobody's any more."""
    if generation.user_id is None:
        return RefusalError("refusal.delete_nobodys")
    return RefusalError("refusal.delete", person=person(generation.user_id, sentences.sentences(interaction.locale)))
