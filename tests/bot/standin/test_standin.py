"""The stand-in for Discord, met by real discord.py with a bot of a few lines."""

from __future__ import annotations

import io

import aiohttp
import discord
import pytest

from bot.standin.faults import Lose, Refuse
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import Attachment
from tests.bot.standin.small_bot import met


async def test_a_command_is_answered_with_files_and_buttons(monkeypatch):
    async with met(monkeypatch) as (stand_in, _, guild, anna):
        interaction = await stand_in.slash("compose", length=30, user=anna, channel=guild.channel)
        await stand_in.until(lambda: interaction.message.attachments)

        assert interaction.answer == 5
        assert interaction.answered_after < 1
        assert interaction.message.embeds[0]["title"] == "30 s"
        assert interaction.message.file(".mp3").content == b"ID3"
        assert [button["label"] for button in interaction.message.buttons()] == ["Another", "Change"]
        assert not interaction.message.loading
        assert not stand_in.violations


async def test_a_file_that_an_embed_shows_is_not_listed_and_can_be_fetched(monkeypatch):
    async with met(monkeypatch) as (stand_in, bot, guild, anna):
        interaction = await stand_in.slash("compose", user=anna, channel=guild.channel)
        await stand_in.until(lambda: interaction.message.attachments)
        channel = bot.get_channel(guild.channel.id)
        assert isinstance(channel, discord.TextChannel)

        message = await channel.fetch_message(interaction.message.id)

        assert [file.filename for file in message.attachments] == ["piece.mp3"]
        assert message.embeds[0].image.url is not None
        assert await bot.http.get_from_cdn(message.embeds[0].image.url) == b"\x89PNG"


async def test_a_button_a_modal_and_autocomplete_are_answered(monkeypatch):
    async with met(monkeypatch) as (stand_in, _, guild, anna):
        interaction = await stand_in.slash("compose", user=anna, channel=guild.channel)
        await stand_in.until(lambda: interaction.message.attachments)

        opened = await stand_in.press(interaction.message, "Change", user=anna)
        answered = await stand_in.submit(opened, {"key": "Cm"})
        pressed = await stand_in.press(interaction.message, "Another", user=anna)
        proposed = await stand_in.autocomplete("compose", "length", "1", user=anna, channel=guild.channel)

        assert answered.message.content == "In Cm"
        assert answered.message.seen_by is anna
        assert pressed.message.content == "again"
        assert proposed == [{"name": "10 s", "value": 10}]


async def test_a_form_gives_files_and_choices_as_discord_does(monkeypatch):
    async with met(monkeypatch) as (stand_in, _, guild, anna):
        opened = await stand_in.slash("ask", user=anna, channel=guild.channel)
        given = {
            "tune": [Attachment("tune.mid", b"MThd")],
            "mode": ["Minor"],
            "parts": ["Bass", "Drums"],
            "alone": True,
        }

        answered = await stand_in.submit(opened, given)

        assert answered.message.content == "tune.mid b'MThd' Minor Bass+Drums True"
        assert not stand_in.violations


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"mode": ["Minor"]}, "tune: choose 1, not 0"),
        ({"tune": [Attachment("a.mid", b"")]}, "mode: choose 1, not 0"),
        ({"tune": [Attachment("a.mid", b"")], "mode": ["Minor"], "parts": []}, "parts: choose 1 to 2, not 0"),
    ],
)
async def test_a_form_is_not_sent_with_too_few_or_too_many_chosen(monkeypatch, given, reason):
    async with met(monkeypatch) as (stand_in, _, guild, anna):
        opened = await stand_in.slash("ask", user=anna, channel=guild.channel)

        with pytest.raises(RefusedError, match=reason):
            await stand_in.submit(opened, given)


async def test_reactions_and_deletions_are_told(monkeypatch):
    async with met(monkeypatch) as (stand_in, bot, guild, anna):
        message = await stand_in.say("hello", user=anna, channel=guild.channel)

        await stand_in.react(message, "👍", user=anna)
        await stand_in.unreact(message, "👍", user=anna)
        await stand_in.delete_message(message)
        await stand_in.gateway.beat()

        assert bot.heard == [f"+👍 {anna.id}", f"-👍 {anna.id}", f"deleted {message.id}"]


async def test_what_happens_while_the_connection_is_lost_is_told_when_it_resumes(monkeypatch):
    async with met(monkeypatch) as (stand_in, bot, guild, anna):
        message = await stand_in.say("hello", user=anna, channel=guild.channel)

        stand_in.gateway.drop()
        await stand_in.react(message, "👍", user=anna)
        await stand_in.until(lambda: stand_in.gateway.resumed)
        await stand_in.gateway.beat()

        assert bot.heard == [f"+👍 {anna.id}"]
        assert stand_in.gateway.identified == 1


async def test_a_session_that_is_over_begins_anew(monkeypatch):
    async with met(monkeypatch) as (stand_in, _, _, _):
        await stand_in.gateway.invalidate()
        await stand_in.until(lambda: stand_in.gateway.identified == 2 and stand_in.gateway.connected)

        assert not stand_in.gateway.resumed


async def test_the_bot_connects_anew_when_it_is_asked(monkeypatch):
    async with met(monkeypatch) as (stand_in, _, _, _):
        await stand_in.gateway.ask_reconnect()
        await stand_in.until(lambda: stand_in.gateway.resumed == 1)

        assert stand_in.gateway.identified == 1


async def test_faults_meet_the_requests_they_are_planned_for(monkeypatch):
    async with met(monkeypatch) as (stand_in, bot, guild, _):
        channel = bot.get_channel(guild.channel.id)
        assert isinstance(channel, discord.TextChannel)
        stand_in.faults.plan("POST", "/channels/*/messages", Refuse(429, retry_after=0.01))
        stand_in.faults.plan("POST", "/channels/*/messages", Refuse(413, code=40005))
        stand_in.faults.plan("POST", "/channels/*/messages", Lose())

        with pytest.raises(discord.HTTPException) as too_large:
            await channel.send("first")
        with pytest.raises(aiohttp.ClientError):
            await channel.send("second")

        assert too_large.value.code == 40005
        assert [request.status for request in stand_in.sent("POST", "/messages")] == [429, 413, 0]
        assert [message.content for message in stand_in.messages(guild.channel)] == ["second"]


async def test_a_nonce_that_is_enforced_posts_once(monkeypatch):
    async with met(monkeypatch) as (stand_in, bot, guild, _):
        channel = bot.get_channel(guild.channel.id)
        assert isinstance(channel, discord.TextChannel)

        first, second = await channel.send("piece", nonce="piece-1"), await channel.send("piece", nonce="piece-1")

        assert first.id == second.id
        assert len(stand_in.messages(guild.channel)) == 1


async def test_an_expired_token_is_refused(monkeypatch):
    async with met(monkeypatch) as (stand_in, _, guild, anna):
        interaction = await stand_in.slash("compose", user=anna, channel=guild.channel)
        await stand_in.until(lambda: interaction.message.attachments)
        stand_in.expire(interaction)

        async with aiohttp.ClientSession() as session:
            url = f"{stand_in.api_base}/webhooks/{stand_in.state.bot.id}/{interaction.token}/messages/@original"
            answer = await session.patch(url, json={"content": "late"})
            body = await answer.json()

        assert (answer.status, body["code"]) == (401, 50027)


async def test_what_discord_would_not_take_is_refused_and_noted(monkeypatch):
    async with met(monkeypatch) as (stand_in, bot, guild, anna):
        channel = bot.get_channel(guild.channel.id)
        assert isinstance(channel, discord.TextChannel)

        with pytest.raises(discord.HTTPException):
            await channel.send("x" * 2001)
        with pytest.raises(RefusedError):
            await stand_in.slash("compose", length=1000, user=anna, channel=guild.channel)

        assert "content: 2001 characters" in stand_in.violations[0]


async def test_a_missing_permission_is_refused(monkeypatch):
    async with met(monkeypatch) as (stand_in, bot, guild, _):
        channel = bot.get_channel(guild.channel.id)
        assert isinstance(channel, discord.TextChannel)
        guild.channel.denied = 1 << 15

        await channel.send("no file")
        with pytest.raises(discord.Forbidden) as forbidden:
            await channel.send(file=discord.File(io.BytesIO(b"ID3"), "piece.mp3"))

        assert forbidden.value.code == 50013
        assert len(stand_in.messages(guild.channel)) == 1
