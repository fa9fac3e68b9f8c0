"""✉️ in the menu of a piece: its files come as a direct message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.discord_ui.buttons import number_of
from bot.discord_ui.cogs.more.offer import is_offered
from bot.discord_ui.cogs.piece_access import piece_for
from bot.discord_ui.delivery.answering import answer
from bot.discord_ui.delivery.family import Family
from bot.discord_ui.delivery.mail import Mail
from bot.discord_ui.piece_menu import MenuEntry
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.domain.generation import ON_THE_WAY, THERE, Post
from composer.taste.signals import MAIL

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Generation


class MailCog(commands.Cog):
    """The entry of the menu, and the button of a favourite that stands on another server."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the button, and offer it in the menu."""
        self._client = client
        store = client.app.store
        self._mail = Mail(client, client.app.orders, Family(store.generations, store.relatives), client.menu)
        client.presses["mail"] = self.mail
        client.menu.add(MenuEntry("mail", is_offered(client)))

    async def mail(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Send a piece to whoever pressed the button: NUMBER.

        Raises:
            RefusalError: The piece is not there, or the person takes no direct messages.
        """
        generation = await self._piece(interaction, number_of(argument))
        with self._client.app.side_work.place(interaction.guild_id, interaction.user.id) as place:
            await self._client.promises.make(interaction, private=True)
            piece = await self._client.app.orders.piece(generation.number, place)
            message = await self._mail.send(interaction.user.id, interaction.locale, generation, piece)
        if message is None:
            raise RefusalError("refusal.no_mail")
        await self._note(generation, message)
        await answer(interaction, sentences.sentences(interaction.locale)("mail.sent", number=generation.number))
        deeds = self._client.app.store.deeds
        await deeds.note(interaction.user.id, generation.number, MAIL, guild_id=interaction.guild_id)

    async def _piece(self, interaction: discord.Interaction[Cadenza], number: int) -> Generation:
        """The piece, which the person may see here, or marked where she could see it."""
        marked = await self._client.app.store.favourites.has(interaction.user.id, number)
        found = await self._client.app.store.generations.get(number) if marked else None
        generation = found or await piece_for(interaction, number)
        if generation.state in ON_THE_WAY:
            raise RefusalError("refusal.not_ready", number=number)
        if generation.state not in THERE:
            raise RefusalError("refusal.number", number=number)
        return generation

    async def _note(self, generation: Generation, message: discord.Message) -> None:
        """Note where the piece stands now, so that the message goes when the piece does."""
        post = Post(
            message_id=message.id,
            number=generation.number,
            channel_id=message.channel.id,
            guild_id=None,
            posted_at=discord.utils.utcnow(),
        )
        if not await self._client.app.store.posts.note(post):
            await self._client.remover.remove_due()
