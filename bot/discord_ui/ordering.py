"""From an interaction to an accepted piece: check, accept, acknowledge."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.discord_ui.channel_rule import check_channel
from bot.discord_ui.delivery.answering import SOON
from bot.discord_ui.delivery.promises import HIDDEN
from bot.discord_ui.delivery.reply_addresses import Reply
from bot.discord_ui.error_replies import OPEN
from bot.discord_ui.permissions import is_hidden, may_compose, missing_to_post
from bot.discord_ui.refusal_texts import UNKNOWN_INTERACTION, RefusalError, lacking
from bot.domain.generation import Post
from bot.domain.order import Order

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Generation
    from composer.music.given import Theme
    from composer.options import Wishes

log = structlog.stdlib.get_logger(__name__)


def order(
    interaction: discord.Interaction[Cadenza],
    *,
    private: bool,
    wishes: Wishes,
    another_of: int | None = None,
    theme: Theme | None = None,
    parent: int | None = None,
) -> Order:
    """The order that an interaction makes."""
    return Order(
        request_id=interaction.id,
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id or 0,
        locale=str(interaction.locale),
        private=private,
        wishes=wishes,
        reply_token=interaction.token,
        another_of=another_of,
        theme=theme,
        parent=parent,
    )


async def check_may_compose(interaction: discord.Interaction[Cadenza]) -> None:
    """Let those through who may have something composed here, by a command, a button or a form.

    Raises:
        RefusalError: This server names a role for it, and the person lacks it.
    """
    settings = await interaction.client.app.store.preferences.server(interaction.guild_id)
    if not may_compose(interaction, settings):
        raise RefusalError("refusal.role", role=f"<@&{settings.role_id}>")


async def acknowledge(
    interaction: discord.Interaction[Cadenza], *, private: bool, number: int | None = None
) -> int | None:
    """Promise an answer that bears a piece, once it is clear that it can be given.

    Args:
        interaction: Interaction that was not answered yet.
        private: Whether only the person is to see it.
        number: Number of the piece, if there is one already.

    Returns:
        The id of the message that the answer becomes, where Discord tells it.

    Raises:
        RefusalError: If the bot lacks a permission to post a piece here, or the server wants none here.
    """
    await _check_place(interaction, private=private)
    return await interaction.client.promises.make(interaction, private=private, number=number)


async def _check_place(interaction: discord.Interaction[Cadenza], *, private: bool) -> None:
    """Refuse where the bot may not post, by Discord's rules or the server's; what one person alone sees is no post."""
    if private:
        return
    missing = missing_to_post(interaction)
    if missing is not None:
        raise lacking(missing)
    await check_channel(interaction)


class _Promise:
    """The acknowledgement of an order, given once: when the order is committed, or when that takes too long."""

    def __init__(self, interaction: discord.Interaction[Cadenza], *, private: bool) -> None:
        """Not given yet, unless the interaction was acknowledged before the order was made."""
        self._interaction = interaction
        self._private = private
        self._once = asyncio.Lock()
        self._given = False
        self.message_id: int | None = None

    async def give(self) -> None:
        """Acknowledge, unless that was done."""
        async with self._once:
            if self._given:
                return
            self._given = True
            interaction = self._interaction
            try:
                if not interaction.response.is_done():
                    self.message_id = await acknowledge(interaction, private=self._private)
            except discord.HTTPException as error:
                if error.code != UNKNOWN_INTERACTION:
                    raise
                # Too late: the result is posted by the bot's own token.
                log.warning("not acknowledged in time", interaction=interaction.id)
            interaction.client.courier.replies.expect(
                interaction.id, Reply(self.message_id, interaction.filesize_limit)
            )


async def ask(
    interaction: discord.Interaction[Cadenza],
    wanted: Order,
    *,
    promised: int | None = None,
    accept: Callable[..., Coroutine[Any, Any, Generation]] | None = None,
) -> Generation:
    """Accept, then acknowledge; from then on the scheduler's audience tells how it goes.

    Args:
        interaction: Interaction that asks.
        wanted: The order.
        promised: The message that the answer becomes, where the interaction was acknowledged before the order was made.
        accept: Function that accepts it instead of the order service, with the same words; None is that service.

    Whoever reads that an answer will come must get one, even if the bot dies the moment after: so the order is
    committed first. So most refusals need not take a public promise back.

    Raises:
        RefusalError: If the person may not, or the bot lacks a permission to post here, or the server wants none here.
        Refusal: As the order service does.
    """
    client, private = interaction.client, bool(wanted.private)
    await check_may_compose(interaction)
    await _check_place(interaction, private=private)
    promise = _Promise(interaction, private=private)
    promise.message_id = promised
    accepting = asyncio.create_task((accept or client.app.orders.accept)(wanted, committed=promise.give))
    generation = await _accepted(interaction, accepting, promise)
    client.promises.end(interaction.id)
    interaction.extras[OPEN] = False
    if promise.message_id is not None:
        hidden = not private and interaction.extras.get(HIDDEN, False)
        await _note_reply(client, generation, promise.message_id, hidden=hidden)
    return generation


async def _accepted(
    interaction: discord.Interaction[Cadenza], accepting: asyncio.Task[Generation], promise: _Promise
) -> Generation:
    """The piece, once it is accepted; where that takes long, an answer is promised meanwhile."""
    await asyncio.wait({accepting}, timeout=SOON)
    if not accepting.done():
        await promise.give()
    try:
        return await accepting
    except BaseException:
        interaction.client.courier.replies.forget(interaction.id)
        raise


async def _note_reply(client: Cadenza, generation: Generation, message_id: int, *, hidden: bool) -> None:
    where = Post(
        message_id=message_id,
        number=generation.number,
        channel_id=generation.channel_id,
        guild_id=generation.guild_id,
        posted_at=discord.utils.snowflake_time(message_id),
    )
    if not await client.app.store.generations.reply_is(where, hidden=hidden):
        await client.remover.remove_due()


async def wants_privacy(interaction: discord.Interaction[Cadenza], given: bool | None) -> bool:  # noqa: FBT001 - the option's value
    """Whether the answer is for that person alone: as Discord has it, as was said, else as her defaults say."""
    if is_hidden(interaction):
        return True
    if given is not None:
        return given
    defaults = await interaction.client.app.store.preferences.defaults(interaction.user.id)
    return bool(defaults.private)
