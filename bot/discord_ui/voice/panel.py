"""The message of a radio: what it plays now, and how to skip or stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.texts.titles import word_title

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from bot.discord_ui.texts.sentences import Sentences
    from bot.discord_ui.voice.player import VoicePlayer
    from bot.storage.generations import Generations

log = structlog.stdlib.get_logger(__name__)

BUTTONS = (Spec("skip", "now"), Spec("silence", "now"))


class RadioPanel:
    """Keeps the message true."""

    def __init__(
        self,
        message: discord.PartialMessage,
        generations: Generations,
        player: VoicePlayer,
        say: Sentences,
        *,
        ended: Callable[[], Awaitable[None]],
    ) -> None:
        """Say nothing yet.

        Args:
            message: The bot's own, below `/radio`.
            generations: The rows.
            player: Where the radio plays.
            say: Sentences in the language of whoever turned it on.
            ended: Is called when the radio is over.
        """
        self._message = message
        self._generations = generations
        self._player = player
        self._say = say
        self._ended = ended

    async def tell(self, number: int | None) -> None:
        """Say what is played now; None says that it is over."""
        if number is None:
            await self._ended()
        channel = self._player.channel.mention
        if number is None:
            text, view = self._say("voice.radio_over", channel=channel), None
        else:
            generation = await self._generations.get(number)
            title = word_title(generation.title if generation is not None else None, self._say)
            text = self._say("voice.radio_now", channel=channel, number=number, title=title)
            view = row(self._say, BUTTONS)
        try:
            await self._message.edit(content=text, view=view)
        except UNANSWERED as error:
            log.info("radio not told", message=self._message.id, error=repr(error))
