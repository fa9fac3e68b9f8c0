"""`/admin retrain`, `rollback` and `models`, as the people who run the bot meet them."""

from __future__ import annotations

import dataclasses
import re
from contextlib import asynccontextmanager

import discord
import pytest

from bot.retraining.trainer_process import TrainerProcess
from tests.bot import tiny_model
from tests.bot.discord_ui.discord_world import buttons, hurried, open_discord_world
from tests.bot.retraining.retraining_harness import command, instruct, next_candidate_in, until

TABLE = """\
```
                         before after
bits per note                 5  5.01
expected vote               0.4  0.75
chance that it is better      -   97%
diversity                   80%   80%
grammar                    100%  100%
length                     100%  100%
cadence                     98%   98%
copies                        0     0
```"""


@asynccontextmanager
async def academy(folder, *, needs=(), **settings):
    """The whole bot with one tiny model, a fake trainer, and one piece that two people have rated."""
    models = folder / "models"
    tiny_model.install(models)
    instruct(models)
    trainer = TrainerProcess(megabytes=4000, command=command(models), needs=needs)
    chosen = {"models_dir": models, "default_model": "tiny", "training_pieces": 1, "training_people": 2, **settings}
    async with open_discord_world(folder, trainer=trainer, **chosen) as here:
        for gated in here.env.backend.commands[None].values():
            gated["default_member_permissions"] = None
        here.env.bot.owner_id = here.ann.id
        piece = await here.composed(length=5)
        for name in ("cy", "dee"):
            await here.person(name).react(here.message(piece), "👍")
        yield here


async def over(here):
    """Wait until no training runs, and all is told."""
    await until(lambda: here.app.retraining.running is None)
    await here.env.settle()


def told(here):
    """The newest message of the channel."""
    return here.channel.history()[-1]


async def test_a_training_is_told_in_one_message_from_the_beginning_to_the_table(tmp_path):
    async with academy(tmp_path) as here:
        instruct(tmp_path / "models", wait=True)
        shown = await here.ann.slash(here.channel, "admin retrain", model="tiny", minutes=7)
        message = told(here)
        assert message.content.startswith("**Training #1** · tiny from v1 · 7 min\n")
        assert list(buttons(message)) == ["cadenza:stoptraining:1"]
        await until(lambda: "Learning to choose, step 1 of 4 · about 60 s left" in told(here).content)
        instruct(tmp_path / "models")
        await over(here)

        assert not shown.ephemeral
        assert told(here).id == message.id
        assert told(here).content == (
            f"**Training #1** · tiny from v1 · 7 min\n{TABLE}\n"
            "**tiny v101 composes from now on.** People like it better, and it has forgotten nothing.\n"
            "Learned from 1 pieces that 2 people voted on."
        )
        assert buttons(told(here)) == {}
        assert (await here.composed(length=5)).options.version == 101


async def test_what_the_gate_refuses_is_told_with_its_reason_in_the_person_s_language(tmp_path):
    async with academy(tmp_path) as here:
        here.say("de")
        instruct(tmp_path / "models", reason="not-better")

        await here.ann.slash(here.channel, "admin retrain", model="tiny")
        await over(here)

        text = told(here).content
        assert "Bits pro Note" in text
        assert "5,01" in text
        assert "**tiny v1 komponiert weiter.** Es ist nicht sicher, dass sie besser gefällt." in text


async def test_the_button_cancels_a_training(tmp_path):
    async with academy(tmp_path) as here:
        instruct(tmp_path / "models", wait=True)
        await here.ann.slash(here.channel, "admin retrain", model="tiny")
        message = told(here)

        refused = await here.bob.click(message, custom_id="cadenza:stoptraining:1")
        assert refused.response.content == "Only the people who run this bot can do that."
        await here.ann.click(message, custom_id="cadenza:stoptraining:1")
        await over(here)

        assert told(here).content.endswith("\nCancelled. tiny composes as before.")
        assert buttons(told(here)) == {}


async def test_a_second_training_is_refused_while_one_runs(tmp_path):
    async with academy(tmp_path) as here:
        instruct(tmp_path / "models", wait=True)
        await here.ann.slash(here.channel, "admin retrain", model="tiny")

        refused = await here.ann.slash(here.channel, "admin retrain", model="tiny")

        assert refused.response.content.startswith("A training is already running.")
        assert refused.ephemeral


async def test_a_training_that_dies_is_told_in_a_sentence(tmp_path):
    async with academy(tmp_path) as here:
        instruct(tmp_path / "models", complain="no space is left; free some")

        await here.ann.slash(here.channel, "admin retrain", model="tiny")
        await over(here)

        sentence = "The training gave up: `no space is left; free some` tiny composes as before."
        assert told(here).content.splitlines()[1:] == [sentence]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"training_pieces": 50, "training_people": 5},
            "There isn't enough to learn from yet. Still needed: pieces with votes (49) and people who vote (3).",
        ),
        (
            {"needs": ("no_such_package",)},
            "Training isn't installed here (no_such_package is missing). See “Training” in docs/operating.md.",
        ),
    ],
)
async def test_what_is_missing_is_told_in_a_sentence(tmp_path, settings, sentence):
    async with academy(tmp_path, **settings) as here:
        refused = await here.ann.slash(here.channel, "admin retrain", model="tiny")

        assert refused.response.content == sentence
        assert refused.ephemeral


@pytest.mark.parametrize(
    ("name", "options"), [("retrain", {"model": "tiny"}), ("rollback", {"model": "tiny"}), ("models", {})]
)
async def test_only_those_who_run_the_bot_may(tmp_path, name, options):
    async with academy(tmp_path) as here:
        refused = await here.bob.slash(here.channel, f"admin {name}", **options)

        assert refused.response.content == "Only the people who run this bot can do that."
        assert here.app.retraining.running is None


@pytest.mark.usefixtures("built_in")
async def test_versions_are_listed_rolled_back_and_all_of_it_is_accounted_for(tmp_path):
    async with academy(tmp_path) as here:
        await here.ann.slash(here.channel, "admin retrain", model="tiny", activate="always")
        await over(here)

        listed = await here.ann.slash(here.channel, "admin models")
        figures = "bits per note 5.01 · expected vote 0.75 · noise, 0.3 M parameters"
        assert listed.response.embeds[0].description.splitlines() == [
            f"**tiny** v101 · from v1 · {figures} · **composes**",
            "**tiny** v1 · came with Cadenza",
        ]
        back = await here.ann.slash(here.channel, "admin rollback", model="tiny")
        assert back.response.content == "tiny v1 composes from now on, instead of v101."
        again = await here.ann.slash(here.channel, "admin rollback", model="tiny")
        assert again.response.content.startswith("The version before tiny v1 is no longer there.")
        assert (await here.composed(length=5)).options.version == 1

        actions = [each.action for each in reversed(await here.app.store.audit.latest())]
        assert actions == ["retrain", "retrain ended", "models", "rollback", "promote", "rollback"]


async def test_a_piece_whose_version_is_gone_is_posted_again_and_another_is_by_the_live_one(tmp_path):
    async with academy(tmp_path, keep_versions=1) as here:
        for version in (101, 102, 103):
            next_candidate_in(tmp_path / "models", version)
            await here.ann.slash(here.channel, "admin retrain", model="tiny")
            await over(here)
            if version == 101:
                old = await here.composed(length=5)
                before = await here.app.store.generations.original(old.number)

        await here.ann.slash(here.channel, "track", number=old.number)
        posted = told(here)
        gone = f"tiny v101, which composed #{old.number}, is no longer there"
        assert posted.content.startswith(gone)
        assert before == await here.app.store.generations.original(old.number)

        asked = await here.ann.click(posted, custom_id=f"cadenza:another:{old.number}")
        assert asked.followups[-1].content == f"{gone}, so v103 composes this one."
        assert (await here.delivered(await here.newest())).options.version == 103

        form = await here.ann.click(posted, custom_id=f"cadenza:change:{old.number}")
        changed = await here.ann.submit_modal(form, {"length": "6"})
        assert changed.followups[-1].content == f"{gone}, so v103 composes this one."
        assert (await here.delivered(await here.newest())).options.version == 103


async def test_a_training_that_the_bot_did_not_survive_is_told_at_the_next_start(tmp_path):
    async with academy(tmp_path) as here:
        instruct(tmp_path / "models", wait=True)
        await here.ann.slash(here.channel, "admin retrain", model="tiny")
        run = here.app.retraining.running
        await here.app.retraining.stop()
        await here.env.settle()
        assert told(here).content.endswith("Ask again once I'm back. tiny composes as before.")

        lost = await here.app.store.runs.begin(run.wanted, name="tiny", parent=1)
        await here.app.store.runs.message_is(lost.number, told(here).id)
        await here.app.retraining.start(here.env.bot.training_messages)

        assert told(here).content.startswith(f"**Training #{lost.number}**")
        assert "I was cut off while training" in told(here).content


async def test_a_server_may_keep_its_ratings_out_of_training(tmp_path):
    async with academy(tmp_path) as here:
        managers = here.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        manager = here.person("manager", roles=[managers])

        shown = await manager.slash(here.channel, "server settings", **{"learn-from-votes": False})
        assert "Votes here teach the next model: **✗**" in shown.response.embeds[0].description

        refused = await here.ann.slash(here.channel, "admin retrain", model="tiny")
        missing = "Still needed: pieces with votes (1) and people who vote (2)."
        assert refused.response.content == f"There isn't enough to learn from yet. {missing}"


async def test_an_upgrade_beside_a_version_that_was_trained_here_is_asked_about_once(tmp_path):
    async with academy(tmp_path) as here:
        await here.ann.slash(here.channel, "admin retrain", model="tiny")
        await over(here)
        tiny_model.install(tmp_path / "models", version=2)
        await here.app.catalogue.refresh()
        settings = here.app.settings.model_copy(update={"admin_ids": frozenset({here.ann.id})})
        for _ in range(2):
            await here.env.restart_bot(hurried(dataclasses.replace(here.app, settings=settings)))
            await here.env.settle()
        shown = await here.ann.slash(here.channel, "admin models")

        question = (
            "tiny v2 came with Cadenza. v101, which was trained here, goes on composing until you decide: "
            "`/admin rollback model:tiny version:2` lets the new one compose."
        )
        asked = [message.content for message in here.ann.user.dm_channel.history()]
        texts = [
            re.sub(r"</(admin rollback):\d+> `", r"`/\1 ", each)
            for each in (*asked, shown.response.embeds[0].description)
        ]
        assert texts[0] == question
        assert texts[1].endswith(question)
        assert len(asked) == 1
        assert (await here.composed(length=5)).options.version == 101
