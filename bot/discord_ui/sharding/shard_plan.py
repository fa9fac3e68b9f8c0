"""How many connections Discord wants, and which of them are this process's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
import structlog

from bot.domain.shards import ShardShare, parse_share
from bot.errors import TemporaryTrouble

if TYPE_CHECKING:
    from bot.settings import Settings

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """What is to be connected.

    Attributes:
        share: Shards of this process.
        at_once: Sessions that may begin at the same time, by Discord's `max_concurrency`.
    """

    share: ShardShare
    at_once: int


async def plan_shards(settings: Settings) -> ShardPlan:
    """Ask Discord how many shards there should be; the settings may say which are this process's.

    Raises:
        discord.LoginFailure: Discord does not know the token.
        TemporaryTrouble: Discord lets no more sessions begin today.
        Exception: One of which `network.is_passing` is true, where Discord is away.
    """
    async with discord.Client(intents=discord.Intents(guilds=True), proxy=settings.discord_proxy) as asking:
        await asking.login(settings.token)
        recommended, _, limit = await asking.http.get_bot_gateway()
    wanted = parse_share(settings.shards) if settings.shards is not None else None
    share = wanted or ShardShare(tuple(range(recommended)), recommended)
    if limit["remaining"] < len(share.ids):
        hours = limit["reset_after"] / 3_600_000
        raise TemporaryTrouble(
            f"Discord lets this bot begin {limit['remaining']} more sessions today, and it needs {len(share.ids)};"
            f" more are allowed in {hours:.1f} hours"
        )
    if share.count < recommended:
        log.warning("fewer shards than Discord recommends", shards=share.count, recommended=recommended)
    log.info("shards", mine=str(share), at_once=limit["max_concurrency"], sessions_left=limit["remaining"])
    return ShardPlan(share, limit["max_concurrency"])
