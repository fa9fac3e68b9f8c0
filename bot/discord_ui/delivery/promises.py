"""Answers that are promised before they are given, and those of an earlier run that never came."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.discord_ui.buttons import number_in
from bot.discord_ui.delivery.messages import Address, Content, Messages
from bot.discord_ui.delivery.own_messages import custom_ids
from bot.discord_ui.error_replies import OPEN
from bot.discord_ui.network import LOST, UNANSWERED
from bot.discord_ui.refusal_texts import ANSWERED
from bot.discord_ui.texts import sentences
from bot.domain.generation import Post
from bot.errors import report
from bot.storage.files.open_answers import OpenAnswer

if TYPE_CHECKING:
    from bot.discord_ui.delivery.message_remover import MessageRemover
    from bot.storage.files.open_answers import OpenAnswers
    from bot.storage.store import Store

log = structlog.stdlib.get_logger(__name__)


_TRIES = 5
_PAUSE = 15.0
"""How often what an earlier run promised is to be mended, and the seconds before each further time."""

HIDDEN = "hidden"
"""In an interaction's extras: Discord shows its answer to one person alone, asked to or not."""


class Promises:
    """Promises answers, and mends at the start what an earlier run promised."""

    def __init__(self, client: discord.Client, answers: OpenAnswers, store: Store, remover: MessageRemover) -> None:
        """Find what an earlier run left.

        Args:
            client: Reaches Discord.
            answers: Files of the answers that are open.
            store: The rows of the pieces, and where they stand.
            remover: Remover of messages whose pieces were erased.
        """
        self._client = client
        self._store = store
        self._remover = remover
        self._answers = answers
        self._messages = Messages(client)
        self._left = answers.left()

    async def make(
        self, interaction: discord.Interaction[Any], *, private: bool, number: int | None = None
    ) -> int | None:
        """Promise an answer, and note that before Discord knows.

        Args:
            interaction: Interaction that was not answered yet.
            private: Whether only the person is to see the answer.
            number: Number of the piece that it is to bear, if any.

        Returns:
            The id of the message that the answer becomes, where Discord tells it.

        Raises:
            discord.HTTPException: If Discord refuses, most likely since it is too late.
        """
        answer = _answer_to(interaction, private=private, number=number)
        self._answers.note(answer)
        interaction.extras[OPEN] = not private
        try:
            response = await interaction.response.defer(ephemeral=private, thinking=True)
        except LOST as error:
            # Only the answer was lost, most likely; if not, the result is posted by the bot's own token.
            log.info("acknowledged, perhaps", interaction=interaction.id, error=repr(error))
            return None
        except discord.HTTPException as error:
            if error.code == ANSWERED:
                return None  # by our first try, to which Discord answered that it had failed
            self.end(interaction.id)
            raise
        if response is not None and response.is_ephemeral():
            interaction.extras |= {OPEN: False, HIDDEN: True}
        message_id = response.message_id if response is not None else None
        if message_id is not None:
            self._answers.note(replace(answer, message_id=message_id))
        return message_id

    def end(self, request_id: int) -> None:
        """Note that an answer was given, or that a row knows of it from now on."""
        self._answers.end(request_id)

    async def mend(self) -> None:
        """Give what an earlier run promised: note the piece that stands there, or ask the person to ask again.

        Where Discord cannot answer now, it is asked again some times: no later start could reach what is private.
        """
        for tries in range(_TRIES):
            if not self._left:
                return
            await asyncio.sleep(_PAUSE if tries else 0)
            left, self._left = self._left, []
            for answer in left:
                if await self._is_mended(answer):
                    self.end(answer.request_id)
                else:
                    self._left.append(answer)

    async def _is_mended(self, answer: OpenAnswer) -> bool:
        """Mend one; False where another try may be answered."""
        try:
            if await self._store.generations.by_request(answer.request_id) is None:
                await self._mend(answer)
        except UNANSWERED as error:
            log.info("answer not mended", interaction=answer.request_id, error=repr(error))
            return False
        except Exception as error:  # noqa: BLE001 - the others are mended
            report(error, "answer not mended", interaction=answer.request_id)
        return True

    async def _mend(self, answer: OpenAnswer) -> None:
        address = _address(answer)
        message = await self._messages.look(address)
        if message is None:
            return
        if answer.number is not None and answer.number in map(number_in, custom_ids(message)):
            await self._note(answer, answer.number, message)
        elif message.flags.loading:
            say = sentences.sentences(answer.locale)
            await self._messages.edit(replace(address, message_id=message.id), Content(say("trouble.cut_off")))
            log.info("answer was cut off", interaction=answer.request_id)

    async def _note(self, answer: OpenAnswer, number: int, message: discord.Message) -> None:
        """Note a piece that was posted again without a note of it."""
        post = Post(
            message_id=message.id,
            number=number,
            channel_id=answer.channel_id,
            guild_id=answer.guild_id,
            posted_at=message.created_at,
        )
        if not await self._store.posts.note(post):
            await self._remover.remove_due()
        elif not answer.private:
            self._client.dispatch("piece_found", post)


def _address(answer: OpenAnswer) -> Address:
    return Address(
        number=answer.number or 0,
        user_id=0,
        channel_id=answer.channel_id,
        message_id=answer.message_id,
        private=answer.private,
        application_id=answer.application_id,
        token=answer.token,
        since=discord.utils.snowflake_time(answer.request_id),
        locale=answer.locale,
    )


def _answer_to(interaction: discord.Interaction[Any], *, private: bool, number: int | None) -> OpenAnswer:
    """The answer that is open until it is given."""
    return OpenAnswer(
        request_id=interaction.id,
        application_id=interaction.application_id,
        token=interaction.token,
        channel_id=interaction.channel_id or 0,
        guild_id=interaction.guild_id,
        locale=str(interaction.locale),
        private=private,
        number=number,
    )
