"""The stand-in for Discord, met by real discord.py with a bot of a few lines."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands, gateway, http

from bot.standin.faults import Lose, Refuse
from bot.standin.rules.refusals import RefusedError
from bot.standin.server import StandIn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.standin.world import Guild, Person

INTENTS = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)


class Question(discord.ui.Modal, title="Change"):
    key: discord.ui.TextInput[Question] = discord.ui.TextInput(
        label="Key", custom_id="key", default="Am", max_length=20
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"In {self.key.value}", ephemeral=True)


class Buttons(discord.ui.View):
    @discord.ui.button(label="Another", custom_id="another:1")
    async def another(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="again")

    @discord.ui.button(label="Change", custom_id="change:1")
    async def change(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Question())


class SmallBot(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=INTENTS, allowed_mentions=discord.AllowedMentions.none(), guild_ready_timeout=0)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []

    async def setup_hook(self) -> None:
        @self.tree.command(description="Write a piece")
        async def compose(interaction: discord.Interaction, length: app_commands.Range[int, 5, 300] = 60) -> None:
            await interaction.response.defer(thinking=True)
            files = [discord.File(io.BytesIO(b"ID3"), "piece.mp3"), discord.File(io.BytesIO(b"\x89PNG"), "roll.png")]
            embed = discord.Embed(title=f"{length} s").set_image(url="attachment://roll.png")
            await interaction.edit_original_response(embed=embed, attachments=files, view=Buttons(timeout=None))

        @compose.autocomplete("length")
        async def proposals(_: discord.Interaction, typed: str) -> list[app_commands.Choice[int]]:
            return [app_commands.Choice(name=f"{typed}0 s", value=10)]

        self.add_view(Buttons(timeout=None))
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that discord.py waits between two sessions."""

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        self.heard.append(f"+{event.emoji} {event.user_id}")

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        self.heard.append(f"-{event.emoji} {event.user_id}")

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.heard.append(f"deleted {event.message_id}")


@asynccontextmanager
async def connected(stand_in: StandIn, bot: SmallBot, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SmallBot]:
    monkeypatch.setattr(http.Route, "BASE", stand_in.api_base)
    monkeypatch.setattr(gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(stand_in.gateway_url))
    async with bot:
        running = asyncio.create_task(bot.start(stand_in.token))
        await stand_in.ready()
        await bot.wait_until_ready()
        yield bot
        await bot.close()
        await running


@asynccontextmanager
async def met(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[StandIn, SmallBot, Guild, Person]]:
    """A stand-in, a bot that is connected to it, a guild and somebody in it."""
    async with StandIn() as stand_in:
        guild, anna = stand_in.add_guild(), stand_in.add_person("anna")
        async with connected(stand_in, SmallBot(), monkeypatch) as bot:
            yield stand_in, bot, guild, anna


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
