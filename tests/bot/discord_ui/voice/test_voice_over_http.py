"""Voice as people use it: the whole bot, heard in the stand-in's voice channel."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp

from bot.discord_ui.client_options import intents
from bot.discord_ui.voice.packets import encode_packets
from bot.standin.voice.rooms import VoiceRooms
from tests.bot.standin.voice.hearing import longest_gap, sounding
from tests.bot.whole_bot import WholeBot, open_whole_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

    from bot.standin.world import Channel, Interaction, Message


class VoiceEvening:
    """The whole bot, on a server with a voice channel."""

    def __init__(self, here: WholeBot, rooms: VoiceRooms) -> None:
        self.here, self.rooms, self.discord = here, rooms, here.discord

    def channel(self, name: str) -> Channel:
        return next(channel for channel in self.here.guild.channels if channel.name == name)

    async def say(self, command: str, **options: object) -> Message:
        """What Anna reads when she sends a command."""
        asked = await self.discord.slash(command, user=self.here.anna, channel=self.here.channel, options=options)
        return await self.answered(asked)

    async def answered(self, asked: Interaction) -> Message:
        await self.discord.until(lambda: not asked.message.loading, "an answer")
        return asked.message


@asynccontextmanager
async def voice_evening(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[VoiceEvening]:
    rooms = VoiceRooms()
    # What SSL_CERT_FILE does in a process of its own.
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", rooms.server.client_context())
    async with open_whole_bot(folder, rooms=rooms, voice=True) as here:
        yield VoiceEvening(here, rooms)


def ids_of(message: Message) -> list[str]:
    """Custom ids of a message's buttons."""
    return [button["custom_id"] for button in message.buttons()]


async def test_people_play_pieces_and_the_radio_in_their_voice_channel(tmp_path, monkeypatch):
    async with voice_evening(tmp_path, monkeypatch) as evening:
        here, rooms = evening.here, evening.rooms
        await evening.say("settings", length=5)
        piece = await here.compose_to_rate()
        refused = [await evening.say("play", number=1)]
        for name in ("library", "stage"):
            await rooms.enter(here.anna, evening.channel(name))
            refused.append(await evening.say("play", number=1))
        assert [message.text for message in refused] == [
            "Join a voice channel first, and I'll play there.",
            (
                f"I'm not allowed to play sound in <#{evening.channel('library').id}>. "
                "Ask a moderator to give me **Speak** there."
            ),
            "I don't play on stages. Join an ordinary voice channel, and I'll play there.",
        ]

        lounge = evening.channel("lounge")
        assert "cadenza:listen:1" not in ids_of(piece)
        await rooms.enter(here.anna, lounge)
        menu = await here.discord.press(piece, "cadenza:more", user=here.anna)
        shown = await evening.answered(await here.discord.press(menu.message, "cadenza:listen", user=here.anna))
        anna = rooms.listener(here.anna, here.guild)
        await here.discord.until(lambda: len(sounding(anna)) >= 10, "sound")
        sound = await here.app.voice_sounds.packets(1, encode_packets, guild_id=1, user_id=1, is_due=False)
        assert f"in <#{lounge.id}>" in shown.text
        assert [packet.opus for packet in sounding(anna)][:10] == list(sound[:10])
        assert len(sound) == 250
        assert longest_gap(anna) <= 0.04
        assert b"cadenza_voice_channels 1.0" in here.app.health.metrics.text()

        radio = await evening.say("radio")
        skipped = await here.discord.press(shown, "Skip", user=here.anna)
        await here.discord.until(lambda: f"Now in <#{lounge.id}>: **#2" in radio.text, "the radio's new piece")
        posted = here.channel.messages
        await here.discord.until(lambda: any("cadenza:listen:2" in ids_of(one) for one in posted.values()), "▶")
        stopped = await evening.say("stop")
        await here.discord.until(lambda: radio.text.endswith("is over."), "the radio's end")
        silent = await evening.say("stop")
        # On a busy machine the piece may have ended by itself.
        assert skipped.message.text == "Skipped." or skipped.message.text.startswith("I'm not playing")
        assert stopped.text == f"I've left <#{lounge.id}>."
        assert silent.text.startswith("I'm not playing anything in this server now.")
        assert rooms.sessions == {}
        assert b"cadenza_voice_channels 0.0" in here.app.health.metrics.text()
        assert "Listen together" in (await evening.say("help")).text


def test_without_voice_the_bot_does_not_hear_who_is_where():
    assert not intents().voice_states
    assert intents(voice=True).voice_states
