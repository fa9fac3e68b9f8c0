"""What a server hears in its voice channel: one piece after the other, until nobody listens or nothing is left."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, TypeAlias

import structlog

from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.voice.link import VoiceLink
from bot.discord_ui.voice.packets import PacketSource
from bot.errors import Refusal, report
from composer.errors import ComposerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container

    import discord

    from bot.pipeline.renditions import Packets

    Pause: TypeAlias = Callable[[float], Awaitable[None]]
    Choose: TypeAlias = Callable[[], Awaitable[int | None]]
    Tell: TypeAlias = Callable[[int | None], Awaitable[None]]

log = structlog.stdlib.get_logger(__name__)

ALONE = 60.0
"""Seconds that the bot stays where nobody listens."""

IDLE = 180.0
"""Seconds that it stays where nothing is left to play."""

LONGEST_LINE = 20
"""Pieces that may wait for their turn."""


class VoicePlayer:
    """The bot in one voice channel.

    Attributes:
        playing: Number of the piece that sounds.
        voters: People who want it skipped.
    """

    def __init__(
        self,
        channel: discord.VoiceChannel,
        packets: Callable[[int], Awaitable[Packets]],
        *,
        bots: Container[int],
        pause: Pause,
        over: Callable[[VoicePlayer], None],
    ) -> None:
        """Be nowhere yet.

        Args:
            channel: Where to play.
            packets: Gives the sound of a piece.
            bots: Accounts that are known to be bots, and so do not listen.
            pause: Waits for some seconds.
            over: Is called at the end, before the bot leaves the channel.
        """
        self.playing: int | None = None
        self.voters: set[int] = set()
        self._packets = packets
        self._bots = bots
        self._pause = pause
        self._over = over
        self._line: deque[int] = deque()
        self._news = asyncio.Event()
        self._choose: Choose | None = None
        self._tell: Tell | None = None
        self._skipped = False
        self._link = VoiceLink(channel)
        self._running: asyncio.Task[None] | None = None
        self._alone: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._exhausted = self._ending = False

    @property
    def channel(self) -> discord.VoiceChannel:
        """Where the bot is, also after somebody moved it."""
        return self._link.channel

    def listeners(self) -> list[int]:
        """People in the channel; other bots, as far as they are known as such, do not count."""
        own = self.channel.guild.me.id
        return [user_id for user_id in self.channel.voice_states if user_id != own and user_id not in self._bots]

    async def join(self) -> None:
        """Come into the channel, and play what is added from then on.

        Raises:
            RefusalError: The voice server cannot be reached.
        """
        await self._link.join()
        self._running = asyncio.create_task(self._run())
        self.look()

    def add(self, number: int) -> int:
        """Let a piece wait for its turn; gives the pieces that come before it.

        Raises:
            RefusalError: Too many wait.
        """
        if len(self._line) >= LONGEST_LINE:
            raise RefusalError("refusal.voice_line_full", count=LONGEST_LINE)
        before = len(self._line) + (self.playing is not None)
        self._line.append(number)
        self._news.set()
        return before

    async def tune_in(self, choose: Choose, tell: Tell) -> None:
        """Play what a radio chooses wherever nothing waits.

        Args:
            choose: Chooses the next piece; None ends it all.
            tell: Is told of each piece that begins, and with None of the end; never fails.
        """
        await self._say(None)
        self._choose, self._tell, self._exhausted = choose, tell, False
        self._news.set()

    def vote_to_skip(self, user_id: int) -> int:
        """Count a vote; half of the listeners skip a piece. Gives the votes that are still missing.

        Whoever does not listen was let in as somebody who may stop it all, and so skips it alone.
        """
        self.voters.add(user_id)
        listeners = self.listeners()
        missing = (len(listeners) + 1) // 2 - len(self.voters.intersection(listeners))
        if missing <= 0 or user_id not in listeners:
            missing = 0
            self._skip()
        return missing

    def _skip(self) -> None:
        self._skipped = True
        self._link.stop_sound()

    def look(self) -> None:
        """See who listens: where nobody does, the bot goes after a while."""
        if self.listeners():
            if self._alone is not None:
                self._alone.cancel()
                self._alone = None
        elif self._alone is None:
            self._alone = asyncio.create_task(self._go_after_a_while())

    async def _go_after_a_while(self) -> None:
        await self._pause(ALONE)
        log.info("nobody listens", guild=self.channel.guild.id)
        self._cancel()

    async def stop(self) -> None:
        """Go now."""
        self._cancel()
        if self._running is not None:
            await asyncio.wait({self._running})

    def _cancel(self) -> None:
        """Let it end, unless it does already: leaving takes a moment, and is not to be cut off."""
        if self._running is not None and not self._ending:
            self._running.cancel()

    async def _run(self) -> None:
        try:
            while (number := await self._next()) is not None:
                if not await self._play(number):
                    return
        except Exception as error:  # noqa: BLE001 - nobody waits for it
            report(error, "voice ended by an error", guild=self.channel.guild.id)
        finally:
            await self._end()

    async def _end(self) -> None:
        self._ending = True
        for task in (self._alone, self._ahead):
            if task is not None:
                task.cancel()
        self._over(self)
        try:
            await self._link.leave()
            await self._say(None)
        except Exception as error:  # noqa: BLE001 - nobody waits for it
            report(error, "voice not left well", guild=self.channel.guild.id)

    async def _say(self, number: int | None) -> None:
        if self._tell is not None:
            await self._tell(number)

    async def _next(self) -> int | None:
        """The next piece, once there is one; None where there was none for long, or the radio has none."""
        idle = asyncio.ensure_future(self._pause(IDLE))
        try:
            while not idle.done():
                self._news.clear()
                if self._line:
                    return self._line.popleft()
                if self._exhausted:
                    return None
                if self._choose is not None:
                    self._look_ahead()
                news = asyncio.ensure_future(self._news.wait())
                await asyncio.wait({news, idle}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
            return None
        finally:
            idle.cancel()

    def _look_ahead(self) -> None:
        if self._ahead is None or self._ahead.done():
            self._ahead = asyncio.create_task(self._prepare())

    async def _prepare(self) -> None:
        """Have the next piece ready while another is heard; where none waits, the radio chooses it."""
        try:
            if not self._line and self._choose is not None:
                chosen = await self._choose()
                if chosen is not None:
                    self._line.append(chosen)
                self._exhausted = chosen is None
            if self._line:
                self._news.set()
                await self._packets(self._line[0])
        except (Refusal, ComposerError) as error:
            self._exhausted = not self._line
            log.info("not prepared", error=repr(error))
        except Exception as error:  # noqa: BLE001 - nobody waits for it
            self._exhausted = not self._line
            report(error, "not prepared", guild=self.channel.guild.id)
        finally:
            self._news.set()

    async def _play(self, number: int) -> bool:
        """Play a piece to its end, or until it is skipped; whether the bot is still there then."""
        try:
            source = PacketSource(await self._packets(number))
        except (Refusal, ComposerError) as error:
            log.info("not played", generation=number, error=repr(error))
            return True
        self.playing, self._skipped = number, False
        self.voters.clear()
        await self._say(number)
        self._look_ahead()
        there = True
        while there and not source.ended and not self._skipped:
            there = await self._link.is_there()
            if there:
                await self._link.play(source)
        self.playing = None
        return there
