"""The bot in a voice channel, whatever befalls the connection."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import discord
import structlog

from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.voice.steady_client import SteadyVoiceClient

log = structlog.stdlib.get_logger(__name__)

_CONNECTED_WITHIN = 10.0
"""Seconds that coming into a channel may take, or resuming there."""

_GRACE = 3.0
"""Seconds that discord.py is given to end by itself what took longer."""

_BETWEEN_LOOKS = 0.1
_LOOKS = 100
"""Looks whether discord.py finds back by itself, and the seconds between two looks: ten seconds together."""

_TRIES = 3
"""How often the bot tries to come anew, where discord.py has given up."""

_LOOKS_OUTSIDE = 20
"""Looks that Discord is given to say that the bot is out, before it comes anew."""

_ENCRYPTED_WITHIN = 50
"""Looks that encryption from end to end may take. Before, nobody could hear what is played."""

_NOT_CONNECTED = (discord.ClientException, discord.ConnectionClosed, OSError, RuntimeError)
"""What says that a voice server cannot be reached. Timeouts are errors of the system."""


class VoiceLink:
    """A connection that comes back, unless somebody has thrown the bot out."""

    def __init__(self, channel: discord.VoiceChannel) -> None:
        """Be nowhere yet."""
        self._channel = channel
        self._voice: SteadyVoiceClient | None = None

    @property
    def channel(self) -> discord.VoiceChannel:
        """Where the bot is, also after somebody moved it."""
        moved = self._voice.channel if self._voice is not None else None
        return moved if isinstance(moved, discord.VoiceChannel) else self._channel

    async def join(self) -> None:
        """Come into the channel.

        Raises:
            RefusalError: The voice server cannot be reached.
        """
        try:
            self._voice = await self._connect()
        except _NOT_CONNECTED as error:
            log.info("voice not reached", guild=self._channel.guild.id, error=repr(error))
            raise RefusalError("refusal.voice_unreachable", channel=self._channel.mention) from error

    async def _connect(self) -> SteadyVoiceClient:
        await self._clear()
        try:
            # Before Python 3.12 a limit within discord.py's own can be lost, and it would wait for ever.
            async with asyncio.timeout(_CONNECTED_WITHIN + _GRACE):
                return await self.channel.connect(timeout=_CONNECTED_WITHIN, cls=SteadyVoiceClient, self_deaf=True)
        except _NOT_CONNECTED:
            await self._clear()
            raise

    async def _clear(self) -> None:
        """End what an earlier connection on this server left."""
        left = self._channel.guild.voice_client
        if left is not None:
            await left.disconnect(force=True)

    def stop_sound(self) -> None:
        """Play no more of what is played."""
        if self._voice is not None:
            self._voice.stop()

    async def leave(self) -> None:
        """Leave the channel, unless somebody else speaks for the bot on this server by now."""
        if self._voice is not None and self._channel.guild.voice_client is self._voice:
            await self._voice.disconnect(force=True)

    async def play(self, source: discord.AudioSource) -> None:
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

    async def is_there(self) -> bool:
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
