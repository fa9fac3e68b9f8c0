"""The client of a bot that is on so many servers that Discord wants several connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.discord_ui.client import Cadenza
from bot.discord_ui.sharding.identify_turns import IdentifyTurns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.app import App
    from bot.discord_ui.sharding.shard_plan import ShardPlan


class ShardedCadenza(Cadenza, commands.AutoShardedBot):
    """`Cadenza` with one connection for each of its shards."""

    def __init__(self, app: App, add_cogs: Callable[[Cadenza], Awaitable[None]], plan: ShardPlan) -> None:
        """Connect to nothing yet; see `Cadenza`."""
        super().__init__(app, add_cogs, plan.share)
        self._turns = IdentifyTurns(app.store.locks, at_once=plan.at_once)
        self._lost: set[int] = set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002
        """Wait for the turn of a shard, among all processes."""
        await self._turns.take(shard_id or 0)

    async def on_disconnect(self) -> None:
        """Nothing: it is told of each shard."""

    async def on_resumed(self) -> None:
        """Nothing: it is told of each shard."""

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Note that a shard is gone; discord.py comes back by itself."""
        self._lost.add(shard_id)
        self.app.health.gateway_lost()

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Note that a shard is back; Discord sends what was missed by itself."""
        self._is_back(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Whenever Discord forgot a shard, tell that reactions were missed; the first time, `on_ready` does."""
        if self.begun:
            self._is_back(shard_id)
            self.presence.begun_anew()
            self.dispatch("reactions_missed")

    def _is_back(self, shard_id: int) -> None:
        self._lost.discard(shard_id)
        if not self._lost:
            self.app.health.gateway_resumed()

    async def close(self) -> None:
        """Let other processes begin their sessions, then end as `Cadenza` does."""
        await self._turns.close()
        await super().close()
