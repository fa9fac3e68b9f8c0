"""A training is told as long as it lasts, also when the interaction that began it is long dead."""

from __future__ import annotations

from datetime import UTC, datetime

import discord
import pytest

from bot.discord_ui import training_texts
from bot.discord_ui.texts import sentences
from bot.discord_ui.training_messages import TrainingMessages
from bot.domain.training_run import (
    Activate,
    Decision,
    Ending,
    Progress,
    Report,
    RunState,
    TrainingRequest,
    TrainingRun,
)
from bot.storage.learning.registry import SeenModel
from composer.training_contract import FIGURES, REASONS, STAGES
from tests.bot.databases import open_store
from tests.bot.discord_ui.delivery.courier_harness import old_id, open_courier, turns

FAILURES = ("stopped", "lost", "disk", "memory", "deadline", "died", "status", "garbled", "swapped", "unexpected")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def run_in(channel_id, **changes):
    wanted = TrainingRequest(
        model="tiny", minutes=20, activate=Activate.IF_BETTER, user_id=1, guild_id=None, channel_id=channel_id
    )  # fmt: skip
    values = {
        "number": 7, "model": "tiny", "parent": 1, "version": 101, "user_id": 1, "state": RunState.RUNNING,
        "wanted": wanted, "message_id": None, "started_at": NOON, "ended_at": None, **changes,
    }  # fmt: skip
    return TrainingRun(**values)


def report(**changes):
    figures = dict.fromkeys(FIGURES, 0.5)
    values = {
        "model": "tiny", "parent": 1, "version": 101, "file": "tiny-v101.onnx", "sha256": "0" * 64, "accepted": True,
        "reason": "better", "pieces": 60, "people": 7, "seconds": 900.0, "before": figures, "after": figures,
        "told": {}, **changes,
    }  # fmt: skip
    return Report(**values)


async def test_after_a_quarter_of_an_hour_the_message_is_edited_in_the_channel(tmp_path):
    async with open_courier() as here, open_store(tmp_path / "cadenza.sqlite3") as store:
        posted = await here.env.bot.get_channel(here.channel.id).send("Starting")
        messages = TrainingMessages(here.client, store.runs, pause=lambda _: turns())
        run = run_in(here.channel.id, message_id=posted.id)
        messages._replies[run.number] = (posted.id, "dead-token", discord.utils.snowflake_time(old_id()))  # noqa: SLF001

        messages.progressed(run, Progress("ranking", 3, 40, 1.5, 600))
        await turns()
        await here.env.settle()
        assert "Learning to choose, step 3 of 40 · loss 1.5 · about 10 min left" in here.channel.history()[-1].content
        await messages.ended(run, Ending(state=RunState.DONE, decision=Decision.ACTIVATED, report=report()))

        (message,) = here.channel.history()
        assert message.id == posted.id
        assert "tiny v101 composes from now on" in message.content


async def test_where_the_message_is_gone_it_goes_on_in_another(tmp_path):
    async with open_courier() as here, open_store(tmp_path / "cadenza.sqlite3") as store:
        run = await store.runs.begin(run_in(here.channel.id).wanted, name="tiny", parent=1)
        messages = TrainingMessages(here.client, store.runs, pause=lambda _: turns())

        await messages.ended(run, Ending(state=RunState.LOST, failure="lost"))

        (message,) = here.channel.history()
        assert "I was cut off while training" in message.content
        noted = await store.runs.get(run.number)
        assert noted is not None
        assert noted.message_id == message.id


@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_every_stage_reason_decision_and_failure_has_its_words_and_fits_into_a_message(language):
    say, run = sentences.load(language), run_in(1)
    told = [training_texts.begun(run, say)]
    told += [training_texts.progress_text(run, Progress(stage, 1, 2, None, 60), say) for stage in STAGES]
    for decision in Decision:
        for reason in REASONS:
            found = report(reason=reason, accepted=reason == "better")
            ending = Ending(state=RunState.DONE, decision=decision, report=found)
            told.append(training_texts.ending_text(run, ending, say))
    for failure in FAILURES:
        ending = Ending(state=RunState.FAILED, failure=failure, said="x" * 300)
        told.append(training_texts.ending_text(run, ending, say))
    told.append(training_texts.ending_text(run, Ending(state=RunState.CANCELLED), say))

    assert max(map(len, told)) < 2000
    assert len(set(told)) == len(told)


def test_a_list_of_many_versions_fits_into_an_embed():
    known = [SeenModel(name="wavenet", version=v, sha256="", parent=v - 1, metrics={"bits_per_note": 5.123,
             "expected_rating": 0.5}) for v in range(300, 1, -1)]  # fmt: skip

    text = training_texts.version_lines(known, {}, {("wavenet", 300)}, sentences.load("de"), waiting={})

    assert text.splitlines()[-1] == "und 279 weitere"
    assert len(text) < 4096
