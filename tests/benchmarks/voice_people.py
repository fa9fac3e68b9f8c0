"""People in the stand-in's voice channels, and how evenly the sound reaches them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.standin.world import CONNECT, LEAST_FOR_THE_BOT, SPEAK
from tests.bot.standin.voice.hearing import longest_gap, sounding

if TYPE_CHECKING:
    from bot.standin.server import StandIn
    from bot.standin.voice.listener import VoiceListener
    from bot.standin.voice.rooms import VoiceRooms
    from bot.standin.world import Channel, Guild, Message, Person

LOUNGE = "lounge"
PERMISSIONS = LEAST_FOR_THE_BOT | CONNECT | SPEAK


def voice_settings(rooms: VoiceRooms) -> dict[str, str]:
    """The environment of a bot that may play in these channels."""
    return {"CADENZA_VOICE": "1", "SSL_CERT_FILE": str(rooms.server.certificate)}


def add_guild_with_voice(discord: StandIn, name: str = "Conservatory") -> Guild:
    """A server with a voice channel."""
    return discord.add_guild(name, voice_channels=(LOUNGE,), bot_permissions=PERMISSIONS)


def lounge(guild: Guild) -> Channel:
    """Its voice channel."""
    return next(channel for channel in guild.channels if channel.name == LOUNGE)


@dataclass(frozen=True, slots=True)
class PacingFigures:
    """How evenly somebody heard sound.

    Attributes:
        packets: Packets of 20 ms that were heard.
        unheard: Packets that could not be decrypted.
        between: Milliseconds between two arrivals, sorted.
        longest_gap: Milliseconds of sound that are missing between two packets at most.
    """

    packets: int
    unheard: int
    between: list[float]
    longest_gap: float

    def __str__(self) -> str:
        """As it is printed."""
        late = self.between[len(self.between) * 99 // 100]
        return (
            f"{self.packets} packets, {self.unheard} undecryptable, every {statistics.median(self.between):.1f} ms, "
            f"p99 {late:.0f}, at most {self.between[-1]:.0f}; longest gap in the sound {self.longest_gap - 20:.0f} ms"
        )


def pacing_of(listener: VoiceListener) -> PacingFigures:
    """How evenly one person heard what was played so far."""
    heard = sounding(listener)
    between = sorted(1000 * (later.at - earlier.at) for earlier, later in pairwise(heard))
    return PacingFigures(len(heard), listener.unheard, between or [0.0], 1000 * longest_gap(listener))


async def hear_piece(
    discord: StandIn, rooms: VoiceRooms, message: Message, person: Person, *, seconds: float
) -> tuple[Message, PacingFigures]:
    """Go into the voice channel, press the button behind More, and listen; the answer, and how it sounded."""
    guild = message.channel.guild
    assert guild is not None
    await rooms.enter(person, lounge(guild))
    menu = await discord.press(message, "cadenza:more", user=person)
    pressed = await discord.press(menu.message, "cadenza:listen", user=person)
    await discord.until(lambda: not pressed.message.loading, "an answer", seconds=60)
    listener = rooms.listener(person, guild)
    await discord.until(lambda: len(sounding(listener)) >= 50 * seconds, "the sound", seconds=seconds + 60)
    return pressed.message, pacing_of(listener)


async def hear_radio(
    discord: StandIn, rooms: VoiceRooms, person: Person, guild: Guild, *, length: int
) -> VoiceListener:
    """Go into the voice channel and turn the radio on, with new pieces of that length; the ears of who did."""
    await discord.slash("settings", user=person, channel=guild.channel, length=length)
    await rooms.enter(person, lounge(guild))
    asked = await discord.slash("radio", user=person, channel=guild.channel)
    await discord.until(lambda: not asked.message.loading, "an answer", seconds=60)
    return rooms.listener(person, guild)
