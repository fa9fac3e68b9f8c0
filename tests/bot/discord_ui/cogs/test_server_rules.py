"""A server's and a person's settings: where pieces may be posted, and how each setting is undone alone."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import discord
import pytest

from bot.discord_ui.cogs.preferences import ALL
from bot.discord_ui.options.values import SHOWN_OPTIONS
from bot.domain.order import Defaults, ServerSettings
from bot.storage.people.preferences import SERVER, write
from tests.bot.discord_ui.discord_world import DEFAULT, open_discord_world
from tests.bot.discord_ui.options.test_options import NETWORK
from tests.bot.discord_ui.test_refusals import told

OTHERS = ServerSettings(channel_ids=(), role_id=5, longest=90, per_hour=5, model="wavenet", training=False)
OF_A_SERVER = {"role": "role_id", "longest": "longest", "quota": "per_hour", "model": "model", "training": "training"}


async def chosen(here, *channels):
    """The server chooses these channels."""
    ids = tuple(channel.id for channel in channels)
    await here.app.store.preferences.set_server(here.guild.id, ServerSettings(channel_ids=ids), by=1)


def manager(here):
    role = here.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    return here.person("manager", roles=[role])


async def channel_of(here, handle):
    return here.env.bot.get_guild(here.guild.id).get_channel(handle.id)


COMMANDS = [("compose", {}), ("track", {"number": 1})]
POSTING = pytest.mark.parametrize(("command", "options"), COMMANDS, ids=["compose", "track"])


@POSTING
async def test_whatever_posts_a_piece_asks_where_the_server_wants_it(tmp_path, command, options):
    async with open_discord_world(tmp_path) as here:
        await here.composed()
        second, other = (here.guild.create_text_channel(name) for name in ("second", "other"))
        await chosen(here, here.channel, second)

        refused = await here.ann.slash(other, command, **options)
        posted = await here.ann.slash(second, command, **options)

        assert told(refused) == f"In this server I only compose in <#{here.channel.id}>, <#{second.id}>."
        assert not posted.ephemeral
        assert other.history() == []


async def test_buttons_ask_where_the_server_wants_pieces_too(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        await chosen(here, here.guild.create_text_channel("other"))

        refused = await here.ann.click(message, custom_id="cadenza:another:1")

        assert told(refused).startswith("In this server I only compose in")


async def test_a_thread_belongs_to_its_channel(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await chosen(here, here.channel)
        channel = await channel_of(here, here.channel)
        await channel.create_thread(name="notes", type=discord.ChannelType.public_thread)
        await here.env.settle()

        posted = await here.ann.slash(here.channel.threads[0], "compose")

        assert not posted.ephemeral
        await here.delivered(1)


async def test_what_one_person_alone_sees_may_be_anywhere(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await chosen(here, here.guild.create_text_channel("other"))

        await here.ann.slash(here.channel, "compose", private=True)
        top = await here.ann.slash(here.channel, "top pieces")

        assert (await here.delivered(1)).private
        assert top.ephemeral


async def test_a_deleted_channel_keeps_nobody_from_anything_and_the_server_is_told(tmp_path):
    async with open_discord_world(tmp_path) as here:
        gone = here.guild.create_text_channel("gone")
        await chosen(here, gone)
        await (await channel_of(here, gone)).delete()
        await here.env.settle()

        piece = await here.composed()
        shown = await manager(here).slash(here.channel, "server settings")

        assert piece.number == 1
        line = shown.response.embeds[0].description.splitlines()[0]
        assert line == "Channel: any (one that was chosen is gone and no longer counts)"


async def test_channels_with_messages_of_every_kind_can_be_chosen_one_after_the_other(tmp_path):
    async with open_discord_world(tmp_path) as here:
        make = here.guild
        kinds = [
            here.channel,
            make.create_forum_channel("forum"),
            make.create_voice_channel("voice"),
            make.create_stage_channel("stage"),
            make.create_news_channel("news"),
        ]
        person = manager(here)
        for channel in [*kinds, here.channel]:
            shown = await person.slash(here.channel, "server settings", channel=channel)

        ids = tuple(channel.id for channel in [*kinds[1:], here.channel])
        assert (await here.app.store.preferences.server(here.guild.id)).channel_ids == ids
        assert all(f"<#{channel_id}>" in shown.response.embeds[0].description for channel_id in ids)


async def test_the_one_channel_of_an_older_release_is_one_of_several(tmp_path):
    async with open_discord_world(tmp_path) as here:
        old = {"channel_id": 77, "longest": 60}
        await here.app.store.database.write(lambda connection: write(connection, SERVER, here.guild.id, "all", old))

        found = await here.app.store.preferences.server(here.guild.id)

        assert found == ServerSettings(channel_ids=(77,), longest=60)


@pytest.mark.parametrize("name", [*OF_A_SERVER, "channel", ALL])
async def test_one_setting_of_a_server_is_undone_and_the_others_stay(tmp_path, name):
    async with open_discord_world(tmp_path) as here:
        before = replace(OTHERS, channel_ids=(here.channel.id,))
        await here.app.store.preferences.set_server(here.guild.id, before, by=1)

        await manager(here).slash(here.channel, "server settings", reset=name)

        after = await here.app.store.preferences.server(here.guild.id)
        undone = {*OF_A_SERVER.values(), "channel_ids"} if name == ALL else {OF_A_SERVER.get(name, "channel_ids")}
        fields = {field.name for field in dataclasses.fields(ServerSettings)}
        assert {field for field in fields if getattr(after, field) != getattr(before, field)} == undone
        assert after == replace(before, **{field: getattr(ServerSettings(), field) for field in undone})


async def test_one_default_of_a_person_is_undone_and_the_others_stay(tmp_path):
    async with open_discord_world(tmp_path) as here:
        lasting = {option.name: option for option in SHOWN_OPTIONS if option.lasting and option.name in NETWORK}
        wishes = {option.field: NETWORK[name] for name, option in lasting.items()}
        before = Defaults(wishes=wishes, private=True, notify=False)
        for name, option in lasting.items():
            await here.app.store.preferences.set_defaults(here.ann.id, before)
            await here.ann.slash(here.channel, "settings", reset=name)
            after = await here.app.store.preferences.defaults(here.ann.id)
            assert after == replace(before, wishes={key: wish for key, wish in wishes.items() if key != option.field})

        for name, after in (("private", replace(before, private=None)), ("notify", replace(before, notify=None))):
            await here.app.store.preferences.set_defaults(here.ann.id, before)
            await here.ann.slash(here.channel, "settings", reset=name)
            assert await here.app.store.preferences.defaults(here.ann.id) == after


@pytest.mark.parametrize("whose", ["person", "server"])
async def test_a_default_model_that_is_gone_is_passed_over_and_told(tmp_path, whose):
    async with open_discord_world(tmp_path) as here:
        if whose == "person":
            await here.app.store.preferences.set_defaults(here.ann.id, Defaults(wishes={"model": "gone"}))
        else:
            await here.app.store.preferences.set_server(here.guild.id, ServerSettings(model="gone"), by=1)

        asked = await here.ann.slash(here.channel, "compose")
        piece = await here.delivered(1)

        assert piece.options.model == DEFAULT.name
        assert asked.followups[-1].ephemeral
        assert asked.followups[-1].content == (
            f"`gone`, which your settings or this server's name, is no longer installed, "
            f"so `{DEFAULT.name}` composes this piece."
        )
