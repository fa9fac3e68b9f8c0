"""A courier between a made-up Discord and the tests, and what it delivers."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import discord
import simcord
from discord.ext import commands

from bot.discord_ui.client_options import intents
from bot.discord_ui.delivery.courier import Courier
from bot.discord_ui.delivery.family import Family
from bot.discord_ui.piece_menu import PieceMenu
from bot.domain.generation import FinishedPiece, Generation, GenerationState
from bot.domain.order import Options

PIECE = FinishedPiece(b"midi", b"sound" * 1000, b"png", "142-nocturne-in-e-flat-major")
LIMIT = 10_000_000


class FakeEncoder:
    """Makes sound of exactly the size that it may have, down to a least one."""

    def __init__(self, least=0):
        self.least = least
        self.asked = []

    async def smaller(self, number, most_bytes):
        self.asked.append((number, most_bytes))
        return b"s" * min(most_bytes, 1000) if most_bytes >= self.least else None


class NoFamily(Family):
    """Knows no piece that goes on from another."""

    def __init__(self):
        pass

    async def line(self, *_, **__):
        return None


class CourierHarness:
    """A server with a channel, somebody in it, and a courier."""

    def __init__(self, env, client, encoder, pause):
        self.env = env
        self.encoder = encoder
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("music")
        self.ann = self.guild.add_member(env.create_user("ann"))
        self.courier = Courier(client, encoder, NoFamily(), PieceMenu(), pause=pause)
        self.client = client

    async def asked(self, *, private=False, channel=None):
        """A generation whose interaction was acknowledged."""
        await self.ann.slash(channel or self.channel, "ask", private=private)
        interaction, response = self.client.acknowledged.pop()
        return Generation(
            number=142,
            request_id=interaction.id,
            user_id=self.ann.id,
            guild_id=self.guild.id,
            channel_id=interaction.channel_id,
            locale="en-US",
            private=private,
            options=Options(seconds=60, model="wavenet", version=3, seed=81723, style="piano"),
            state=GenerationState.COMPOSED,
            attempts=1,
            created_at=datetime.now(UTC),
            title="Nocturne in E flat major",
            beats_per_minute=72.0,
            seconds_spent={"wait": 9.0, "sample": 2.0, "render": 1.0},
            reply_message_id=response.message_id,
            reply_token=interaction.token,
        )

    def message(self, posted):
        return next(
            message
            for message in self.env.backend.channels[posted.channel_id].messages.values()
            if message.id == posted.message_id
        )


class Asked(commands.Bot):
    """Acknowledges whatever it is asked."""

    def __init__(self):
        super().__init__(command_prefix=(), intents=intents(), help_command=None)
        self.acknowledged = []

    async def setup_hook(self):
        @self.tree.command(name="ask", description="Ask.")
        async def ask(interaction: discord.Interaction, private: bool = False) -> None:  # noqa: FBT001, FBT002
            response = await interaction.response.defer(thinking=True, ephemeral=private)
            self.acknowledged.append((interaction, response))

        await self.tree.sync()


@asynccontextmanager
async def open_courier(encoder=None, *, pause=asyncio.sleep):
    client = Asked()
    async with simcord.run(client, settle_timeout=2.0) as env:
        yield CourierHarness(env, client, encoder or FakeEncoder(), pause)


def old_id():
    """Id of an interaction that was made an hour ago."""
    return discord.utils.time_snowflake(discord.utils.utcnow() - timedelta(hours=1))


def buttons(message):
    return [button.to_dict() for row in message.components for button in row.children]


def sizes(message):
    return {file.filename.rpartition(".")[2]: file.size for file in message.attachments}


async def turns():
    for _ in range(20):
        await asyncio.sleep(0)
