"""Tells of trainings in one message each: through the command's interaction while that lives, then in the channel."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import discord
import structlog

from bot.discord_ui import training_texts
from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.delivery.messages import Address, Content, Messages
from bot.discord_ui.delivery.throttled_edits import ThrottledEdits
from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.domain.training_run import Ending, Progress, TrainingRun
    from bot.storage.learning.runs import Runs

log = structlog.stdlib.get_logger(__name__)

STOP = "stoptraining"
"""Action of the button that cancels a training; its argument is the training's number."""


class TrainingMessages:
    """The audience of trainings on Discord."""

    def __init__(
        self,
        client: discord.Client,
        runs: Runs,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = discord.utils.utcnow,
    ) -> None:
        """Tell nobody anything yet; `pause` waits for some seconds, and `now` tells Discord's time."""
        self._client = client
        self._runs = runs
        self._pause = pause
        self._messages = Messages(client, pause=pause, now=now)
        self._edits: dict[int, ThrottledEdits[str]] = {}
        self._replies: dict[int, tuple[int | None, str, datetime]] = {}
        """By training: message, token and time of the interaction that began it."""

    async def announce(self, interaction: discord.Interaction, run: TrainingRun) -> None:
        """Make the answer that was promised the message that tells of the training from then on."""
        content = _running(run, training_texts.begun(run, sentences.sentences(run.wanted.locale)))
        self._replies[run.number] = (None, interaction.token, interaction.created_at)
        message = await interaction.edit_original_response(content=content.text, view=content.view)
        await self._stands_in(run, message.id)

    async def _stands_in(self, run: TrainingRun, message_id: int | None) -> None:
        _, token, since = self._replies.get(run.number, (None, "", run.started_at))
        self._replies[run.number] = (message_id, token, since)
        if message_id is not None:
            await self._runs.message_is(run.number, message_id)

    def progressed(self, run: TrainingRun, progress: Progress, /) -> None:
        """Show how far it is, now and then."""
        edits = self._edits.get(run.number)
        if edits is None:
            edits = ThrottledEdits(partial(self._show, run), pause=self._pause)
            self._edits[run.number] = edits
        edits.show(training_texts.progress_text(run, progress, sentences.sentences(run.wanted.locale)))

    async def _show(self, run: TrainingRun, text: str) -> None:
        try:
            await self._say(run, _running(run, text))
        except UNANSWERED as error:
            log.info("not shown", run=run.number, error=repr(error))

    async def ended(self, run: TrainingRun, ending: Ending, /) -> None:
        """Say what it came to; whoever began it is told directly where the channel cannot be reached."""
        edits = self._edits.pop(run.number, None)
        if edits is not None:
            await edits.close()
        text = training_texts.ending_text(run, ending, sentences.sentences(run.wanted.locale))
        try:
            await self._say(run, Content(text))
        except UNANSWERED as error:
            log.info("not said in the channel", run=run.number, error=str(error))
            person = await self._client.create_dm(discord.Object(run.wanted.user_id))
            await person.send(text)
        self._replies.pop(run.number, None)

    async def _say(self, run: TrainingRun, content: Content) -> None:
        """Edit the message; where it is gone, post another and go on there."""
        address = self._address(run)
        if await self._messages.edit(address, content) is None:
            channel = self._client.get_partial_messageable(run.wanted.channel_id, guild_id=run.wanted.guild_id)
            posted = await channel.send(content.text, view=content.view or discord.utils.MISSING)
            await self._stands_in(run, posted.id)

    def _address(self, run: TrainingRun) -> Address:
        message_id, token, since = self._replies.get(run.number, (run.message_id, "", run.started_at))
        return Address(
            number=run.number,
            user_id=run.wanted.user_id,
            channel_id=run.wanted.channel_id,
            message_id=message_id,
            application_id=self._client.application_id or 0,
            token=token or None,
            since=since,
            locale=run.wanted.locale,
        )


def _running(run: TrainingRun, text: str) -> Content:
    say = sentences.sentences(run.wanted.locale)
    return Content(text, view=row(say, [Spec(STOP, str(run.number), label=say("button.cancel"))]))
