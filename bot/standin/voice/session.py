"""The bot's stay in the voice of one guild, from being let in to being gone."""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING

from bot.standin.voice.group import VoiceGroup

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.standin.world import Channel, Guild, Person

_sources = itertools.count(1001)


class VoiceSession:
    """What the main gateway promised, and the voice gateway keeps.

    Attributes:
        bot, guild, channel: Who is where.
        group: Who can decrypt the sound.
        id, token: What the bot must show.
        source: Number of its stream of sound.
        key: Key of the stream; empty before there is one.
        established: Whether sound can be sent.
        speaking: Whether the bot says that it speaks.
        connected: Times that a websocket took the session up.
        resumed: Times that one did so without beginning anew.
    """

    def __init__(self, bot: Person, guild: Guild, channel: Channel) -> None:
        self.bot, self.guild, self.channel = bot, guild, channel
        self.group = VoiceGroup(channel.id)
        self.id, self.token = secrets.token_hex(16), secrets.token_hex(8)
        self.source = next(_sources)
        self.key = b""
        self.established = self.speaking = False
        self.connected = self.resumed = 0
        self._hang_up: Callable[[int], Awaitable[None]] | None = None

    def took_up(self, hang_up: Callable[[int], Awaitable[None]]) -> None:
        """Note the websocket that speaks for the bot now, by what closes it with a code."""
        self.connected += 1
        self._hang_up = hang_up

    def hung_up(self, hang_up: Callable[[int], Awaitable[None]]) -> None:
        """Note that a websocket is closed."""
        if self._hang_up == hang_up:
            self._hang_up = None
            self.speaking = False

    @property
    def live(self) -> bool:
        """Whether the bot is there and can be heard."""
        return self._hang_up is not None and self.established

    async def close(self, code: int) -> None:
        """Hang up on the bot with a close code."""
        if self._hang_up is not None:
            await self._hang_up(code)
