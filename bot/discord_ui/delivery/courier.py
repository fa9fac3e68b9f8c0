"""Tells people how their pieces fare, and delivers them: the scheduler's audience."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.discord_ui.battles import battle_message
from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.delivery import attachment_size, piece_message
from bot.discord_ui.delivery.attachment_size import SMALLEST_LIMIT
from bot.discord_ui.delivery.messages import Address, Content, Messages
from bot.discord_ui.delivery.reaction_seeds import ReactionSeeds, lacks_seeds
from bot.discord_ui.delivery.reply_addresses import ReplyAddresses, answer_to
from bot.discord_ui.delivery.throttled_edits import ThrottledEdits
from bot.discord_ui.network import UNANSWERED, is_passing
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.domain.audience import Kept, Posted
from bot.domain.battle import LASTS
from bot.domain.generation import Post, Queued

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from datetime import datetime

    from bot.discord_ui.delivery.attachment_size import SmallerEncoder
    from bot.discord_ui.delivery.family import Family
    from bot.discord_ui.piece_menu import PieceMenu
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.audience import Delivery
    from bot.domain.generation import FinishedPiece, Generation, Progress

log = structlog.stdlib.get_logger(__name__)

_GRACE = 2.0
"""Seconds that edits and reactions under way get when the bot stops; the next start seeds what is missing."""


class Courier:
    """The scheduler's audience on Discord.

    Attributes:
        replies: Addresses of the answers that were promised.
    """

    def __init__(
        self,
        client: discord.Client,
        encoder: SmallerEncoder,
        family: Family,
        menu: PieceMenu,
        *,
        by_buttons: Callable[[], bool] = lambda: False,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = discord.utils.utcnow,
    ) -> None:
        """Tell nobody anything yet; `pause` waits for some seconds, and `now` tells Discord's time.

        `by_buttons` tells whether people vote by buttons below the next piece, wherever that is.
        """
        self._client = client
        self._encoder = encoder
        self._family = family
        self._menu = menu
        self._pause = pause
        self._messages = Messages(client, pause=pause, now=now)
        self._seeds = ReactionSeeds(client, self._messages, menu, by_buttons)
        self._edits: dict[int, ThrottledEdits[str]] = {}
        self._resumed: set[int] = set()
        self.replies = ReplyAddresses(client)
        self._tasks: set[asyncio.Task[None]] = set()

    def progressed(self, generation: Generation, progress: Progress, /) -> None:
        """Show how far it is, now and then."""
        say = sentences.sentences(generation.locale)
        edits = self._edits.get(generation.told_as)
        if edits is None:
            edits = ThrottledEdits(partial(self._show, generation), pause=self._pause)
            self._edits[generation.told_as] = edits
        edits.show(self._line(generation, progress, say))

    def _line(self, generation: Generation, progress: Progress, say: Sentences) -> str:
        """How far a piece is; as long as it waits again after a restart, that comes first."""
        if generation.rival is not None:
            return say("battle.stage")  # how fast each of them is would tell who composes it
        line = piece_message.progress_line(progress, say)
        if generation.number not in self._resumed:
            return line
        if isinstance(progress, Queued):
            return f"{say('stage.requeued')}\n{line}"
        self._resumed.discard(generation.number)
        return line

    async def _show(self, generation: Generation, text: str) -> None:
        await self._mention(
            generation, piece_message.on_the_way(generation.told_as, text, sentences.sentences(generation.locale))
        )

    async def _mention(self, generation: Generation, content: Content) -> None:
        """Say what may as well go unsaid: what follows says more."""
        try:
            await self._messages.edit(self.replies.address(generation), content)
        except UNANSWERED as error:
            log.info("not shown", generation=generation.number, error=repr(error))

    async def deliver(self, generation: Generation, piece: FinishedPiece, /, *, again: bool) -> Delivery:
        """Make the reply the result; else post it, in the channel or as a direct message; else keep it."""
        await self._hush(generation.told_as)
        log.debug("delivering", generation=generation.number, again=again)
        message = await self._send(generation, piece)
        address = self.replies.address(generation)
        self.replies.forget(generation.request_id)
        if message is None:
            return Kept("unreachable")
        if piece.rival is None and lacks_seeds(message):
            self._in_background(self._seeds.put(address, message, generation.guild_id))
        return Posted(message.channel.id, message.id, hidden=message.flags.ephemeral)

    def found(self, post: Post, /) -> None:
        """Have its reactions read back, when it is the client's turn."""
        self._client.dispatch("piece_found", post)

    async def _send(self, generation: Generation, piece: FinishedPiece) -> discord.Message | None:
        reply = self.replies.expected(generation.request_id)
        most = reply.most_bytes if reply else self._limit_of(generation.guild_id)
        if piece.rival is not None:
            numbers, bring = (generation.number, generation.rival or 0), partial(self._bring_battle, generation)
            return await attachment_size.send_pair(numbers, piece, most, self._encoder, bring)
        return await attachment_size.send(
            generation.number, piece, most, self._encoder, partial(self._bring, generation)
        )

    async def _bring(self, generation: Generation, piece: FinishedPiece) -> discord.Message | None:
        say = sentences.sentences(generation.locale)
        address = self.replies.address(generation)
        votes, family = self._votes_by_button(generation), await self._family.line(generation, say)
        buttons = await self._menu.below(generation.number, generation.guild_id, votes=votes)
        content = partial(piece_message.result, generation, piece, say, buttons=buttons, family=family)
        self.replies.land(address.message_id, generation.number)
        # A reply that its reader alone sees vanishes from her client; a direct message stays.
        message = await self._messages.edit(address, content(fleeting=generation.private))
        message = message or await self._messages.post(address, content())
        self.replies.land(message.id if message is not None else None, generation.number)
        return message

    async def _bring_battle(self, first: Generation, piece: FinishedPiece) -> discord.Message | None:
        address = self.replies.address(first)
        ends = discord.utils.utcnow() + LASTS
        content = partial(battle_message.blind, first, piece, sentences.sentences(first.locale), ends=ends)
        return await self._messages.edit(address, content()) or await self._messages.post(address, content())

    async def repeat(
        self,
        interaction: discord.Interaction[Any],
        message_id: int | None,
        generation: Generation,
        piece: FinishedPiece,
        *,
        note: str | None = None,
    ) -> discord.Message:
        """Answer an interaction with a piece that was delivered before.

        Args:
            interaction: Acknowledged.
            message_id: Message that the answer becomes, if it is known.
            generation: Delivered, or kept.
            piece: Its files.
            note: Sentence to be said beside it.

        Raises:
            RefusalError: If the interaction can no longer be answered.
        """
        say = sentences.sentences(interaction.locale)
        votes = generation.private or not self._seeds.serve(interaction.guild_id, interaction.channel_id or 0)
        address = answer_to(interaction, message_id, generation)
        family = await self._family.line(generation, say, children=True)
        buttons = await self._menu.below(generation.number, interaction.guild_id, votes=votes)
        self.replies.land(message_id, generation.number)

        told = partial(piece_message.result, fleeting=generation.private, note=note, family=family)

        async def bring(fitted: FinishedPiece) -> discord.Message | None:
            return await self._messages.edit(address, told(generation, fitted, say, buttons=buttons, repeated=True))

        message = await attachment_size.send(generation.number, piece, interaction.filesize_limit, self._encoder, bring)
        if message is None:
            raise RefusalError("trouble.expired")
        if not votes:
            self._in_background(self._seeds.put(address, message, interaction.guild_id))
        return message

    def seed_again(self, post: Post, message: discord.Message) -> None:
        """Seed the reactions under a message that lacks some of ours and needs them, in the background."""
        if lacks_seeds(message):
            address = Address(number=post.number, user_id=0, channel_id=post.channel_id, message_id=post.message_id)
            self._in_background(self._seeds.put(address, message, post.guild_id))

    async def failed(self, generation: Generation, /) -> None:
        """Say so, with the reference and a way to try again; of what the bot began by itself, the log tells."""
        say = sentences.sentences(generation.locale)
        if generation.rival is not None:
            if generation.user_id is not None:
                text = say("battle.failed", reference=generation.reference or "")
                await self._last_word(generation, Content(text))
            return
        known = f"failure.{generation.error}"
        text = say(known if known in say else "stage.failed", reference=generation.reference or "")
        await self._last_word(generation, Content(text, view=row(say, [Spec("retry", str(generation.number))])))

    async def cancelled(self, generation: Generation, /) -> None:
        """Say so, where the message can be reached.

        Raises:
            Exception: If Discord cannot be reached now.
        """
        say = sentences.sentences(generation.locale)
        await self._hush(generation.told_as)
        try:
            await self._messages.edit(self.replies.address(generation), Content(say("stage.cancelled")))
        except UNANSWERED as error:
            if is_passing(error):
                raise
            log.info("not shown", generation=generation.number, error=repr(error))
        self.replies.forget(generation.request_id)

    async def ready(self, generation: Generation, /) -> None:
        """Mention whoever asked for it, with a link to it: nobody is notified of the edit that brought it.

        Raises:
            discord.HTTPException: If Discord is away for now.
        """
        if generation.user_id is None:
            return
        say = sentences.sentences(generation.locale)
        place = f"{generation.guild_id or '@me'}/{generation.channel_id}/{generation.message_id}"
        link = f"https://discord.com/channels/{place}"
        person = piece_message.person(generation.user_id, say)
        text = say("stage.ready", person=person, number=generation.number, link=link)
        try:
            message = await self._messages.call(self.replies.address(generation), text)
        except UNANSWERED as error:
            if isinstance(error, discord.HTTPException) and is_passing(error):
                raise
            log.info("not told that it is ready", generation=generation.number, error=repr(error))
            return
        call = Post(
            message_id=message.id,
            number=generation.number,
            channel_id=message.channel.id,
            guild_id=generation.guild_id,
            posted_at=message.created_at,
        )
        self._client.dispatch("called", call)

    def resumed(self, generation: Generation, /) -> None:
        """Say with its place in the queue that it is back there: two edits at once would be one too many."""
        self._resumed.add(generation.told_as)

    async def _last_word(self, generation: Generation, content: Content) -> None:
        await self._hush(generation.told_as)
        address = self.replies.address(generation)
        await self._messages.edit(address, content) or await self._messages.post(address, content)
        self.replies.forget(generation.request_id)

    async def _hush(self, number: int) -> None:
        self._resumed.discard(number)
        edits = self._edits.pop(number, None)
        if edits is not None:
            await edits.close()

    def _votes_by_button(self, generation: Generation) -> bool:
        return generation.private or not self._seeds.serve(generation.guild_id, generation.channel_id)

    def _limit_of(self, guild_id: int | None) -> int:
        guild = self._client.get_guild(guild_id) if guild_id is not None else None
        return guild.filesize_limit if guild is not None else SMALLEST_LIMIT

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Tell no more of how far pieces are, and let what was begun beside the deliveries end, for a moment."""
        try:
            # A request that Discord makes wait must not keep the bot from stopping.
            async with asyncio.timeout(_GRACE):
                for number in list(self._edits):
                    await self._hush(number)
                if self._tasks:
                    await asyncio.wait(self._tasks)
        except TimeoutError:
            log.info("left untold", tasks=len(self._tasks))
