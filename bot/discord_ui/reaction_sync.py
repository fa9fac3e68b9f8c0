"""Reactions that were given while nobody listened, read back at the pace that Discord likes."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import structlog

from bot.discord_ui.network import UNANSWERED, is_passing
from bot.discord_ui.reactions import REACTIONS, value_of
from bot.storage.dialects.persistence import persist

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Post
    from bot.storage.ratings import Heard

log = structlog.stdlib.get_logger(__name__)

FAR_BACK = timedelta(days=30)
"""How old a message may be whose reactions are read back."""

_PAUSE = 1.0
"""Seconds between two messages."""

_TRIES = 5
_AFTER_LOST = 15.0
"""How often a message is asked for to which no answer came, and the seconds before each further time."""


class ReactionSync:
    """Makes the ratings what the reactions are."""

    def __init__(self, client: Cadenza, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """`pause` waits for some seconds."""
        self._client = client
        self._pause = pause
        self._due: dict[int, tuple[Post, int]] = {}
        """By message, in the order of reading: what is to be read, and how often that may yet be tried."""
        self._reading = False
        self._heard: dict[int, set[Heard]] = {}
        """By message that is being read: the reactions of which Discord told meanwhile."""

    def hear(self, message_id: int, value: int | None = None, user_id: int | None = None) -> None:
        """Note a change of which Discord tells by itself: what is being read may be older, or newer.

        Args:
            message_id: Message that bears the reactions.
            value: Value of the reaction; None is all.
            user_id: Whose it is; None is everybody's.
        """
        if message_id in self._heard:
            self._heard[message_id].add((value, user_id))

    @contextmanager
    def _listening(self, message_id: int) -> Iterator[set[Heard]]:
        heard = self._heard[message_id] = set()
        try:
            yield heard
        finally:
            del self._heard[message_id]

    async def run(self, posts: Sequence[Post] | None = None) -> None:
        """Read the reactions of these messages, or of all pieces of the last days, newest first.

        One call reads at a time: what others ask for meanwhile joins its queue, and they return at once.
        """
        if posts is None:
            kept, since = self._client.app.store.posts, discord.utils.utcnow() - FAR_BACK
            posts = await persist(lambda: kept.since(since), "reading reactions back")
        for post in sorted(posts, key=lambda post: post.posted_at, reverse=True):
            self._due.setdefault(post.message_id, (post, _TRIES))
        if not self._reading:
            self._reading = True
            try:
                await self._read_due()
            finally:
                self._reading = False

    async def read_again(self, message_id: int) -> None:
        """Read the reactions of one message, of which something could not be noted, as soon as the database is there.

        A message that bears no piece, or none that is noted yet, is left alone.
        """
        posts = self._client.app.store.posts
        post = await persist(lambda: posts.bearing(message_id), "reading reactions again")
        if post is not None:
            await self.run([post])

    async def _read_due(self) -> None:
        count = 0
        while self._due:
            message_id = next(iter(self._due))
            post, tries = self._due.pop(message_id)
            if tries < _TRIES:
                await self._pause(_AFTER_LOST)
            elif count:
                await self._pause(_PAUSE)
            count += 1
            if not await self._try(post) and tries > 1:
                self._due.setdefault(message_id, (post, tries - 1))
        log.info("reactions read back", messages=count)

    async def _try(self, post: Post) -> bool:
        """Read one message; False where another try may be answered."""
        try:
            # What Discord said is old once the database is back: it is asked again.
            await persist(lambda: self._read(post), "noting reactions that were read back")
        except discord.NotFound:
            await persist(lambda: self._client.app.store.posts.gone(post.message_id), "noting that a message is gone")
        except UNANSWERED as error:
            log.info("reactions not read", generation=post.number, error=repr(error))
            return not is_passing(error)
        return True

    async def _read(self, post: Post) -> None:
        channel = self._client.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        with self._listening(post.message_id) as heard:
            message = await channel.fetch_message(post.message_id)
            votes: dict[int, set[int]] = {value: set() for value in REACTIONS.values()}
            for reaction in message.reactions:
                value = value_of(str(reaction.emoji)) if isinstance(reaction.emoji, str) else None
                if value is not None and reaction.count > int(reaction.me):
                    votes[value] |= await _people(reaction)
            # Nobody waits for Discord's answers: what it told meanwhile is left as it was told.
            async with self._client.in_order:
                await self._client.app.store.ratings.reconcile(post.message_id, votes, left=heard)
        self._client.courier.seed_again(post, message)


async def _people(reaction: discord.Reaction) -> set[int]:
    """Who gave a reaction, bots left out. Discord lists those who gave it as a super reaction apart."""
    kinds = [discord.ReactionType.normal, *([discord.ReactionType.burst] if reaction.burst_count else [])]
    return {person.id for kind in kinds async for person in reaction.users(type=kind) if not person.bot}
