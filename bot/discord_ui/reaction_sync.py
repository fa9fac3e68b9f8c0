"""Reactions that were given while nobody listened, read back at the pace that Discord likes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import structlog

from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.reactions import REACTIONS, value_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Post

log = structlog.stdlib.get_logger(__name__)

FAR_BACK = timedelta(days=30)
"""How old a message may be whose reactions are read back."""

_PAUSE = 1.0
"""Seconds between two messages."""


class ReactionSync:
    """Makes the ratings what the reactions are."""

    def __init__(self, client: Cadenza, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """`pause` waits for some seconds."""
        self._client = client
        self._pause = pause

    async def run(self, posts: Sequence[Post] | None = None) -> None:
        """Read the reactions of these messages, or of all pieces of the last days, newest first."""
        if posts is None:
            posts = await self._client.app.store.generations.posts_since(discord.utils.utcnow() - FAR_BACK)
        for place, post in enumerate(sorted(posts, key=lambda post: post.posted_at, reverse=True)):
            if place:
                await self._pause(_PAUSE)
            await self._try(post)
        log.info("reactions read back", messages=len(posts))

    async def _try(self, post: Post) -> None:
        try:
            await self._read(post)
        except discord.NotFound:
            await self._client.app.store.generations.post_gone(post.message_id)
        except UNANSWERED as error:
            log.info("reactions not read", generation=post.number, error=repr(error))

    async def _read(self, post: Post) -> None:
        channel = self._client.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        # What happens meanwhile is counted after it: a vote that the answer does not hold yet must not be lost.
        async with self._client.in_order:
            message = await channel.fetch_message(post.message_id)
            votes: dict[int, set[int]] = {value: set() for value in REACTIONS.values()}
            for reaction in message.reactions:
                value = value_of(str(reaction.emoji)) if isinstance(reaction.emoji, str) else None
                if value is not None and reaction.count > int(reaction.me):
                    votes[value] |= {person.id async for person in reaction.users() if not person.bot}
            await self._client.app.store.ratings.reconcile(post.message_id, votes)
        self._client.courier.seed_again(post, message)
