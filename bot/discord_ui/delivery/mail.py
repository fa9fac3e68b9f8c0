"""Sends a piece to whoever asked for its files, as a direct message."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from bot.discord_ui.delivery import attachment_size, piece_message
from bot.discord_ui.delivery.attachment_size import SMALLEST_LIMIT
from bot.discord_ui.delivery.messages import Address, Messages
from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from bot.discord_ui.delivery.attachment_size import SmallerEncoder
    from bot.discord_ui.delivery.family import Family
    from bot.discord_ui.piece_menu import PieceMenu
    from bot.domain.generation import FinishedPiece, Generation


class Mail:
    """The post of pieces to people."""

    def __init__(
        self,
        client: discord.Client,
        encoder: SmallerEncoder,
        family: Family,
        menu: PieceMenu,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Send nothing yet; `pause` waits for some seconds."""
        self._messages = Messages(client, pause=pause)
        self._encoder = encoder
        self._family = family
        self._menu = menu

    async def send(
        self, reader_id: int, locale: object, generation: Generation, piece: FinishedPiece
    ) -> discord.Message | None:
        """Send a piece, or bring the message up to date that bears it already.

        Args:
            reader_id: Person who gets it.
            locale: Language of that person.
            generation: The piece.
            piece: Its files.

        Returns:
            The message; None where the person takes no direct messages.

        Raises:
            discord.HTTPException: If Discord cannot answer now.
            LOST: If the answer was lost again and again.
        """
        say = sentences.sentences(locale)
        address = Address(number=generation.number, user_id=reader_id, channel_id=0, private=True, locale=str(locale))
        # Votes stand on buttons: so nothing has to be put below the message afterwards.
        buttons = await self._menu.below(generation.number, None, votes=True)
        family = await self._family.line(generation, say, children=True)
        told = partial(piece_message.result, buttons=buttons, family=family, repeated=True)

        async def bring(fitted: FinishedPiece) -> discord.Message | None:
            return await self._messages.post(address, told(generation, fitted, say))

        return await attachment_size.send(generation.number, piece, SMALLEST_LIMIT, self._encoder, bring)
