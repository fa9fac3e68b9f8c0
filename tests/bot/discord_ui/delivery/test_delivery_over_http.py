"""A piece over the wire: what Discord and the network do to it on the way."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import mido
import pytest

from bot.standin.faults import Hold, Lose, Refuse
from tests.bot.whole_bot import wired

if TYPE_CHECKING:
    from pathlib import Path

    from bot.standin.faults import Recorded

EDIT, POST = ("PATCH", "/webhooks/*/messages/*"), ("POST", "/channels/*/messages")


def with_sound(request: Recorded) -> bool:
    return request.has_file(".mp3")


async def test_a_piece_arrives_in_the_message_that_acknowledged_it(tmp_path: Path):
    async with wired(tmp_path) as both:
        interaction = await both.compose()
        message = await both.delivered()

        assert interaction.answered_after < 1
        assert message is interaction.message
        assert both.discord.messages(both.channel) == [message]
        assert not message.pinged


async def test_the_sound_travels_in_a_multipart_edit(tmp_path: Path):
    async with wired(tmp_path) as both:
        await both.compose()
        message = await both.delivered()
        (upload,) = [request for request in both.discord.requests if with_sound(request)]

        assert upload.method == "PATCH"
        assert upload.headers["Content-Type"].startswith("multipart/form-data")
        assert message.file(".mp3").content[:3] == b"ID3"
        assert message.file(".png").content[:4] == b"\x89PNG"
        assert mido.MidiFile(file=io.BytesIO(message.file(".mid").content)).length > 4
        assert message.embeds[0]["image"]["url"] == f"attachment://{message.file('.png').filename}"


async def test_reactions_are_seeded_and_nothing_follows_up(tmp_path: Path):
    async with wired(tmp_path) as both:
        await both.compose()
        message = await both.delivered()
        await both.discord.until(lambda: len(message.reactions) == 3, "three reactions")

        assert list(message.reactions) == ["👍", "👎", "❤️"]
        assert not both.discord.sent("POST", "/messages")


@pytest.mark.parametrize("fault", [Refuse(429, retry_after=0.05), Refuse(500), Lose(), Lose(performed=False)], ids=repr)
async def test_a_result_that_meets_trouble_is_delivered_once(tmp_path: Path, fault: Refuse | Lose):
    async with wired(tmp_path) as both:
        both.discord.faults.plan(*EDIT, fault, when=with_sound)
        interaction = await both.compose()
        message = await both.delivered()
        await both.stop()

        assert message is interaction.message
        assert both.discord.messages(both.channel) == [message]
        assert both.rows("select state from generation") == [("delivered",)]
        assert both.rows("select message_id from post") == [(message.id,)]


async def test_a_result_that_is_too_large_is_made_smaller_and_in_the_end_goes_without_sound(tmp_path: Path):
    async with wired(tmp_path) as both:
        both.discord.faults.plan(*EDIT, Refuse(413, code=40005), when=with_sound, times=100)
        interaction = await both.compose()
        await both.discord.until(lambda: interaction.message.attachments, "the MIDI")
        sizes = [sum(map(len, each.files.values())) for each in both.discord.requests if with_sound(each)]

        assert len(sizes) > 1
        assert sizes == sorted(sizes, reverse=True)
        assert [file.filename[-4:] for file in interaction.message.attachments] == [".png", ".mid"]
        assert "MIDI" in interaction.message.content


async def test_a_piece_for_a_server_of_small_files_is_made_to_fit(tmp_path: Path):
    async with wired(tmp_path) as both:
        both.guild.filesize_limit = 150_000
        await both.compose()
        message = await both.delivered()

        assert sum(len(file.content) for file in message.attachments) < 150_000
        assert not [request for request in both.discord.requests if request.status == 413]


async def test_past_its_fifteen_minutes_a_piece_changes_the_message_by_the_bots_own_token(tmp_path: Path):
    async with wired(tmp_path) as both:
        hold = Hold(performed=False)
        both.discord.faults.plan(*EDIT, hold, when=with_sound)
        interaction = await both.compose()
        await hold.arrived.wait()
        both.discord.expire(interaction)
        hold.release()
        message = await both.delivered()
        await both.stop()

        assert message is interaction.message
        assert both.discord.messages(both.channel) == [message]
        assert both.rows("select state from generation") == [("delivered",)]


@pytest.mark.parametrize("fault", [None, Lose()], ids=repr)
async def test_past_its_fifteen_minutes_a_piece_whose_message_is_gone_is_posted_once(
    tmp_path: Path, fault: Lose | None
):
    async with wired(tmp_path) as both:
        hold = Hold(performed=False)
        both.discord.faults.plan(*EDIT, hold, when=with_sound)
        if fault is not None:
            both.discord.faults.plan(*POST, fault)
        interaction = await both.compose()
        await hold.arrived.wait()
        both.discord.expire(interaction)
        await both.discord.delete_message(interaction.message)
        hold.release()
        message = await both.delivered()
        await both.stop()

        assert both.discord.messages(both.channel) == [message]
        assert both.rows("select state, message_id from generation") == [("delivered", message.id)]


async def test_a_piece_that_may_not_be_posted_goes_to_its_composer_directly(tmp_path: Path):
    async with wired(tmp_path) as both:
        hold = Hold(performed=False)
        both.discord.faults.plan(*EDIT, hold, when=with_sound)
        interaction = await both.compose()
        await hold.arrived.wait()
        both.discord.expire(interaction)
        await both.discord.delete_message(interaction.message)
        both.channel.denied = both.guild.bot_permissions
        hold.release()
        message = await both.delivered(both.discord.direct(both.anna))

        assert not both.discord.messages(both.channel)
        assert message.file(".mp3").content


async def test_a_piece_that_reaches_nobody_waits_for_track(tmp_path: Path):
    async with wired(tmp_path) as both:
        both.anna.takes_direct_messages = False
        hold = Hold(performed=False)
        both.discord.faults.plan(*EDIT, hold, when=with_sound)
        interaction = await both.compose()
        await hold.arrived.wait()
        both.discord.expire(interaction)
        await both.discord.delete_message(interaction.message)
        both.channel.denied = both.guild.bot_permissions
        hold.release()
        await both.hears("kept")
        both.channel.denied = 0
        tracked = await both.discord.slash("track", user=both.anna, channel=both.channel, number=1)
        message = await both.delivered()

        assert message is tracked.message
        assert message.file(".mid").content


async def test_a_private_piece_is_seen_by_its_composer_only(tmp_path: Path):
    async with wired(tmp_path) as both:
        interaction = await both.compose(private=True)
        message = await both.delivered()
        await both.discord.press(message, "👍", user=both.anna)
        await both.stop()

        assert message is interaction.message
        assert message.seen_by is both.anna
        assert both.rows("select value, source, is_author from rating") == [(1, "button", 1)]
