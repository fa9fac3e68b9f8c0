"""What stands below the bot's name: what is going on, and the command to begin with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import discord
import structlog

from bot.discord_ui.network import LOST
from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = structlog.stdlib.get_logger(__name__)

EVERY = 60.0
"""Seconds between two looks. Discord cuts a connection that tells too much."""


class RunningCount(Protocol):
    """How much is going on."""

    @property
    def running(self) -> int:
        """Pieces in the making."""


def idle() -> discord.CustomActivity:
    """What a new session shows."""
    return discord.CustomActivity(_line(0))


class Presence:
    """Shows what is going on: at most one change a minute, and none where nothing changed."""

    def __init__(
        self, client: discord.Client, work: RunningCount, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Know what a new session shows; `pause` waits for some seconds."""
        self._client = client
        self._work = work
        self._pause = pause
        self._shown = _line(0)

    def begun_anew(self) -> None:
        """Discord forgot the session, and shows what a new one does."""
        self._shown = _line(0)

    async def keep_showing(self) -> None:
        """Look now and then, for ever."""
        while True:
            await self._pause(EVERY)
            await self.show()

    async def show(self) -> None:
        """Show what is going on, if that is not what stands there."""
        line = _line(self._work.running)
        if line == self._shown:
            return
        try:
            await self._client.change_presence(activity=discord.CustomActivity(line))
        except (*LOST, discord.ConnectionClosed) as error:
            log.info("presence not shown", error=repr(error))
        else:
            self._shown = line


def _line(running: int) -> str:
    # All people see the same line, whatever their language.
    say = sentences.load(sentences.LANGUAGES[0])
    return say("presence.composing", count=running) if running else say("presence.idle")
