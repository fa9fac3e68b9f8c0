"""Keeps the messages of battles right while the bot runs: how many voted, and how it ended."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.discord_ui.battles import battle_message
from bot.discord_ui.delivery.messages import Address, Messages
from bot.discord_ui.delivery.throttled_edits import ThrottledEdits
from bot.discord_ui.network import UNANSWERED, is_passing
from bot.discord_ui.texts import sentences
from bot.domain.battle import LASTS
from bot.errors import report

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from bot.discord_ui.delivery.messages import Content
    from bot.domain.battle import Battle
    from bot.domain.generation import Generation
    from bot.storage.store import Store

log = structlog.stdlib.get_logger(__name__)


class BattleBoard:
    """Edits the messages of battles, of which the rows say all: so a restart loses nothing."""

    def __init__(
        self, client: discord.Client, store: Store, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Edit nothing yet; `pause` waits for some seconds."""
        self._store = store
        self._pause = pause
        self._messages = Messages(client, pause=pause)
        self._edits: dict[int, ThrottledEdits[int]] = {}
        self._one = asyncio.Lock()

    async def voted(self, battle: Battle) -> None:
        """Show that one more person voted, now and then, and end what has enough votes."""
        if battle.number in {due.number for due in await self._store.battles.due()}:
            await self.end(battle.number)
            return
        edits = self._edits.get(battle.number)
        if edits is None:
            edits = ThrottledEdits(partial(self._show_count, battle), pause=self._pause)
            self._edits[battle.number] = edits
        edits.show((await self._store.battles.tally(battle.number)).votes)

    async def end(self, number: int) -> None:
        """End a battle, and show how it ended; where Discord is away, the next look does."""
        async with self._one:
            await self._store.battles.close(number)
            edits = self._edits.pop(number, None)
            if edits is not None:
                await edits.close()
            battle = await self._store.battles.get(number)
            if battle is None or battle.shown:
                return
            if await self._is_shown(battle):
                await self._store.battles.shown(number)

    async def look(self) -> None:
        """End what is over by now, also what ended while the bot was away."""
        for battle in await self._store.battles.due():
            try:
                await self.end(battle.number)
            except Exception as error:  # noqa: BLE001 - the others are ended, and it is tried again
                report(error, "battle not ended", battle=battle.number)

    async def close(self) -> None:
        """Show nothing more."""
        for edits in list(self._edits.values()):
            await edits.close()

    async def _show_count(self, battle: Battle, votes: int) -> None:
        first = await self._store.generations.get(battle.number)
        if first is None or battle.opened_at is None:
            return
        say = sentences.sentences(first.locale)
        await self._edit(battle, first, battle_message.counted(first, say, ends=battle.opened_at + LASTS, votes=votes))

    async def _is_shown(self, battle: Battle) -> bool:
        """Show how a battle ended; False where another try may be answered."""
        first = await self._store.generations.get(battle.number)
        second = await self._store.generations.get(battle.second)
        contestants = await self._store.battles.contestants(battle.number)
        if first is None or second is None or contestants is None:
            return True
        tally = await self._store.battles.tally(battle.number)
        say = sentences.sentences(first.locale)
        done = await self._edit(battle, first, battle_message.verdict(first, second, contestants, tally, say))
        if done:
            log.info("battle over", battle=battle.number, votes=tally.votes)
        return done

    async def _edit(self, battle: Battle, first: Generation, content: Content) -> bool:
        address = Address(
            number=battle.number,
            user_id=first.user_id or 0,
            channel_id=battle.channel_id or 0,
            message_id=battle.message_id,
            private=first.private,
            locale=first.locale,
        )
        try:
            await self._messages.edit(address, content)
        except UNANSWERED as error:
            log.info("battle not shown", battle=battle.number, error=repr(error))
            return not is_passing(error)
        return True
