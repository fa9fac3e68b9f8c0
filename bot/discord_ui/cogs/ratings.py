"""What people think of pieces: by reaction, by button, by menu.

Only raw events count, so that messages from before a restart do too.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import Spec, number_of, row
from bot.discord_ui.cogs.piece_access import piece_for
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.reaction_sync import ReactionSync
from bot.discord_ui.reactions import REACTIONS, emoji_of, value_of
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title
from bot.discord_ui.texts.translator import said
from bot.domain.generation import GenerationState
from bot.storage.dialects.faults import is_passing
from bot.storage.ratings import BUTTON, MENU, VALUES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence

    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Generation, Post

log = structlog.stdlib.get_logger(__name__)


class RatingsCog(commands.Cog):
    """Reactions as they come and go, those that were missed, the vote buttons, and the menu.

    Attributes:
        reaction_sync: Reads reactions that were given while nobody listened.
    """

    def __init__(self, client: Cadenza) -> None:
        """Answer the buttons, and offer the menu."""
        self._client = client
        self._menu = app_commands.ContextMenu(
            name=said("command.rate.name"),
            callback=self.rate_message,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self.reaction_sync = ReactionSync(client)
        self._syncing: set[asyncio.Task[None]] = set()
        client.presses |= {"rate": self.rate, "unrate": self.unrate}

    async def cog_load(self) -> None:
        """Offer the menu."""
        self._client.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the menu away, and read no more reactions."""
        self._client.tree.remove_command(self._menu.name, type=self._menu.type)
        syncing = list(self._syncing)
        for task in syncing:
            task.cancel()
        await asyncio.gather(*syncing, return_exceptions=True)

    @commands.Cog.listener()
    async def on_reactions_missed(self) -> None:
        """Read the reactions of all pieces of the last days: Discord forgot the bot for a while."""
        self._sync_beside()

    @commands.Cog.listener()
    async def on_piece_found(self, post: Post) -> None:
        """Read the reactions that a piece got between its arrival and the note of it."""
        self._sync_beside([post])

    def _sync_beside(self, posts: Sequence[Post] | None = None) -> None:
        """Read reactions in a task of its own: it may take minutes."""
        self._beside(self.reaction_sync.run(posts))

    def _beside(self, reading: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(reading)
        self._syncing.add(task)
        task.add_done_callback(self._syncing.discard)

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Count a vote, unless a bot gave it."""
        value = _value(payload.emoji)
        by_bot = payload.member is not None and payload.member.bot
        if value is None or by_bot or payload.user_id == self._own_id:
            return
        self.reaction_sync.hear(payload.message_id, value, payload.user_id)
        async with self._noting(payload.message_id):
            number = await self._number(payload.message_id)
            if number is not None:
                await self._client.app.store.ratings.vote(
                    number, payload.user_id, value, source="reaction", message_id=payload.message_id
                )

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Take a vote back; what the person said before counts again."""
        value = _value(payload.emoji)
        if value is None or payload.user_id == self._own_id:
            return
        self.reaction_sync.hear(payload.message_id, value, payload.user_id)
        async with self._noting(payload.message_id):
            number = await self._number(payload.message_id)
            if number is not None:
                await self._client.app.store.ratings.withdraw(
                    number, payload.user_id, value, source="reaction", message_id=payload.message_id
                )

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        """Forget the votes of a message whose reactions a moderator cleared."""
        self.reaction_sync.hear(payload.message_id)
        async with self._noting(payload.message_id):
            await self._client.app.store.ratings.clear(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, payload: discord.RawReactionClearEmojiEvent) -> None:
        """Forget the votes of one kind."""
        value = _value(payload.emoji)
        if value is not None:
            self.reaction_sync.hear(payload.message_id, value)
            async with self._noting(payload.message_id):
                await self._client.app.store.ratings.clear(payload.message_id, value)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Note that a piece's message is gone; its ratings stand."""
        await self._gone(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Note that messages are gone."""
        for message_id in payload.message_ids:
            await self._gone(message_id)

    async def rate_message(self, interaction: discord.Interaction[Cadenza], message: discord.Message) -> None:
        """Ask what the person thinks of the piece in a message."""
        generation = await self._generation(message.id)
        if generation is None or generation.state is GenerationState.DELETED:
            raise RefusalError("refusal.bots")
        await piece_for(interaction, generation.number)
        say = sentences.sentences(interaction.locale)
        specs = [Spec("rate", f"{generation.number}:{value}:{MENU}", label=emoji) for emoji, value in REACTIONS.items()]
        prompt = say("rate.prompt", number=generation.number, title=word_title(generation.title, say))
        await interaction.response.send_message(prompt, view=row(say, specs), ephemeral=True)

    async def rate(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Note what a button says, below a piece or from the menu; the same one again says the same.

        So whoever saw no answer may press again. Another button, below the answer, takes the vote back.
        """
        number, _, choice = argument.partition(":")
        value, _, source = choice.partition(":")
        said = -1 if value == "-1" else number_of(value)
        if said not in VALUES:
            raise RefusalError("trouble.expired")
        generation = await piece_for(interaction, number_of(number))
        by = MENU if source == MENU else BUTTON
        vote = self._client.app.store.ratings.vote(generation.number, interaction.user.id, said, source=by)
        await in_time(interaction, self._in_order(vote))
        say = sentences.sentences(interaction.locale)
        await answer(
            interaction, _noted(interaction, generation, said), view=row(say, [Spec("unrate", str(generation.number))])
        )

    async def unrate(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Take back what a button or the menu said."""
        number = number_of(argument)
        await interaction.response.defer()
        await self._in_order(self._client.app.store.ratings.unpress(number, interaction.user.id))
        say = sentences.sentences(interaction.locale)
        await interaction.edit_original_response(content=say("rate.withdrawn", number=number), view=None)

    @asynccontextmanager
    async def _noting(self, message_id: int) -> AsyncIterator[None]:
        """Note something that happened to a message, in its order; later, should the database be away."""
        async with self._client.in_order:
            try:
                yield
            except Exception as error:
                if not is_passing(error):
                    raise
                log.warning("reactions to be read again", message=message_id, error=str(getattr(error, "orig", error)))
                self._beside(self.reaction_sync.read_again(message_id))

    async def _in_order(self, change: Awaitable[None]) -> None:
        async with self._client.in_order:
            await change

    async def _number(self, message_id: int) -> int | None:
        """Number of the piece in a message, even while its delivery is not noted yet."""
        generation = await self._generation(message_id)
        return generation.number if generation is not None else self._client.courier.replies.landing(message_id)

    async def _gone(self, message_id: int) -> None:
        # Most messages that people delete are none of ours, and reading is cheaper than writing.
        async with self._noting(message_id):
            if await self._generation(message_id) is not None:
                await self._client.app.store.posts.gone(message_id)

    async def _generation(self, message_id: int) -> Generation | None:
        return await self._client.app.store.generations.by_message(message_id)

    @property
    def _own_id(self) -> int:
        return self._client.user.id if self._client.user is not None else 0


def _noted(interaction: discord.Interaction[Cadenza], generation: Generation, value: int) -> str:
    say = sentences.sentences(interaction.locale)
    thanks = say("rate.thanks", number=generation.number, value=emoji_of(value))
    own = generation.user_id == interaction.user.id
    return f"{thanks} {say('caption.own_vote')}" if own else thanks


def _value(emoji: discord.PartialEmoji) -> int | None:
    return value_of(emoji.name or "") if emoji.id is None else None
