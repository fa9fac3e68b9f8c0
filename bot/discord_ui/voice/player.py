"""What a server hears in its voice channel: one piece after the other, until nobody listens or nothing is left."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import discord
import structlog

from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.voice.packets import PacketSource
from bot.discord_ui.voice.steady_client import SteadyVoiceClient
from bot.errors import Refusal, report
from composer.errors import ComposerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container

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

_CONNECTED_WITHIN = 10.0
_LOOKS = 100
"""How often discord.py's own way back is looked for, and the seconds between two looks: ten seconds together."""
_BETWEEN_LOOKS = 0.1
_TRIES = 3
"""How often the bot tries to come anew, where discord.py has given up."""

_LOOKS_OUTSIDE = 20
"""Looks that Discord is given to say that the bot is out, before it comes anew."""

_ENCRYPTED_WITHIN = 20
"""Looks that encryption from end to end may take. Before, nobody could hear what is played."""

_NOT_CONNECTED = (discord.ClientException, discord.ConnectionClosed, OSError, RuntimeError)
"""What says that a voice server cannot be reached. Timeouts are errors of the system."""


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
        self._channel = channel
        self._packets = packets
        self._bots = bots
        self._pause = pause
        self._over = over
        self._line: deque[int] = deque()
        self._news = asyncio.Event()
        self._choose: Choose | None = None
        self._tell: Tell | None = None
        self._skipped = False
        self._voice: SteadyVoiceClient | None = None
        self._running: asyncio.Task[None] | None = None
        self._alone: asyncio.Task[None] | None = None

    @property
    def channel(self) -> discord.VoiceChannel:
        """Where the bot is, also after somebody moved it."""
        moved = self._voice.channel if self._voice is not None else None
        return moved if isinstance(moved, discord.VoiceChannel) else self._channel

    def listeners(self) -> list[int]:
        """People in the channel; other bots, as far as they are known as such, do not count."""
        own = self._channel.guild.me.id
        return [user_id for user_id in self.channel.voice_states if user_id != own and user_id not in self._bots]

    async def join(self) -> None:
        """Come into the channel, and play what is added from then on.

        Raises:
            RefusalError: The voice server cannot be reached.
        """
        try:
            self._voice = await self._connect()
        except _NOT_CONNECTED as error:
            log.info("voice not reached", guild=self._channel.guild.id, error=repr(error))
            raise RefusalError("refusal.voice_unreachable", channel=self._channel.mention) from error
        self._running = asyncio.create_task(self._run())
        self.look()

    async def _connect(self) -> SteadyVoiceClient:
        left = self._channel.guild.voice_client
        if left is not None:
            await left.disconnect(force=True)
        return await self.channel.connect(timeout=_CONNECTED_WITHIN, cls=SteadyVoiceClient, self_deaf=True)

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
        self._choose, self._tell = choose, tell
        self._news.set()

    def vote_to_skip(self, user_id: int) -> int:
        """Count a listener's vote; half of the listeners skip a piece. Gives the votes that are still missing."""
        self.voters.add(user_id)
        listeners = self.listeners()
        missing = (len(listeners) + 1) // 2 - len(self.voters.intersection(listeners))
        if missing <= 0:
            self._skip()
        return max(missing, 0)

    def _skip(self) -> None:
        self._skipped = True
        if self._voice is not None:
            self._voice.stop()

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
        log.info("nobody listens", guild=self._channel.guild.id)
        if self._running is not None:
            self._running.cancel()

    async def stop(self) -> None:
        """Go now."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def _run(self) -> None:
        try:
            while (number := await self._next()) is not None:
                if not await self._play(number):
                    return
        except Exception as error:  # noqa: BLE001 - nobody waits for it
            report(error, "voice ended by an error", guild=self._channel.guild.id)
        finally:
            await self._end()

    async def _end(self) -> None:
        if self._alone is not None:
            self._alone.cancel()
        self._over(self)
        try:
            await self._leave()
            await self._say(None)
        except Exception as error:  # noqa: BLE001 - nobody waits for it
            report(error, "voice not left well", guild=self._channel.guild.id)

    async def _leave(self) -> None:
        """Leave the channel, unless somebody else speaks for the bot on this server by now."""
        if self._voice is not None and self._channel.guild.voice_client is self._voice:
            await self._voice.disconnect(force=True)

    async def _say(self, number: int | None) -> None:
        if self._tell is not None:
            await self._tell(number)

    async def _next(self) -> int | None:
        """The next piece, once there is one; None where there was none for long."""
        idle = asyncio.ensure_future(self._pause(IDLE))
        try:
            while not idle.done():
                self._news.clear()
                if self._line:
                    return self._line.popleft()
                if self._choose is not None:
                    return await self._choose()
                news = asyncio.ensure_future(self._news.wait())
                await asyncio.wait({news, idle}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
            return None
        finally:
            idle.cancel()

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
        there = True
        while there and not source.ended and not self._skipped:
            there = await self._is_there()
            if there:
                await self._play_on(source)
        self.playing = None
        return there

    async def _play_on(self, source: PacketSource) -> None:
        """Play until the end, or until something interrupts it."""
        assert self._voice is not None
        for _ in range(_ENCRYPTED_WITHIN):
            if self._voice.voice_privacy_code:
                break
            await asyncio.sleep(_BETWEEN_LOOKS)
        interrupted, loop = asyncio.Event(), asyncio.get_running_loop()

        def after(_error: Exception | None) -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(interrupted.set)

        try:
            self._voice.stop()
            self._voice.play(source, after=after)
        except discord.ClientException:
            await asyncio.sleep(_BETWEEN_LOOKS)  # the connection was lost just now
        else:
            await interrupted.wait()

    async def _is_there(self) -> bool:
        """Whether the bot can be heard; discord.py's own way back goes first, then the bot comes anew."""
        assert self._voice is not None
        for _ in range(_LOOKS):
            if self._voice.thrown_out:
                log.info("thrown out of voice", guild=self._channel.guild.id)
                return False
            if self._voice.is_connected():
                return True
            if self._channel.guild.voice_client is not self._voice:
                break  # discord.py has given up
            await asyncio.sleep(_BETWEEN_LOOKS)
        return await self._comes_anew()

    async def _comes_anew(self) -> bool:
        guild = self._channel.guild
        for _ in range(_TRIES):
            for _ in range(_LOOKS_OUTSIDE):
                if guild.me.voice is None:
                    break
                # The word that the bot is out would throw the next connection out, too.
                await asyncio.sleep(_BETWEEN_LOOKS)
            try:
                self._voice = await self._connect()
            except _NOT_CONNECTED as error:
                log.info("voice lost", guild=guild.id, error=repr(error))
            else:
                return True
        return False
