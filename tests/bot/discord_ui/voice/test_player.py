"""The player of a server, heard in the stand-in's voice channel, whatever befalls the connection."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING

import discord
import numpy as np
import pytest
from discord.backoff import ExponentialBackoff

from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.voice.packets import encode_packets
from bot.discord_ui.voice.player import ALONE, IDLE, VoicePlayer
from tests.bot.standin.voice.hearing import RATE, longest_gap, pitches, sounding, undecryptable
from tests.bot.standin.voice.voice_bot import VoiceWorld, voice_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.standin.voice.listener import VoiceListener

TONES, OTHER_TONES = 1, 2
"""Numbers of two pieces, each ten minutes long."""


@cache
def tones(left: int, right: int) -> tuple[bytes, ...]:
    moments = np.arange(RATE) / RATE
    waves = np.stack([np.sin(2 * np.pi * pitch * moments) for pitch in (left, right)], axis=1)
    return encode_packets((waves * 12_000).astype("<i2").tobytes()) * 600


class HandClock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, asyncio.Future[None]]] = []
        self._turned: float | None = None

    async def pause(self, seconds: float) -> None:
        turned = asyncio.get_running_loop().create_future()
        self.waiting.append((seconds, turned))
        if seconds != self._turned:
            await turned

    def pending(self, seconds: float) -> bool:
        return any(each == seconds and not turned.done() for each, turned in self.waiting)

    def turn_later(self, seconds: float) -> None:
        """Let whoever waits so long from now on wait no more, as well as whoever does already."""
        self.turn(seconds)
        self._turned = seconds

    def turn(self, seconds: float) -> None:
        for each, turned in self.waiting:
            if each <= seconds and not turned.done():
                turned.set_result(None)


class PlayerWorld(VoiceWorld):
    """A voice world with a player and a clock that one turns."""

    clock: HandClock
    player: VoicePlayer
    over: asyncio.Event

    @property
    def listener(self) -> VoiceListener:
        """Anna's ears."""
        return self.rooms.listener(self.anna, self.guild)

    async def hears(self, *, more: int = 1) -> None:
        """Wait until Anna hears so many packets more."""
        listener = self.listener
        wanted = len(sounding(listener)) + more
        await self.stand_in.until(lambda: len(sounding(listener)) >= wanted, "sound")


@asynccontextmanager
async def player_world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PlayerWorld]:
    async with voice_world(monkeypatch) as world:
        here = PlayerWorld(world.stand_in, world.rooms, world.guild, world.anna, world.bot)
        here.clock, here.over = HandClock(), asyncio.Event()
        channel = here.bot.get_channel(here.lounge.id)
        assert isinstance(channel, discord.VoiceChannel)

        async def packets(number: int) -> tuple[bytes, ...]:
            return tones(440, 660) if number == TONES else tones(550, 880)

        here.player = VoicePlayer(channel, packets, bots=set(), pause=here.clock.pause, over=lambda _: here.over.set())
        here.bot.event(_looking(here.player))
        await here.player.join()
        here.player.add(TONES)
        yield here
        await here.player.stop()


def _looking(player: VoicePlayer):
    async def on_voice_state_update(*_: object) -> None:
        player.look()

    return on_voice_state_update


async def test_both_sides_are_heard_at_their_pitch_and_without_a_gap(monkeypatch):
    async with player_world(monkeypatch) as here:
        await here.hears(more=25)

        assert pitches(here.listener) == pytest.approx((440, 660), abs=2)
        assert longest_gap(here.listener) <= 0.04
        assert undecryptable(here.listener) == 0


async def test_half_of_the_listeners_skip_a_piece(monkeypatch):
    async with player_world(monkeypatch) as here:
        ben, cleo = here.stand_in.add_person("ben"), here.stand_in.add_person("cleo")
        await here.rooms.enter(ben, here.lounge)
        await here.rooms.enter(cleo, here.lounge)
        await here.hears()
        assert here.player.add(OTHER_TONES) == 1
        await here.stand_in.gateway.beat()

        missing = [here.player.vote_to_skip(here.anna.id), here.player.vote_to_skip(here.anna.id)]
        missing.append(here.player.vote_to_skip(ben.id))
        await here.stand_in.until(lambda: here.player.playing == OTHER_TONES)
        here.listener.heard.clear()
        await here.hears(more=25)

        assert missing == [1, 1, 0]
        assert pitches(here.listener) == pytest.approx((550, 880), abs=2)
        moderator = here.stand_in.add_person("dora")
        assert here.player.vote_to_skip(moderator.id) == 0


async def test_a_radio_has_the_next_piece_ready_while_one_is_heard_and_ends_when_it_has_none(monkeypatch):
    async with player_world(monkeypatch) as here:
        chosen, told = iter([OTHER_TONES, None]), []

        async def choose() -> int | None:
            return next(chosen)

        async def tell(number: int | None) -> None:
            told.append(number)

        await here.hears()
        await here.player.tune_in(choose, tell)
        here.player.vote_to_skip(here.anna.id)
        await here.stand_in.until(lambda: here.player.playing == OTHER_TONES and sounding(here.listener))
        here.player.vote_to_skip(here.anna.id)
        await here.over.wait()
        await here.player.stop()

        assert told == [OTHER_TONES, None]


async def test_a_piece_goes_on_after_a_change_of_region_and_in_another_channel(monkeypatch):
    async with player_world(monkeypatch) as here:
        await here.hears()

        await here.rooms.change_region(here.guild)
        await here.hears()
        await here.rooms.move(here.guild, here.garden)
        await here.rooms.enter(here.anna, here.garden)
        await here.hears()

        assert here.player.channel.id == here.garden.id
        assert here.player.listeners() == [here.anna.id]


@pytest.mark.parametrize("server_first", [True, False])
async def test_a_piece_goes_on_after_the_voice_server_has_crashed(monkeypatch, server_first):
    async with player_world(monkeypatch) as here:
        await here.hears()
        here.rooms.server_first = server_first
        session = here.rooms.sessions[here.guild]

        await session.close(4015)
        await here.stand_in.until(lambda: session.resumed)
        await here.hears(more=5)


async def test_a_piece_goes_on_after_its_session_was_forgotten(monkeypatch):
    monkeypatch.setattr(ExponentialBackoff, "delay", lambda _: 0.0)
    async with player_world(monkeypatch) as here:
        await here.hears()
        session = here.rooms.sessions[here.guild]

        await session.close(4006)
        await here.stand_in.until(lambda: here.rooms.sessions.get(here.guild) not in {None, session})
        await here.hears()


async def test_who_throws_the_bot_out_is_rid_of_it(monkeypatch):
    async with player_world(monkeypatch) as here:
        await here.hears()

        await here.rooms.throw_out(here.guild)
        await here.over.wait()
        await here.player.stop()

        assert here.rooms.sessions == {}
        assert here.bot.voice_clients == []


async def test_the_bot_goes_when_nobody_has_listened_for_a_minute(monkeypatch):
    async with player_world(monkeypatch) as here:
        await here.hears()

        await here.rooms.leave(here.anna, here.guild)
        await here.stand_in.until(lambda: here.clock.pending(ALONE))
        await here.rooms.enter(here.anna, here.lounge)
        await here.stand_in.until(lambda: not here.clock.pending(ALONE))
        await here.rooms.leave(here.anna, here.guild)
        await here.stand_in.until(lambda: here.clock.pending(ALONE))
        here.clock.turn(ALONE)
        await here.stand_in.until(lambda: not here.rooms.sessions, "the bot to go")

        assert here.over.is_set()


async def test_the_bot_goes_when_nothing_is_left_to_play(monkeypatch):
    async with player_world(monkeypatch) as here:
        await here.hears()

        assert here.player.vote_to_skip(here.anna.id) == 0
        here.clock.turn_later(IDLE)
        await here.stand_in.until(lambda: not here.rooms.sessions, "the bot to go")


@pytest.mark.parametrize("way", ["gateway", "datagrams"])
async def test_a_voice_server_that_does_not_answer_is_told_in_a_sentence(monkeypatch, way):
    monkeypatch.setattr("bot.discord_ui.voice.link._CONNECTED_WITHIN", 0.1)
    async with voice_world(monkeypatch) as world:
        world.rooms.silent = way == "gateway"
        world.rooms.server.sessions.sound.losing = 100
        channel = world.bot.get_channel(world.lounge.id)
        assert isinstance(channel, discord.VoiceChannel)
        player = VoicePlayer(channel, _no_packets, bots=set(), pause=asyncio.sleep, over=lambda _: None)

        with pytest.raises(RefusalError) as refused:
            await player.join()

        assert refused.value.key == "refusal.voice_unreachable"


async def _no_packets(_number: int) -> tuple[bytes, ...]:
    return ()
