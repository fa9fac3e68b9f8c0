"""Posts the best of each server's week, and takes out of the message what was deleted since."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import structlog

from bot.discord_ui.buttons import Spec
from bot.discord_ui.delivery.own_messages import find_own
from bot.discord_ui.formatting import format_votes
from bot.discord_ui.gallery.managers import LOOK_BACK, Managers, fault_of
from bot.discord_ui.lists.list_message import ListRow, list_view
from bot.discord_ui.network import UNANSWERED, is_passing
from bot.discord_ui.permissions import TO_POST, reachable_guild
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title
from bot.domain.showing import ShowingState
from bot.errors import report

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.showing import WeeklyMessage

log = structlog.stdlib.get_logger(__name__)


class WeeklyKeeper:
    """Works off what is due in all servers that this process knows."""

    def __init__(self, client: Cadenza) -> None:
        """Post nothing yet."""
        self._client = client
        self._weeks = client.app.store.weekly
        self._managers = Managers(client, client.app.store.server_notices)
        self._one = asyncio.Lock()

    async def work_off(self) -> None:
        """Settle the weeks that are over, post what is due, and edit what is stale."""
        async with self._one:
            await self._weeks.settle()
            for week in await self._weeks.pending():
                guild = reachable_guild(self._client, week.guild_id)
                if guild is not None:
                    await self._attend(guild, week)

    async def _attend(self, guild: discord.Guild, week: WeeklyMessage) -> None:
        try:
            await (self._edit if week.state is ShowingState.STALE else self._post)(guild, week)
        except UNANSWERED as error:
            log.info("weekly message not reached", guild=guild.id, error=repr(error))
            if not is_passing(error):
                await self._weeks.gone(week.guild_id, week.due_at)
        except Exception as error:  # noqa: BLE001 - the other servers are attended to
            report(error, "week not posted", guild=guild.id)

    async def _post(self, guild: discord.Guild, week: WeeklyMessage) -> None:
        found = await self._find(guild, week) if week.state is ShowingState.POSTING else None
        if found is not None:
            # A piece may have been deleted since.
            await self._edit(guild, replace(week, channel_id=found.channel.id, message_id=found.id))
            return
        channel_id = (await self._client.app.store.preferences.server(guild.id)).weekly
        if channel_id is None or not week.picks:
            await self._weeks.gone(week.guild_id, week.due_at)
            return
        say = sentences.sentences(guild.preferred_locale)
        fault = fault_of(guild, channel_id, TO_POST, say)
        if fault is not None:
            await self._managers.tell(guild, "weekly", fault)
            return
        await self._managers.all_is_well(guild, "weekly")
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild.id)
        await self._weeks.claim(week.guild_id, week.due_at, channel_id)
        message = await channel.send(view=_view(week, say), nonce=f"weekly-{week.due_at.timestamp():.0f}")
        await self._weeks.told(week, message.channel.id, message.id)
        log.info("week posted", guild=guild.id)

    async def _find(self, guild: discord.Guild, week: WeeklyMessage) -> discord.Message | None:
        """The message that an earlier try may have posted, for its answer was lost or the bot ended.

        It is the list that nobody asked for, and no earlier week's. Its pieces do not tell: they may be erased by now.
        """
        known = await self._weeks.messages(guild.id)
        channel = self._client.get_partial_messageable(week.channel_id or 0, guild_id=guild.id)

        def is_it(message: discord.Message) -> bool:
            unasked = message.flags.components_v2 and message.interaction_metadata is None
            return unasked and message.id not in known

        return await find_own(self._client, channel, is_it, look_back=LOOK_BACK)

    async def _edit(self, guild: discord.Guild, week: WeeklyMessage) -> None:
        channel = self._client.get_partial_messageable(week.channel_id or 0, guild_id=guild.id)
        message = channel.get_partial_message(week.message_id or 0)
        try:
            if not week.picks:
                await message.delete()
            else:
                await message.edit(view=_view(week, sentences.sentences(guild.preferred_locale)))
        except discord.NotFound:
            log.info("weekly message was gone", guild=guild.id)
            await self._weeks.gone(week.guild_id, week.due_at)
            return
        if week.picks:
            await self._weeks.told(week, week.channel_id or 0, week.message_id or 0)
        else:
            await self._weeks.gone(week.guild_id, week.due_at)


def _view(week: WeeklyMessage, say: Sentences) -> discord.ui.LayoutView:
    rows = []
    for place, pick in enumerate(week.picks, 1):
        piece = pick.generation
        text = say(
            "top.row",
            place=place,
            number=piece.number,
            title=word_title(piece.title, say),
            model=f"{piece.options.model} v{piece.options.version}",
            votes=format_votes(pick.tally, say),
        )
        rows.append(ListRow(text, Spec("play", str(piece.number))))
    return list_view(say, say("weekly.title"), rows, note=say("weekly.how"))
