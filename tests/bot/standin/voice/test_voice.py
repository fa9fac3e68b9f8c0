"""The stand-in's voice, met by real discord.py: what it plays is heard by people, encrypted from end to end."""

from __future__ import annotations

import discord
import pytest

from tests.bot.standin.voice.hearing import longest_gap, pitches, sounding, undecryptable
from tests.bot.standin.voice.voice_bot import voice_world


async def test_people_hear_what_a_bot_plays_and_who_comes_later_hears_the_rest(monkeypatch):
    async with voice_world(monkeypatch) as world:
        ben = world.stand_in.add_person("ben")
        client = await world.connect()
        anna = world.rooms.listener(world.anna, world.guild)

        await world.play(client, 600)
        await world.stand_in.until(lambda: len(sounding(anna)) >= 25)
        late = await world.rooms.enter(ben, world.lounge)
        assert late is not None
        await world.stand_in.until(lambda: sounding(late))

        assert pitches(anna) == pytest.approx((440, 660), abs=2)
        assert longest_gap(anna) == 0.02
        assert undecryptable(anna) == 0
        assert client.voice_privacy_code == anna.session.voice_privacy_code == late.session.voice_privacy_code
        assert sounding(late)[0].sequence > sounding(anna)[0].sequence


async def test_a_bot_is_heard_after_a_change_of_region_and_a_move(monkeypatch):
    async with voice_world(monkeypatch) as world:
        client = await world.connect()
        await world.play(client, 600)
        first = world.rooms.listener(world.anna, world.guild)
        await world.stand_in.until(lambda: sounding(first))

        await world.rooms.change_region(world.guild)
        second = world.rooms.listener(world.anna, world.guild)
        heard = len(sounding(second))
        await world.stand_in.until(lambda: len(sounding(second)) > heard)
        await world.rooms.move(world.guild, world.garden)
        third = await world.rooms.enter(world.anna, world.garden)
        assert third is not None
        await world.stand_in.until(lambda: sounding(third))

        assert world.rooms.sessions[world.guild].channel is world.garden
        assert client.channel.id == world.garden.id


async def test_a_bot_that_is_thrown_out_is_gone(monkeypatch):
    async with voice_world(monkeypatch) as world:
        client = await world.connect()
        ended = await world.play(client, 600)

        await world.rooms.throw_out(world.guild)
        await ended.wait()

        assert world.bot.voice_clients == []


async def test_a_bot_without_encryption_from_end_to_end_is_sent_away(monkeypatch):
    async with voice_world(monkeypatch) as world:
        world.rooms.server.sessions.refuses_encryption = True
        channel = world.bot.get_channel(world.lounge.id)
        assert isinstance(channel, discord.VoiceChannel)

        with pytest.raises(discord.ConnectionClosed) as closed:
            await channel.connect(reconnect=False)

        assert closed.value.code == 4017


async def test_a_bot_waits_for_a_server_that_is_not_there_yet(monkeypatch):
    async with voice_world(monkeypatch) as world:
        world.rooms.without_endpoint = 1

        client = await world.connect()

        assert client.is_connected()


async def test_datagrams_that_are_lost_are_missed_by_whoever_listens(monkeypatch):
    async with voice_world(monkeypatch) as world:
        client = await world.connect()
        await world.play(client, 600)
        anna = world.rooms.listener(world.anna, world.guild)
        await world.stand_in.until(lambda: sounding(anna))

        sound = world.rooms.server.sessions.sound
        sound.losing = 5
        await world.stand_in.until(lambda: sound.lost == 5 and longest_gap(anna) > 0.02)

        assert longest_gap(anna) == pytest.approx(0.12)
