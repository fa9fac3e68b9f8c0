"""Begins the battle of the day where a server wants one, and stops where nobody hears it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import structlog

from bot import clock as clocks
from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.permissions import reachable_guild
from bot.discord_ui.texts import sentences
from bot.errors import Refusal, report

if TYPE_CHECKING:
    from bot.app import App
    from bot.clock import Clock
    from bot.discord_ui.battles.battle_board import BattleBoard

log = structlog.stdlib.get_logger(__name__)

HOUR = 15
"""Hour of the day, in UTC, from which its battle may begin."""

_EVERY = 30.0
"""Seconds between two looks."""


class DailyBattles:
    """Looks after them; which day had its battle stands in the database, so that no restart brings a second."""

    def __init__(self, client: discord.Client, app: App, *, clock: Clock = clocks.now) -> None:
        """Begin none yet."""
        self._client = client
        self._app = app
        self._clock = clock

    async def look(self) -> None:
        """Begin what is due."""
        now = self._clock()
        if now.hour < HOUR:
            return
        day = now.date().isoformat()
        for guild_id, channel_id in await self._app.store.battles.wanted_daily(day):
            guild = reachable_guild(self._client, guild_id)
            if guild is None:
                continue
            try:
                await self._begin(guild, channel_id, day)
            except Refusal as refusal:
                log.info("no daily battle now", guild=guild_id, reason=type(refusal).__name__)
            except Exception as error:  # noqa: BLE001 - the other servers have theirs, and it is tried again
                report(error, "no daily battle", guild=guild_id)

    async def _begin(self, guild: discord.Guild, channel_id: int, day: str) -> None:
        if self._app.store.blocklist.has(0, guild.id):
            return
        channel = guild.get_channel_or_thread(channel_id)
        if channel is None or not _may_post(channel, guild):
            await self._stop(guild, channel_id, "battle.daily_gone", guild.system_channel)
        elif await self._app.store.battles.goes_unheard(guild.id):
            await self._stop(guild, channel_id, "battle.daily_unheard", channel)
        else:
            locale = str(guild.preferred_locale)
            await self._app.battles.accept_daily(guild.id, channel_id, day, locale=locale)

    async def _stop(self, guild: discord.Guild, channel_id: int, key: str, place: object) -> None:
        """Begin no more, and say so: there, else to the owner of the server."""
        if not await self._app.store.battles.stop_daily(guild.id, channel_id=channel_id):
            return
        log.info("daily battles stopped", guild=guild.id, reason=key)
        text = sentences.sentences(guild.preferred_locale)(key)
        if isinstance(place, discord.abc.Messageable) and await _is_said(place, text):
            return
        if guild.owner_id is not None:
            try:
                owner = await self._client.create_dm(discord.Object(guild.owner_id))
            except UNANSWERED as error:
                log.info("not told", guild=guild.id, error=repr(error))
                return
            await _is_said(owner, text)


async def keep_looking(board: BattleBoard, daily: DailyBattles) -> None:
    """End battles and begin those of the day, now and again, until cancelled."""
    while True:
        for look in (board.look, daily.look):
            try:
                await look()
            except Exception as error:  # noqa: BLE001 - it is tried again
                report(error, "battles not looked after")
        await asyncio.sleep(_EVERY)


def _may_post(channel: discord.abc.GuildChannel | discord.Thread, guild: discord.Guild) -> bool:
    allowed = channel.permissions_for(guild.me)
    return isinstance(channel, discord.abc.Messageable) and (
        allowed.view_channel and allowed.send_messages and allowed.attach_files and allowed.embed_links
    )


async def _is_said(place: discord.abc.Messageable, text: str) -> bool:
    try:
        await place.send(text)
    except UNANSWERED as error:
        log.info("not said", error=repr(error))
        return False
    return True
