"""Discord is told of commands when they changed, and not otherwise."""

from __future__ import annotations

import discord
import pytest
import simcord
from discord import app_commands
from discord.utils import MISSING

from bot.discord_ui.registration import command_ids, register
from bot.discord_ui.texts.translator import Translator, said


class DictMemory:
    def __init__(self):
        self.words = {}

    async def get(self, key):
        return self.words.get(key)

    async def set(self, key, value):
        self.words[key] = value

    async def forget(self, key):
        del self.words[key]

    async def names(self, prefix):
        return [name for name in self.words if name.startswith(prefix)]


class Client(discord.Client):
    def __init__(self):
        super().__init__(intents=discord.Intents.none())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self):
        await self.tree.set_translator(Translator())
        self.offer("help")

    def offer(self, name, guild=None):
        @self.tree.command(
            name=said(f"command.{name}.name"), description=said(f"command.{name}.about"), guild=guild or MISSING
        )
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


async def test_no_command_stands_both_everywhere_and_at_home():
    client, memory = Client(), DictMemory()
    async with simcord.run(client) as env:
        guild = env.create_guild()
        home = discord.Object(guild.id)
        client.offer("admin", guild=home)

        assert await register(client.tree, memory, home=home) == (1, 1)
        assert await register(client.tree, memory, home=home) == (0, 0)
        assert {where: {name for name, _ in commands} for where, commands in env.backend.commands.items()} == {
            None: {"help"},
            guild.id: {"admin"},
        }


@pytest.mark.parametrize("noted", ["", "0123456789abcdef"], ids=["by this release", "by an earlier one"])
async def test_a_server_that_is_home_no_more_loses_its_commands(noted):
    client, memory = Client(), DictMemory()
    async with simcord.run(client) as env:
        former, new = (discord.Object(env.create_guild().id) for _ in range(2))
        for home in (former, new):
            client.offer("admin", guild=home)
        await register(client.tree, memory, home=former)
        if noted:
            memory.words[f"commands:{client.application_id}:{former.id}"] = noted
        client.tree.clear_commands(guild=former)

        await register(client.tree, memory, home=new)
        assert not env.backend.commands[former.id]
        assert set(env.backend.commands[new.id]) == {("admin", 1)}

        client.tree.clear_commands(guild=new)
        await register(client.tree, memory, home=None)
        assert not env.backend.commands[new.id]
        assert [name.rpartition(":")[2] for name in memory.words] == ["everywhere"]


async def test_a_former_home_that_cannot_be_reached_is_cleared_at_a_later_start():
    client, memory = Client(), DictMemory()
    async with simcord.run(client) as env:
        former = discord.Object(env.create_guild().id)
        client.offer("admin", guild=former)
        await register(client.tree, memory, home=former)
        client.tree.clear_commands(guild=former)

        env.inject_error("PUT", "/applications/*/guilds/*/commands", status=403, code=50001)
        assert await register(client.tree, memory, home=None) == (0, 0)
        assert env.backend.commands[former.id]
        await register(client.tree, memory, home=None)

        assert not env.backend.commands[former.id]


async def test_the_ids_of_commands_are_known_without_asking_discord_again():
    client, memory = Client(), DictMemory()
    async with simcord.run(client) as env:
        home = discord.Object(env.create_guild().id)
        client.offer("admin", guild=home)
        await register(client.tree, memory, home=home)
        await register(client.tree, memory, home=home)

        assert await command_ids(client.tree, memory) == {
            "help": int(env.backend.commands[None]["help", 1]["id"]),
            "admin": int(env.backend.commands[home.id]["admin", 1]["id"]),
        }


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

        client.offer("admin", guild=discord.Object(1))
        assert await register(client.tree, memory, home=discord.Object(1)) == (1, 0)
