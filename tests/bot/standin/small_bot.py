"""A bot of a few lines, by discord.py itself, that the stand-in meets."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord
import yarl
from discord import app_commands, gateway, http

from bot.standin.page.server import Page
from bot.standin.server import StandIn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from bot.standin.world import Guild, Person

INTENTS = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)


class Question(discord.ui.Modal, title="Change"):
    """A form with a line of text."""

    key: discord.ui.TextInput[Question] = discord.ui.TextInput(
        label="Key", custom_id="key", default="Am", max_length=20
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"In {self.key.value}", ephemeral=True)


class Everything(discord.ui.Modal, title="Go on"):
    """A form with one field of every kind that has no text."""

    tune: discord.ui.Label[Everything] = discord.ui.Label(
        text="Your tune", description="As MIDI", component=discord.ui.FileUpload(custom_id="tune")
    )
    mode: discord.ui.Label[Everything] = discord.ui.Label(
        text="Mode",
        component=discord.ui.RadioGroup(
            custom_id="mode",
            options=[discord.RadioGroupOption(label="Major", value="major"), discord.RadioGroupOption(label="Minor")],
        ),
    )
    parts: discord.ui.Label[Everything] = discord.ui.Label(
        text="Parts",
        component=discord.ui.CheckboxGroup(
            custom_id="parts",
            max_values=2,
            options=[
                discord.CheckboxGroupOption(label="Melody", description="What sings", default=True),
                discord.CheckboxGroupOption(label="Bass"),
                discord.CheckboxGroupOption(label="Drums"),
            ],
        ),
    )
    alone: discord.ui.Label[Everything] = discord.ui.Label(
        text="For me alone", component=discord.ui.Checkbox(custom_id="alone")
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what arrived."""
        tune, mode, parts, alone = (each.component for each in (self.tune, self.mode, self.parts, self.alone))
        assert isinstance(tune, discord.ui.FileUpload)
        assert isinstance(mode, discord.ui.RadioGroup)
        assert isinstance(parts, discord.ui.CheckboxGroup)
        assert isinstance(alone, discord.ui.Checkbox)
        (file,) = tune.values
        text = f"{file.filename} {await file.read()!r} {mode.value} {'+'.join(parts.values)} {alone.value}"
        await interaction.response.send_message(text)


class Buttons(discord.ui.View):
    """Two buttons of a piece."""

    @discord.ui.button(label="Another", custom_id="another:1")
    async def another(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="again")

    @discord.ui.button(label="Change", custom_id="change:1")
    async def change(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Question())


class SmallBot(discord.Client):
    """Composes nothing, answers everything.

    Attributes:
        heard: What it was told of reactions and deletions.
    """

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

        @self.tree.command(name="continue", description="Go on with your own")
        async def go_on(interaction: discord.Interaction, file: discord.Attachment) -> None:
            await interaction.response.send_message(f"{file.filename} {await file.read()!r}")

        @self.tree.command(description="Ask for everything")
        async def ask(interaction: discord.Interaction) -> None:
            await interaction.response.send_modal(Everything())

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
    """The bot, once it is ready; at the end it is gone."""
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
    """A stand-in with its page, a bot that is connected to it, a guild and somebody in it."""
    stand_in = StandIn()
    Page(stand_in).add_to(stand_in.app)
    async with stand_in:
        guild, anna = stand_in.add_guild(), stand_in.add_person("anna")
        async with connected(stand_in, SmallBot(), monkeypatch) as bot:
            yield stand_in, bot, guild, anna
