"""A bot of a few lines, by unmodified discord.py, that plays two tones in a voice channel of the stand-in."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING

import aiohttp
import discord
import numpy as np
import yarl
from discord import gateway, http

from bot.standin.server import StandIn
from bot.standin.voice.rooms import VoiceRooms
from bot.standin.world import CONNECT, SPEAK
from tests.bot.standin.voice.hearing import RATE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from bot.standin.world import Channel, Guild, Person

_FRAME_BYTES = 3840
"""20 ms of 16 bits in stereo."""


class Tones(discord.AudioSource):
    """440 Hz on the left, 660 Hz on the right."""

    def __init__(self, seconds: float) -> None:
        # Both are whole waves in a second, which can be played over and over.
        moments = np.arange(RATE) / RATE
        waves = np.stack([np.sin(2 * np.pi * pitch * moments) for pitch in (440, 660)], axis=1)
        pcm = (waves * 12_000).astype("<i2").tobytes()
        frames = [pcm[at : at + _FRAME_BYTES] for at in range(0, len(pcm), _FRAME_BYTES)]
        self._frames = islice(cycle(frames), round(seconds * len(frames)))

    def read(self) -> bytes:
        return next(self._frames, b"")


@dataclass
class VoiceWorld:
    """A stand-in with two voice channels, Anna in the first, and a bot that may speak."""

    stand_in: StandIn
    rooms: VoiceRooms
    guild: Guild
    anna: Person
    bot: discord.Client

    @property
    def lounge(self) -> Channel:
        return self.guild.channels[1]

    @property
    def garden(self) -> Channel:
        return self.guild.channels[2]

    async def connect(self) -> discord.VoiceClient:
        channel = self.bot.get_channel(self.lounge.id)
        assert isinstance(channel, discord.VoiceChannel)
        return await channel.connect(timeout=20)

    async def play(self, client: discord.VoiceClient, seconds: float) -> asyncio.Event:
        """Begin to play; the event is set at the end."""
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        client.play(Tones(seconds), after=lambda _: loop.call_soon_threadsafe(ended.set))
        return ended


@asynccontextmanager
async def voice_world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[VoiceWorld]:
    """The bot, once it is ready; at the end it is gone."""
    rooms = VoiceRooms()
    async with StandIn(voice=rooms) as stand_in:
        guild, anna = stand_in.add_guild(voice_channels=("lounge", "garden")), stand_in.add_person("anna")
        guild.bot_permissions |= CONNECT | SPEAK
        await rooms.enter(anna, guild.channels[1])
        monkeypatch.setattr(http.Route, "BASE", stand_in.api_base)
        monkeypatch.setattr(gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(stand_in.gateway_url))
        async with discord.Client(
            intents=discord.Intents(guilds=True, voice_states=True),
            guild_ready_timeout=0,
            connector=aiohttp.TCPConnector(limit=0, ssl=rooms.server.client_context()),
        ) as bot:
            running = asyncio.create_task(bot.start(stand_in.token))
            await stand_in.until(lambda: stand_in.gateway.connected)
            await bot.wait_until_ready()
            yield VoiceWorld(stand_in, rooms, guild, anna, bot)
            for client in bot.voice_clients:
                await client.disconnect(force=True)
            await bot.close()
            await running
        assert not stand_in.violations
