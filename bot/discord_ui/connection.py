"""The bot's connection to Discord: opened, watched, and ended in time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import discord
import structlog

from bot.discord_ui import api_address, network
from bot.discord_ui.client import Cadenza
from bot.discord_ui.sharding.shard_plan import plan_shards
from bot.discord_ui.sharding.sharded_client import ShardedCadenza
from bot.errors import SettingsError, TemporaryTrouble, report
from bot.storage.sharing.holding import keep_share

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from bot.app import App
    from bot.discord_ui.sharding.shard_plan import ShardPlan

T = TypeVar("T")

log = structlog.stdlib.get_logger(__name__)

_END_WITHIN = {"work": 6.0, "messages": 2.5, "connection": 1.0}
"""Seconds that each step of ending may take; together less than the 10 that are promised."""

_REFUSED_SHARDS = {
    4010: "Discord knows no such shard",
    4011: "the bot is on too many servers for so few shards; name more, or leave it to Discord and set nothing",
}
"""What codes of the gateway mean with which it refuses shards."""


async def run(app: App, stop: asyncio.Event, *, add_cogs: Callable[[Cadenza], Awaitable[None]]) -> None:
    """Run the bot until `stop` is set.

    Args:
        app: Parts that do not know Discord.
        stop: Ends the bot.
        add_cogs: Adds the commands.

    Raises:
        discord.LoginFailure: If Discord does not know the token.
        TemporaryTrouble: If Discord cannot be reached at the start, or lets no more sessions begin today.
        SettingsError: If Discord refuses the number of shards.
        ShardsTaken: If another bot has taken the shards of this one.
        Exception: Whatever kept the work from being taken up.
    """
    api_address.point(app.settings)
    network.shorten_pauses()
    plan = await _unless(stop, _planned(app))
    if plan is None:
        return
    async with _client(app, add_cogs, plan) as client:
        connection = asyncio.create_task(client.start(app.settings.token))
        holding = asyncio.create_task(keep_share(app.store.locks, app.health.failed))
        ends = [connection, holding, *(asyncio.create_task(event.wait()) for event in (stop, client.broken))]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        lost = connection.exception() if connection.done() else None
        ousted = holding.exception() if holding.done() else None
        await _end(app, client, ousted=ousted is not None)
        for task in ends:
            # The library sleeps for long between two tries to connect, and nothing but this wakes it.
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
        if ousted is not None:
            raise ousted
        if client.fault is not None:
            raise client.fault
        if lost is not None:
            raise _explained(lost, client) from lost


def _client(app: App, add_cogs: Callable[[Cadenza], Awaitable[None]], plan: ShardPlan) -> Cadenza:
    return Cadenza(app, add_cogs) if plan.share.count == 1 else ShardedCadenza(app, add_cogs, plan)


async def _planned(app: App) -> ShardPlan:
    try:
        return await plan_shards(app.settings)
    except Exception as error:
        if network.is_passing(error):
            raise _away(error) from error
        raise


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What work comes to; None if the bot is to end before."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    over = not working.done()
    for task in (working, stopped):
        task.cancel()
    await asyncio.gather(working, stopped, return_exceptions=True)
    return None if over else working.result()


async def _end(app: App, client: Cadenza, *, ousted: bool) -> None:
    """End the work, then the connection, each within its time: nothing that Discord does may keep the bot from it.

    Nor may another program that holds the database.
    """
    app.store.database.hurry()
    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "work": lambda: asyncio.gather(app.scheduler.stop(ousted=ousted), app.retraining.stop()),
        "messages": client.courier.close,
        "connection": client.close,
    }
    for name, step in steps.items():
        try:
            async with asyncio.timeout(_END_WITHIN[name]):
                await step()
        except TimeoutError:
            log.warning("not ended in time", step=name)
        except Exception as error:  # noqa: BLE001 - the other steps are to be taken, too
            report(error, "not ended well", step=name)


def _explained(lost: BaseException, client: Cadenza) -> BaseException:
    if isinstance(lost, discord.ConnectionClosed) and lost.code in _REFUSED_SHARDS:
        return SettingsError(f"CADENZA_SHARDS: {_REFUSED_SHARDS[lost.code]}")
    # Where the first connection to the gateway fails, discord.py asks the one that it does not have for its session.
    without_gateway = isinstance(lost, AttributeError) and client.ws is None
    return _away(lost) if without_gateway or network.is_passing(lost) else lost


def _away(lost: BaseException) -> TemporaryTrouble:
    return TemporaryTrouble(f"Discord cannot be reached ({type(lost).__name__}); trying again later may help")
