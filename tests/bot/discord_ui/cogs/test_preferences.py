"""What people, servers and those who run the bot decide."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import discord

from bot import VERSION
from bot.domain.generation import GenerationState
from bot.domain.order import Defaults, ServerSettings
from tests.bot.discord_ui.discord_world import DEFAULT, open_discord_world

if TYPE_CHECKING:
    from composer.options import Wishes


def text(result):
    return result.response.embeds[0].description


async def test_one_s_own_defaults_hold_where_an_option_is_left_out(tmp_path):
    async with open_discord_world(tmp_path) as here:
        saved = await here.ann.slash(here.channel, "settings", length=30, instrument="music-box", key="Am")
        assert saved.ephemeral
        assert saved.response.content == "Saved. I use these whenever you leave an option out."
        assert text(saved).splitlines() == ["length: **30**", "instrument: **music box**", "key: **A minor**"]

        piece = await here.composed(key="C")

        assert (piece.options.seconds, piece.options.instrument, str(piece.options.key)) == (30, "music-box", "C major")


async def test_any_takes_one_default_back_and_leaves_the_others(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.ann.slash(here.channel, "settings", length=30, key="Am", metre="3/4")

        saved = await here.ann.slash(here.channel, "settings", key="any")

        assert text(saved).splitlines() == ["length: **30**", "key: **any**", "metre: **3/4**"]
        assert (await here.composed()).options.wishes()["key"] is None


async def test_any_overrules_a_default_for_one_piece(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.ann.slash(here.channel, "settings", key="Am", metre="3/4")
        here.say("de")

        piece = await here.composed(key="beliebig")

        assert (piece.options.key, str(piece.options.metre)) == (None, "3/4")
        assert piece.options.said_any == {"key"}


async def test_private_by_default_is_private_from_the_first_answer_on(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.ann.slash(here.channel, "settings", private=True)

        result = await here.ann.slash(here.channel, "compose")

        assert result.ephemeral
        assert (await here.delivered(1)).private


async def test_defaults_that_no_piece_can_have_are_as_good_as_none(tmp_path):
    async with open_discord_world(tmp_path) as here:
        impossible: Wishes = {"seconds": 9999, "style": "polka", "tempo": "fast", "creativity": 7.0, "metre": "3/4"}
        await here.app.store.preferences.set_defaults(here.ann.id, Defaults(wishes=impossible))

        piece = await here.composed()

        assert (piece.options.seconds, piece.options.style, str(piece.options.metre)) == (60, "piano", "3/4")


async def test_defaults_can_be_taken_back(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.ann.slash(here.channel, "settings", tempo=90)

        reset = await here.ann.slash(here.channel, "settings", reset="all")

        assert reset.response.content == "Your defaults are gone. The standard ones apply again."
        assert text(reset) == "You haven't set any defaults."
        assert await here.app.store.preferences.defaults(here.ann.id) == Defaults()
        assert text(await here.ann.slash(here.channel, "privacy show")) == "I keep nothing about you."


async def test_defaults_of_a_model_that_is_none_are_refused(tmp_path):
    async with open_discord_world(tmp_path) as here:
        refused = await here.ann.slash(here.channel, "settings", model="wavnet")

        assert refused.response.content == "There is no model called `wavnet`. Did you mean `wavenet`?"


async def test_who_manages_a_server_settles_what_holds_there(tmp_path):
    async with open_discord_world(tmp_path) as here:
        managers = here.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        manager = here.person("manager", roles=[managers])

        saved = await manager.slash(here.channel, "server settings", **{"max-length": 90, "hourly-limit": 5})

        assert saved.response.content == "Saved."
        assert text(saved).splitlines()[:6] == [
            "Channel: any",
            "Who may compose: everybody",
            "Longest piece: **90 s**",
            "Pieces per person per hour: **5**",
            f"Default model: **{DEFAULT.name}**",
            "Votes here teach the next model: **✓**",
        ]
        assert await here.app.store.preferences.server(here.guild.id) == ServerSettings(longest=90, per_hour=5)


async def test_others_may_not_even_if_discord_lets_them_through(tmp_path):
    async with open_discord_world(tmp_path) as here:
        lift_gates(here)

        refused = await here.bob.slash(here.channel, "server settings", **{"max-length": 300})

        assert refused.response.content == "You need the **Manage Server** permission for that."


async def test_what_is_kept_can_be_seen_and_taken_along(tmp_path):
    async with open_discord_world(tmp_path) as here:
        empty = await here.ann.slash(here.channel, "privacy show")
        assert text(empty) == "I keep nothing about you."
        await here.composed()

        shown = await here.ann.slash(here.channel, "privacy show")
        assert shown.ephemeral
        assert text(shown).startswith("1 piece you asked for. Each is stored")

        exported = await here.ann.slash(here.channel, "privacy export")
        assert exported.ephemeral
        file = exported.response.attachments[0]
        assert file.filename == "cadenza-1.zip"
        with ZipFile(BytesIO(await file.read())) as bundle:
            assert bundle.namelist() == ["person.json", "midi/1.mid", "pieces-1.json", "posts-1.json"]
            assert [row["number"] for row in json.loads(bundle.read("pieces-1.json"))] == [1]


async def test_what_is_kept_is_deleted_after_one_more_question(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        await here.ann.react(here.message(piece), "👍")
        await here.ann.slash(here.channel, "settings", tempo=90)

        asked = await here.ann.slash(here.channel, "privacy delete")
        assert asked.ephemeral
        assert here.message(piece)

        await here.ann.click(asked.response.message, label="Delete everything")

        assert asked.response.content == "Done. Deleted: 1 piece you asked for, 1 vote you gave, your defaults."
        assert here.channel.history() == []
        assert text(await here.ann.slash(here.channel, "privacy show")) == "I keep nothing about you."


async def test_what_one_did_for_a_server_is_counted_and_loses_ones_number(tmp_path):
    async with open_discord_world(tmp_path) as here:
        managers = here.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        manager = here.person("manager", roles=[managers])
        await manager.slash(here.channel, "server settings", **{"max-length": 90})

        shown = await manager.slash(here.channel, "privacy show")
        assert text(shown).startswith("your user ID next to 1 thing you did as an admin or moderator. Each")

        asked = await manager.slash(here.channel, "privacy delete")
        await manager.click(asked.response.message, label="Delete everything")
        assert text(await manager.slash(here.channel, "privacy show")) == "I keep nothing about you."


async def test_only_those_who_run_the_bot_may_look_into_it(tmp_path):
    async with open_discord_world(tmp_path, admin_ids=frozenset({1})) as here:
        lift_gates(here)

        refused = await here.bob.slash(here.channel, "admin status")

        assert refused.response.content == "Only the people who run this bot can do that."


async def test_an_admin_sees_how_the_bot_is_cancels_and_registers_anew(tmp_path):
    async with open_discord_world(tmp_path) as here:
        lift_gates(here)
        here.env.bot.owner_id = here.ann.id
        here.composer.open.clear()
        await here.bob.slash(here.channel, "compose")
        await here.until(lambda generation: generation.state is GenerationState.COMPOSING, 1)

        status = await here.ann.slash(here.channel, "admin status")
        assert "Workers: **1 / 1**" in text(status)
        assert f"Version: **{VERSION}**" in text(status)
        assert status.ephemeral

        unknown = await here.ann.slash(here.channel, "admin cancel", number=404)
        assert unknown.response.content == "I can't find a piece #404 that you can see here."

        cancelled = await here.ann.slash(here.channel, "admin cancel", number=1)
        assert cancelled.response.content == "Piece #1 is cancelled."

        synced = await here.ann.slash(here.channel, "admin sync")
        everywhere = len(here.env.backend.commands[None])
        assert synced.response.content == f"Commands registered: {everywhere} globally, 0 in the home server."
        actions = [audited.action for audited in await here.app.store.audit.latest()]
        assert {"status", "cancel", "sync"} <= set(actions)


def lift_gates(here):
    """Let Discord show every command to everybody, as a careless server might."""
    for command in here.env.backend.commands[None].values():
        command["default_member_permissions"] = None


async def test_commands_can_be_installed_by_people_too(tmp_path):
    async with open_discord_world(tmp_path) as here:
        installed = {
            command["name"]: (tuple(command["integration_types"] or ()), tuple(command["contexts"] or ()))
            for command in here.env.backend.commands[None].values()
        }

        on_servers = {"server", "admin", "taste"}
        assert {places for name, places in installed.items() if name not in on_servers} == {((0, 1), (0, 1, 2))}
