"""A piece over the wire: what Discord and the network do to it on the way."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING

import discord
import mido
import pytest

from bot.discord_ui.delivery.messages import closes_way
from bot.standin.faults import Hold, Lose, Refuse
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path

    from bot.standin.faults import Recorded

EDIT, POST = ("PATCH", "/webhooks/*/messages/*"), ("POST", "/channels/*/messages")


def with_sound(request: Recorded) -> bool:
    return request.has_file(".mp3")


async def test_a_piece_arrives_in_the_message_that_acknowledged_it(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        interaction = await here.compose()
        message = await here.delivered()

        assert interaction.answered_after < 1
        assert message is interaction.message
        assert here.discord.messages(here.channel) == [message]
        assert not message.pinged


async def test_the_sound_travels_in_a_multipart_edit(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.compose()
        message = await here.delivered()
        (upload,) = [request for request in here.discord.requests if with_sound(request)]

        assert upload.method == "PATCH"
        assert upload.headers["Content-Type"].startswith("multipart/form-data")
        assert message.file(".mp3").content[:3] == b"ID3"
        assert message.file(".png").content[:4] == b"\x89PNG"
        assert mido.MidiFile(file=io.BytesIO(message.file(".mid").content)).length > 4
        assert message.embeds[0]["image"]["url"] == f"attachment://{message.file('.png').filename}"


async def test_every_file_says_what_it_is_in_the_language_of_who_asked(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        clara = here.discord.add_person("clara", locale="de")
        await here.compose(user=clara, style="piano", key="Eb")
        message = await here.delivered()
        told = {file.filename.rpartition(".")[2]: file.description for file in message.attachments}

        title = str(told["mid"]).removesuffix(" als MIDI")
        assert title.endswith(" in Es-Dur")
        assert told["mp3"] == f"{title} als Ton"
        assert str(told["png"]).startswith(f"Pianorolle von {title}, ")
        assert str(told["png"]).endswith(" Takte")
        assert message.embeds[0]["image"]["description"] == told["png"]


async def test_reactions_are_seeded_and_nothing_follows_up(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()

        assert list(message.reactions) == ["👍", "👎", "❤️"]
        assert not here.discord.sent("POST", "/messages")


@pytest.mark.parametrize("fault", [Refuse(429, retry_after=0.05), Refuse(500), Lose(), Lose(performed=False)], ids=repr)
async def test_a_result_that_meets_trouble_is_delivered_once(tmp_path: Path, fault: Refuse | Lose):
    async with open_whole_bot(tmp_path) as here:
        here.discord.faults.plan(*EDIT, fault, when=with_sound)
        interaction = await here.compose()
        message = await here.delivered()
        await here.stop()

        assert message is interaction.message
        assert here.discord.messages(here.channel) == [message]
        assert here.rows("select state from generation") == [("delivered",)]
        assert here.rows("select message_id from post") == [(message.id,)]


async def test_a_result_that_is_too_large_is_made_smaller_and_in_the_end_goes_without_sound(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        here.discord.faults.plan(*EDIT, Refuse(413, code=40005), when=with_sound, times=100)
        interaction = await here.compose()
        await here.discord.until(lambda: interaction.message.attachments, "the MIDI")
        sizes = [sum(map(len, each.files.values())) for each in here.discord.requests if with_sound(each)]

        assert len(sizes) > 1
        assert sizes == sorted(sizes, reverse=True)
        assert [file.filename[-4:] for file in interaction.message.attachments] == [".png", ".mid"]
        assert "MIDI" in interaction.message.content


async def test_a_piece_for_a_server_of_small_files_is_made_to_fit(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        here.guild.filesize_limit = 150_000
        await here.compose()
        message = await here.delivered()

        assert sum(len(file.content) for file in message.attachments) < 150_000
        assert not [request for request in here.discord.requests if request.status == 413]


async def test_past_its_fifteen_minutes_a_piece_changes_the_message_by_the_bots_own_token(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        hold = Hold(performed=False)
        here.discord.faults.plan(*EDIT, hold, when=with_sound)
        interaction = await here.compose()
        await hold.arrived.wait()
        here.discord.expire(interaction)
        hold.release()
        message = await here.delivered()
        await here.stop()

        assert message is interaction.message
        assert here.discord.messages(here.channel) == [message]
        assert here.rows("select state from generation") == [("delivered",)]


@pytest.mark.parametrize("fault", [None, Lose()], ids=repr)
async def test_past_its_fifteen_minutes_a_piece_whose_message_is_gone_is_posted_once(
    tmp_path: Path, fault: Lose | None
):
    async with open_whole_bot(tmp_path) as here:
        hold = Hold(performed=False)
        here.discord.faults.plan(*EDIT, hold, when=with_sound)
        if fault is not None:
            here.discord.faults.plan(*POST, fault)
        interaction = await here.compose()
        await hold.arrived.wait()
        here.discord.expire(interaction)
        await here.discord.delete_message(interaction.message)
        hold.release()
        message = await here.delivered()
        await here.stop()

        assert here.discord.messages(here.channel) == [message]
        assert here.rows("select state, message_id from generation") == [("delivered", message.id)]


async def test_a_piece_that_may_not_be_posted_goes_to_its_composer_directly(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        hold = Hold(performed=False)
        here.discord.faults.plan(*EDIT, hold, when=with_sound)
        interaction = await here.compose()
        await hold.arrived.wait()
        here.discord.expire(interaction)
        await here.discord.delete_message(interaction.message)
        here.channel.denied = here.guild.bot_permissions
        hold.release()
        message = await here.delivered(here.discord.direct(here.anna))

        assert not here.discord.messages(here.channel)
        assert message.file(".mp3").content


async def test_a_piece_that_reaches_nobody_waits_for_track(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        here.anna.takes_direct_messages = False
        hold = Hold(performed=False)
        here.discord.faults.plan(*EDIT, hold, when=with_sound)
        interaction = await here.compose()
        await hold.arrived.wait()
        here.discord.expire(interaction)
        await here.discord.delete_message(interaction.message)
        here.channel.denied = here.guild.bot_permissions
        hold.release()
        await here.hears("kept")
        here.channel.denied = 0
        tracked = await here.discord.slash("track", user=here.anna, channel=here.channel, number=1)
        message = await here.delivered()

        assert message is tracked.message
        assert message.file(".mid").content


async def test_a_private_piece_is_seen_by_its_composer_only(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        interaction = await here.compose(private=True)
        message = await here.delivered()
        await here.discord.press(message, "👍", user=here.anna)
        await here.stop()

        assert message is interaction.message
        assert message.seen_by is here.anna
        assert "`number:1` brings it back." in message.text
        assert here.rows("select value, source, is_author from rating") == [(1, "button", 1)]


async def test_a_private_piece_that_comes_as_a_direct_message_stays_and_is_said_to_vanish_nowhere(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        here.discord.faults.plan("PATCH", "/webhooks/*/messages/*", Refuse(404, 10015), times=9)
        await here.compose(private=True)
        message = await here.delivered(here.discord.state.direct(here.anna))

        assert "brings it back" not in message.text


@pytest.mark.parametrize("code", [30046, 50008, 50083, 160005, 50278, 999999])
def test_a_refusal_that_is_final_closes_its_way_at_once_whatever_its_code(code):
    assert closes_way(refused(403, code))
    assert closes_way(refused(400, code))


@pytest.mark.parametrize(("status", "code"), [(429, 0), (500, 0), (503, 0), (413, 0), (400, 40005), (404, 10008)])
def test_a_refusal_that_may_pass_leaves_its_way_open(status, code):
    assert not closes_way(refused(status, code))


def refused(status: int, code: int) -> discord.HTTPException:
    response = SimpleNamespace(status=status, reason="as tried")
    return discord.HTTPException(response, {"code": code, "message": "no"})  # type: ignore[arg-type]  # all it reads


async def test_where_a_thread_is_locked_the_piece_comes_as_a_direct_message(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        here.discord.faults.plan("PATCH", "/*/messages/*", Refuse(403, code=160005), when=with_sound, times=100)
        await here.compose()
        message = await here.delivered(here.discord.direct(here.anna))

        assert not here.heard("delivery failed")
        assert message.file(".mid").content
