"""Discord is told of commands when they changed, and not otherwise."""

from __future__ import annotations

import discord
import simcord
from discord import app_commands

from bot.discord_ui.registration import register
from bot.discord_ui.texts.translator import Translator, said


class DictMemory:
    def __init__(self):
        self.words = {}

    async def get(self, key):
        return self.words.get(key)

    async def set(self, key, value):
        self.words[key] = value


class Client(discord.Client):
    def __init__(self):
        super().__init__(intents=discord.Intents.none())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self):
        await self.tree.set_translator(Translator())
        self.offer("help")

    def offer(self, name):
        @self.tree.command(name=said(f"command.{name}.name"), description=said(f"command.{name}.about"))
        async def command(interaction):
            """Do nothing."""


async def test_commands_are_told_once():
    client, memory = Client(), DictMemory()
    async with simcord.run(client):
        first = await register(client.tree, memory, home=None)
        second = await register(client.tree, memory, home=None)
        forced = await register(client.tree, memory, home=None, force=True)

    assert (first, second, forced) == ((1, 0), (0, 0), (1, 0))


async def test_commands_are_told_again_when_one_is_new():
    client, memory = Client(), DictMemory()
    async with simcord.run(client):
        await register(client.tree, memory, home=None)
        client.offer("queue")

        assert await register(client.tree, memory, home=None) == (2, 0)


async def test_a_home_server_gets_its_copy_at_once():
    client, memory = Client(), DictMemory()
    async with simcord.run(client) as env:
        guild = env.create_guild()

        assert await register(client.tree, memory, home=discord.Object(guild.id)) == (1, 1)
        assert await register(client.tree, memory, home=discord.Object(guild.id)) == (0, 0)
        assert ("help", 1) in env.backend.commands[guild.id]


async def test_commands_are_called_in_every_language():
    client, memory = Client(), DictMemory()
    async with simcord.run(client) as env:
        await register(client.tree, memory, home=None)
        names = env.backend.commands[None]["help", 1]["name_localizations"]

    assert (names["de"], names["fr"], names["es-ES"], names["es-419"]) == ("hilfe", "aide", "ayuda", "ayuda")
    assert "ja" not in names


async def test_a_refusal_of_discord_s_does_not_keep_the_bot_from_starting():
    client, memory = Client(), DictMemory()
    async with simcord.run(client) as env:
        env.inject_error("PUT", "/applications/*/guilds/*/commands", status=403, code=50001)

        assert await register(client.tree, memory, home=discord.Object(1)) == (1, 0)
        assert len(memory.words) == 1
