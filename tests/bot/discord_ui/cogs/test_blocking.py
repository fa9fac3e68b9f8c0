"""Whom the operators block is refused in one sentence, whatever they do, and finds what is kept about them."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from bot.discord_ui.texts import sentences
from bot.domain.generation import GenerationState
from bot.storage.people.blocklist import BlockedKind
from tests.bot.databases import open_store
from tests.bot.discord_ui.discord_world import buttons, open_discord_world
from tests.bot.discord_ui.test_slow_database import COMMANDS

SAY = sentences.load("en")
REFUSED = SAY("refusal.blocked")


@asynccontextmanager
async def run_by_ann(tmp_path):
    async with open_discord_world(tmp_path) as here:
        for gated in here.env.backend.commands[None].values():
            gated["default_member_permissions"] = None
        here.env.bot.owner_id = here.ann.id
        yield here


async def told(here, command, **options):
    """What Ann, who runs the bot, is told."""
    shown = await here.ann.slash(here.channel, f"admin {command}", **options)
    assert shown.response.ephemeral
    return shown.response


def whom(here, kind):
    return {"person": here.bob.user} if kind == "person" else {"server": str(here.guild.id)}


@pytest.mark.parametrize("kind", ["person", "server"])
async def test_whoever_is_blocked_is_refused_everywhere_and_answered_again_later(tmp_path, kind):
    async with run_by_ann(tmp_path) as here:
        piece = await here.composed()
        message = here.message(piece)
        form = await here.bob.click(message, custom_id=f"cadenza:change:{piece.number}")
        await told(here, "block", **whom(here, kind))

        answers = [
            (await here.bob.slash(here.channel, name, **options)).response
            for name, options in COMMANDS.items()
            if not name.startswith(("admin", "privacy", "server"))  # which Bob is not offered, or is owed
        ]
        answers += [(await here.bob.click(message, custom_id=each)).response for each in buttons(message)]
        answers.append((await here.bob.context_menu(here.channel, SAY("command.rate.name"), message)).response)
        answers.append((await here.bob.submit_modal(form, {"length": "5"})).response)
        await here.bob.react(message, "👍")

        assert len(answers) > 12
        assert {(answer.content, answer.ephemeral) for answer in answers} == {(REFUSED, True)}
        assert not await here.bob.autocomplete(here.channel, "compose", "key", "C")
        assert await here.app.store.ratings.of(piece.number, here.bob.id) is None
        assert await here.newest() == 1
        shown = await here.bob.slash(here.channel, "privacy show")
        assert shown.response.content != REFUSED

        await told(here, "unblock", **whom(here, kind))
        assert (await here.bob.slash(here.channel, "help")).response.content != REFUSED


async def test_what_the_blocked_have_on_the_way_is_cancelled(tmp_path):
    async with run_by_ann(tmp_path) as here:
        here.composer.open.clear()
        await here.bob.slash(here.channel, "compose")

        said = await told(here, "block", person=here.bob.user)

        assert said.content == SAY("admin.blocked", who=f"<@{here.bob.id}>")
        assert (await here.app.store.generations.get(1)).state is GenerationState.CANCELLED


async def test_the_list_and_the_record_say_who_is_blocked(tmp_path):
    async with run_by_ann(tmp_path) as here:
        before = await told(here, "blocked")
        await told(here, "block", person=here.bob.user)
        await told(here, "block", server="81384788765712384")
        after = await told(here, "blocked")
        await told(here, "unblock", person=here.bob.user)

        assert before.embeds[0].description == SAY("admin.nobody_blocked")
        assert f"<@{here.bob.id}>" in after.embeds[0].description
        assert "`81384788765712384`" in after.embeds[0].description
        deeds = [(each.action, dict(each.detail)) for each in reversed(await here.app.store.audit.latest())]
        assert deeds == [
            ("block", {"person": here.bob.id}),
            ("block", {"server": 81384788765712384}),
            ("unblock", {"person": here.bob.id}),
        ]


async def test_nobody_blocks_the_operators_or_says_neither_whom(tmp_path):
    async with run_by_ann(tmp_path) as here:
        answers = [
            await told(here, "block", person=here.ann.user),
            await told(here, "block"),
            await told(here, "block", server="music"),
            await told(here, "unblock", person=here.bob.user),
            (await here.bob.slash(here.channel, "admin block", person=here.ann.user)).response,
        ]

        assert [answer.content for answer in answers] == [
            SAY("refusal.block_operator"),
            SAY("refusal.block_whom"),
            SAY("refusal.server_id"),
            SAY("refusal.not_blocked", who=f"<@{here.bob.id}>"),
            SAY("refusal.owner"),
        ]


async def test_a_block_outlives_a_restart_and_votes_that_are_read_back(tmp_path):
    path = tmp_path / "cadenza.sqlite3"
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        await here.app.store.blocklist.block(BlockedKind.PERSON, here.bob.id, by=here.ann.id, guild_id=None)
        bob = here.bob.id

    async with open_store(path) as store:
        changed = await store.ratings.reconcile(piece.message_id, {1: {bob}})

        assert store.blocklist.has(bob, None)
        assert await store.ratings.of(piece.number, bob) is None
        assert changed == 1
