"""Posts pieces in the galleries of their servers, and keeps what stands there true."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import structlog
from discord.utils import MISSING

from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.delivery import attachment_size, piece_message
from bot.discord_ui.delivery.family import Family
from bot.discord_ui.delivery.own_messages import custom_ids, find_own
from bot.discord_ui.gallery.managers import LOOK_BACK, Managers, fault_of
from bot.discord_ui.network import UNANSWERED, is_passing
from bot.discord_ui.permissions import TO_POST_FILES, reachable_guild
from bot.discord_ui.reactions import UP
from bot.discord_ui.texts import sentences
from bot.domain.generation import Post
from bot.domain.showing import ShowingState
from bot.errors import Refusal, report
from composer.errors import ComposerError

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.generation import FinishedPiece
    from bot.domain.showing import GalleryPost, LeftBehind

log = structlog.stdlib.get_logger(__name__)


class GalleryKeeper:
    """Works off what is due in all servers that this process knows."""

    def __init__(self, client: Cadenza) -> None:
        """Post nothing yet."""
        self._client = client
        self._app = client.app
        self._gallery = client.app.store.gallery
        self._family = Family(client.app.store.generations, client.app.store.relatives)
        self._managers = Managers(client, client.app.store.server_notices)
        self._one = asyncio.Lock()

    async def work_off(self) -> None:
        """Post what is due and edit what is stale; what cannot be done now is left for the next time."""
        async with self._one:
            for left in await self._gallery.left_behind():
                await self._clear(left)
            for post in await self._gallery.pending():
                guild = reachable_guild(self._client, post.generation.guild_id)
                if guild is not None:
                    await self._attend(guild, post)

    async def _clear(self, left: LeftBehind) -> None:
        """Take away what an earlier run posted, and did not note before the piece was erased."""
        guild = reachable_guild(self._client, left.guild_id)
        if guild is None:
            return
        try:
            message = await self._find(guild, left.channel_id, left.number)
            if message is not None:
                await message.delete()
        except UNANSWERED as error:
            log.info("gallery not cleared", generation=left.number, error=repr(error))
            if is_passing(error):
                return
        await self._gallery.cleared(left)

    async def _attend(self, guild: discord.Guild, post: GalleryPost) -> None:
        number = post.generation.number
        try:
            await (self._edit if post.state is ShowingState.STALE else self._post)(guild, post)
        except UNANSWERED as error:
            log.info("gallery not reached", generation=number, error=repr(error))
            if not is_passing(error):
                await self._gallery.drop(number)
                await self._gallery.told(number, post.votes)
        except (ComposerError, Refusal) as error:
            log.warning("not rendered for the gallery", generation=number, error=repr(error))
            await self._gallery.drop(number)
        except Exception as error:  # noqa: BLE001 - the other pieces are attended to
            report(error, "not shown in the gallery", generation=number)
            await self._gallery.drop(number)

    async def _post(self, guild: discord.Guild, post: GalleryPost) -> None:
        number = post.generation.number
        if post.state is ShowingState.POSTING and post.channel_id is not None:
            found = await self._find(guild, post.channel_id, number)
            if found is not None:
                await self._note(found, guild, number, -1)  # it may tell another number of votes
                return
        settings = await self._app.store.preferences.server(guild.id)
        channel_id = settings.gallery
        lost_votes = post.state is ShowingState.DUE and post.votes < settings.gallery_votes
        if channel_id is None or lost_votes or post.generation.private:
            await self._gallery.drop(number)
            return
        say = sentences.sentences(guild.preferred_locale)
        fault = fault_of(guild, channel_id, TO_POST_FILES, say)
        if fault is not None:
            await self._managers.tell(guild, "gallery", fault)
            return
        await self._managers.all_is_well(guild, "gallery")
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild.id)
        await self._gallery.claim(number, channel_id)
        await self._note(await self._send(channel, guild, post, say), guild, number, post.votes)

    async def _note(self, message: discord.Message, guild: discord.Guild, number: int, votes: int) -> None:
        where = Post(
            message_id=message.id,
            number=number,
            channel_id=message.channel.id,
            guild_id=guild.id,
            posted_at=message.created_at,
        )
        if await self._gallery.posted(where, votes):
            log.info("in the gallery", generation=number)
        else:
            await self._client.remover.remove_due()

    async def _send(
        self, channel: discord.PartialMessageable, guild: discord.Guild, post: GalleryPost, say: Sentences
    ) -> discord.Message:
        generation = post.generation
        with self._app.side_work.place(guild.id, None, is_due=True) as place:
            piece = await self._app.orders.piece(generation.number, place)
        buttons = await self._buttons(guild, post)
        note = say("gallery.from", channel=f"<#{generation.channel_id}>")
        family = await self._family.line(generation, say)

        async def bring(fitted: FinishedPiece) -> discord.Message:
            content = piece_message.result(
                generation, fitted, say, buttons=buttons, repeated=True, note=note, family=family
            )
            return await channel.send(
                content.text,
                embed=content.embed or MISSING,
                files=content.uploads(),
                view=content.view or MISSING,
                nonce=f"gallery-{generation.number}",
            )

        sent = await attachment_size.send(generation.number, piece, guild.filesize_limit, self._app.orders, bring)
        assert sent is not None
        return sent

    async def _buttons(self, guild: discord.Guild, post: GalleryPost) -> list[Spec]:
        """The votes on a button of their own, by which people vote as well, above those of every piece."""
        number = post.generation.number
        below = await self._client.menu.below(number, guild.id, votes=False)
        votes = Spec("rate", _mark(number), label=f"{UP} {post.votes}", line=0)
        return [votes, *(replace(spec, line=(spec.line or 0) + 1) for spec in below)]

    async def _find(self, guild: discord.Guild, channel_id: int, number: int) -> discord.Message | None:
        """The message of a piece that an earlier try may have posted, for its answer was lost or the bot ended."""
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild.id)
        wanted = f"cadenza:rate:{_mark(number)}"
        return await find_own(self._client, channel, lambda message: wanted in custom_ids(message), look_back=LOOK_BACK)

    async def _edit(self, guild: discord.Guild, post: GalleryPost) -> None:
        number, message_id = post.generation.number, post.message_id or 0
        channel = self._client.get_partial_messageable(post.channel_id or 0, guild_id=guild.id)
        view = row(sentences.sentences(guild.preferred_locale), await self._buttons(guild, post))
        try:
            await channel.get_partial_message(message_id).edit(view=view)
        except discord.NotFound:
            await self._app.store.posts.gone(message_id)
            return
        await self._gallery.told(number, post.votes)


def _mark(number: int) -> str:
    """Argument of the button that no other message of the piece has."""
    return f"{number}:1:gallery"
