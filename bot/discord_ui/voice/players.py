"""The bot's players: one a server at most."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.voice.packets import encode_packets
from bot.discord_ui.voice.player import VoicePlayer

if TYPE_CHECKING:
    import discord

    from bot.app import App
    from bot.discord_ui.voice.player import Pause
    from bot.pipeline.renditions import Packets

_END_WITHIN = 0.6
"""Seconds that all players together may take to end."""


class VoicePlayers:
    """Who plays where. All of it is in memory alone: after a restart the bot plays nowhere.

    Attributes:
        pause: Waits for some seconds.
    """

    def __init__(self, app: App, *, pause: Pause = asyncio.sleep) -> None:
        """Play nowhere yet; `pause` waits for some seconds."""
        self._app = app
        self.pause = pause
        self._players: dict[int, VoicePlayer] = {}
        self._bots: set[int] = set()
        self._joining: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def at(self, guild_id: int | None) -> VoicePlayer | None:
        """The player of a server, if the bot plays there."""
        return self._players.get(guild_id) if guild_id is not None else None

    async def join(self, channel: discord.VoiceChannel, user_id: int) -> VoicePlayer:
        """The player in that channel, which comes if it is not there.

        Args:
            channel: Where to play.
            user_id: Person for whom the sound is made.

        Raises:
            RefusalError: People listen to it in another channel of that server, or the voice server cannot be reached.
        """
        guild_id = channel.guild.id
        async with self._joining[guild_id]:
            here = self._players.get(guild_id)
            if here is not None and here.channel.id == channel.id:
                return here
            if here is not None:
                if here.listeners():
                    raise RefusalError("refusal.voice_elsewhere", channel=here.channel.mention)
                await here.stop()
            player = VoicePlayer(
                channel,
                partial(self._packets, guild_id=guild_id, user_id=user_id),
                bots=self._bots,
                pause=self.pause,
                over=partial(self._forget, guild_id),
            )
            await player.join()
            self._players[guild_id] = player
            self._count()
            return player

    async def prepare(self, number: int, *, guild_id: int, user_id: int) -> None:
        """Have a piece ready, so that whoever asks for it reads what is wrong with it.

        Raises:
            Refusal: As `VoiceSounds.packets` does.
            RenderError: The same.
        """
        sounds = self._app.voice_sounds
        await sounds.packets(number, encode_packets, guild_id=guild_id, user_id=user_id, is_due=False)

    async def _packets(self, number: int, *, guild_id: int, user_id: int) -> Packets:
        sounds = self._app.voice_sounds
        return await sounds.packets(number, encode_packets, guild_id=guild_id, user_id=user_id, is_due=True)

    def _forget(self, guild_id: int, player: VoicePlayer) -> None:
        if self._players.get(guild_id) is player:
            del self._players[guild_id]
            self._count()

    def _count(self) -> None:
        self._app.health.metrics.voice.set(len(self._players))

    def somebody_moved(self, member: discord.Member) -> None:
        """See who listens on a server, where somebody came or went."""
        if member.bot:
            self._bots.add(member.id)
        player = self._players.get(member.guild.id)
        if player is not None:
            player.look()

    async def close(self) -> None:
        """Go everywhere."""
        if self._players:
            ends = [asyncio.create_task(player.stop()) for player in self._players.values()]
            await asyncio.wait(ends, timeout=_END_WITHIN)
