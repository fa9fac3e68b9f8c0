"""What a server likes is told in words and as a picture, and its managers may have it forgotten."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.order import ServerSettings
from tests.bot.discord_ui.cogs.test_server_rules import manager
from tests.bot.discord_ui.discord_world import buttons, open_discord_world
from tests.bot.storage.learning.test_tastes import LEARNED


def said_in(asked):
    return asked.response.embeds[0].description.splitlines()


async def test_what_a_server_likes_is_told_shown_exported_and_forgotten(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.app.store.tastes.keep(here.guild.id, LEARNED)

        shown = await here.bob.slash(here.channel, "taste")
        exported = await here.bob.click(shown.response.message, label="Export")
        admin = manager(here)
        to_manager = await admin.slash(here.channel, "taste")
        asked = await admin.click(to_manager.response.message, label="Forget")
        forgotten = await admin.click(asked.response.message, label="Forget this taste")

        assert said_in(shown)[1] == "You like **minor keys, slow tempos, many notes**: 12 votes surer than chance."
        assert [file.filename for file in shown.response.attachments] == ["taste.png"]
        assert list(buttons(shown.response.message)) == ["cadenza:tastefile:1"]
        assert [file.filename for file in exported.response.attachments] == ["taste.json"]
        assert forgotten.response.content == "Forgotten. I start again with the next votes."
        assert await here.app.store.tastes.latest(here.guild.id) is None


async def test_before_enough_is_known_it_says_what_is_missing(tmp_path):
    async with open_discord_world(tmp_path) as here:
        first = await here.bob.slash(here.channel, "taste")
        await here.app.store.tastes.keep(here.guild.id, replace(LEARNED, taken=False))
        unclear = await here.bob.slash(here.channel, "taste")
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(taste="off"), by=1)
        off = await here.bob.slash(here.channel, "taste")

        assert said_in(first)[1].startswith("I don't know it yet: I need votes on 20 pieces by 3 people.")
        assert said_in(unclear)[1].startswith("Your votes have nothing in common yet")
        assert said_in(off)[0] == "Pieces here are composed as the model does, without any taste."


async def test_a_piece_is_composed_by_the_taste_of_its_server(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.app.store.tastes.keep(here.guild.id, LEARNED)
        generation = await here.composed()
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(taste="off"), by=1)
        plain = await here.composed()

        assert (generation.taste, plain.taste) == (1, None)
        assert here.composer.liked[0] == LEARNED.preferences
        assert here.composer.liked[1].minor == 0
