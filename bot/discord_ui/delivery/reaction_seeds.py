"""The reactions below a piece that are there to be pressed; where they cannot be put, buttons do the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.discord_ui.buttons import row
from bot.discord_ui.delivery.messages import Content
from bot.discord_ui.delivery.own_messages import custom_ids
from bot.discord_ui.network import UNANSWERED, is_passing
from bot.discord_ui.permissions import reactions_allowed
from bot.discord_ui.reactions import REACTIONS, value_of
from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from bot.discord_ui.delivery.messages import Address, Messages
    from bot.discord_ui.piece_menu import PieceMenu

log = structlog.stdlib.get_logger(__name__)


class ReactionSeeds:
    """Puts them there."""

    def __init__(
        self, client: discord.Client, messages: Messages, menu: PieceMenu, by_buttons: Callable[[], bool]
    ) -> None:
        """Put none yet; `menu` has the buttons that take their place, and `by_buttons` tells whether they do anyway."""
        self._client = client
        self._messages = messages
        self._menu = menu
        self._by_buttons = by_buttons

    def serve(self, guild_id: int | None, channel_id: int) -> bool:
        """Whether reactions are wanted, can be put there and are heard of; direct messages are tried."""
        return not self._by_buttons() and (guild_id is None or reactions_allowed(self._client, guild_id, channel_id))

    async def put(self, address: Address, message: discord.Message, guild_id: int | None) -> None:
        """Put the reactions under a piece; where that is impossible, buttons do the same."""
        channel = self._client.get_partial_messageable(message.channel.id)
        try:
            for emoji in REACTIONS:
                await channel.get_partial_message(message.id).add_reaction(emoji)
        except UNANSWERED as error:
            if is_passing(error):
                # What is missing is put there when the reactions are read back.
                log.info("not all reactions", generation=address.number, error=repr(error))
                return
            log.info("no reactions", generation=address.number, error=str(error))
            buttons = await self._menu.below(address.number, guild_id, votes=True)
            view = row(sentences.sentences(address.locale), buttons)
            where = replace(address, message_id=message.id)
            try:
                await self._messages.edit(where, Content(view=view, whole=False))
            except UNANSWERED as refused:
                log.info("no vote buttons", generation=address.number, error=repr(refused))


def lacks_seeds(message: discord.Message) -> bool:
    """Whether a message lacks some of our reactions, and needs them."""
    votes_by_button = any(button.startswith("cadenza:rate:") for button in custom_ids(message))
    seeded = {value_of(str(reaction.emoji)) for reaction in message.reactions if reaction.me}
    return not votes_by_button and not seeded.issuperset(REACTIONS.values())
