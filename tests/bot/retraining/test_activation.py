"""The candidate goes live or it does not, and at any moment there is the old model or the new."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.training_run import Activate, Decision, Ending, RunState
from bot.errors import NoTrainer, TooFewRatings, TrainingRuns, UnknownModel
from bot.retraining import candidate_install, manager
from composer.errors import OutputError
from tests.bot import tiny_model
from tests.bot.builders import ANN, LATER
from tests.bot.retraining import fake_trainer
from tests.bot.retraining.retraining_harness import heard, instruct, next_candidate, open_retraining


async def test_a_better_candidate_composes_from_then_on(tmp_path):
    async with open_retraining(tmp_path) as here:
        before = here.catalogue.engines.engine("tiny", 1)

        ending = await here.trained()

        assert (ending.state, ending.decision) == (RunState.DONE, Decision.ACTIVATED)
        assert (here.live, here.learned) == (101, ["tiny-v101.onnx"])
        new, old = [one for one in await here.store.models.known() if one.name == "tiny"]
        assert (new.version, new.parent, new.metrics["expected_rating"]) == (101, 1, 0.75)
        assert (old.version, old.parent) == (1, None)
        assert here.catalogue.engines.engine("tiny", 101) is not before
        assert await here.outcomes() == ["activated"]
        assert list(here.settings.training_folder.glob("*")) == []


async def test_what_the_gate_refuses_is_not_installed(tmp_path):
    async with open_retraining(tmp_path) as here:
        instruct(here.models, reason="forgot")

        ending = await here.trained()

        assert ending.report is not None
        assert (ending.decision, ending.report.reason) == (Decision.REFUSED, "forgot")
        assert (here.live, here.learned) == (1, [])


async def test_never_installs_it_but_another_composes_until_it_is_named(tmp_path):
    async with open_retraining(tmp_path) as here:
        ending = await here.trained(activate=Activate.NEVER)
        here.reopen()
        await here.catalogue.refresh()

        assert ending.decision is Decision.KEPT
        assert (here.live, here.catalogue.versions("tiny")) == (1, (101, 1))
        assert await here.retraining.versions.rollback("tiny", 101, by=ANN) == ("tiny", 1, 101)
        assert here.live == 101


async def test_always_lets_it_compose_whatever_the_gate_says(tmp_path):
    async with open_retraining(tmp_path) as here:
        instruct(here.models, reason="uniform")

        assert (await here.trained(activate=Activate.ALWAYS)).decision is Decision.ACTIVATED
        assert here.live == 101


async def test_without_a_candidate_nothing_changes(tmp_path):
    async with open_retraining(tmp_path) as here:
        none = {"version": None, "file": None, "sha256": None, "accepted": False, "reason": "no-change"}
        instruct(here.models, report=none)

        assert (await here.trained(activate=Activate.ALWAYS)).decision is Decision.REFUSED
        assert here.live == 1


@pytest.mark.parametrize(
    "words",
    [
        {"bytes": 1000},
        {"report": {"sha256": "0" * 64}},
        {"report": {"file": "../../models/tiny-v1.onnx"}},
        {"report": {"model": "other"}},
        {"report": {"parent": 7}},
        {"report": {"version": 102}},
    ],
)
async def test_a_candidate_that_is_not_what_its_report_says_is_left_out(tmp_path, words):
    async with open_retraining(tmp_path) as here:
        instruct(here.models, **words)

        ending = await here.trained(activate=Activate.ALWAYS)

        assert (ending.state, ending.failure) == (RunState.FAILED, "swapped")
        assert (here.live, here.learned) == (1, [])


async def test_a_report_on_a_model_of_a_name_without_end_is_told_in_a_short_sentence(tmp_path):
    async with open_retraining(tmp_path) as here:
        instruct(here.models, report={"model": "x" * 900_000})

        ending = await here.trained()

        assert ending.failure == "swapped"
        assert len(ending.said) <= 300


async def test_a_file_that_says_it_is_another_model_is_left_out(tmp_path):
    async with open_retraining(tmp_path) as here:
        next_candidate(here, 55)

        ending = await here.trained()

        assert (ending.failure, ending.said) == ("swapped", "tiny-v101.onnx says that it is tiny v55")


async def test_a_file_that_is_no_model_is_left_out(tmp_path):
    async with open_retraining(tmp_path) as here:
        (here.models / fake_trainer.CANDIDATE).write_bytes(b"no model")

        assert (await here.trained()).failure == "swapped"
        assert here.learned == []


async def test_a_full_disk_leaves_the_old_model(tmp_path, monkeypatch):
    def full(path, _data):
        raise OutputError(f"cannot write {path}: no space is left")

    async with open_retraining(tmp_path) as here:
        monkeypatch.setattr(candidate_install, "write_atomically", full)
        ending = await here.trained()
        monkeypatch.undo()
        live = here.live
        next_candidate(here, 102)
        again = await here.trained()

        assert (ending.state, ending.failure, live) == (RunState.FAILED, "disk", 1)
        assert "no space is left" in ending.said
        assert (again.decision, here.live) == (Decision.ACTIVATED, 102)


async def test_ratings_that_cannot_be_written_are_told(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OutputError("cannot write rated.jsonl: no space is left")

    async with open_retraining(tmp_path) as here:
        monkeypatch.setattr(manager, "export_ratings", full)

        assert (await here.trained()).failure == "disk"


async def test_killed_with_the_file_there_but_not_noted_the_old_model_composes(tmp_path):
    async with open_retraining(tmp_path) as here:
        run = await here.store.runs.begin((await here.begin()).wanted, name="tiny", parent=1)
        await here.retraining.stop()
        tiny_model.install(here.settings.learned_folder, version=run.version)
        here.reopen()
        await here.catalogue.refresh()
        await here.retraining.start(here.audience)

        assert here.live == 1
        assert here.audience.endings[-1] == (run, Ending(state=RunState.LOST, failure="lost"))


async def test_one_training_at_a_time(tmp_path):
    async with open_retraining(tmp_path) as here:
        instruct(here.models, wait=True)
        first = await here.begin()

        with pytest.raises(TrainingRuns) as refusal:
            await here.begin()
        assert refusal.value.number == first.number

        instruct(here.models)
        await here.ended()
        assert (await here.begin()).number == first.number + 1


async def test_too_few_ratings_are_refused_with_what_is_missing(tmp_path):
    async with open_retraining(tmp_path, training_pieces=50, training_people=5) as here:
        with pytest.raises(TooFewRatings) as refusal:
            await here.begin()

        assert (refusal.value.pieces, refusal.value.people) == (49, 3)
        assert await here.store.runs.running() is None


async def test_without_the_training_extra_nothing_begins(tmp_path):
    async with open_retraining(tmp_path, needs=("no_such_package",)) as here:
        with pytest.raises(NoTrainer, match="no_such_package"):
            await here.begin()


async def test_a_model_that_there_is_not_is_refused(tmp_path):
    async with open_retraining(tmp_path) as here:
        with pytest.raises(UnknownModel):
            await here.begin(model="tinny")


async def test_cancelled_the_old_model_composes(tmp_path):
    async with open_retraining(tmp_path) as here:
        instruct(here.models, wait=True)
        run = await here.begin()
        await here.under_way()

        assert here.retraining.cancel(run.number)
        ending = await here.ended()

        assert ending == Ending(state=RunState.CANCELLED)
        assert not here.retraining.cancel(run.number)
        assert (here.live, list(here.settings.training_folder.glob("*"))) == (1, [])


async def test_stopping_the_bot_ends_it(tmp_path):
    async with open_retraining(tmp_path) as here:
        instruct(here.models, wait=True)
        await here.begin()
        await here.under_way()

        await asyncio.wait_for(here.retraining.stop(), 5)

        assert here.audience.endings[-1][1] == Ending(state=RunState.CANCELLED, failure="stopped")


async def test_the_corpus_and_the_least_numbers_are_passed_on(tmp_path):
    async with open_retraining(tmp_path, corpus=tmp_path) as here:
        await here.trained()

        told = heard(here.models)
        assert told["argv"][-2:] == ["--corpus", str(tmp_path)]
        assert (told["header"]["pieces"], told["header"]["people"]) == (1, 2)


async def test_the_version_that_all_began_with_is_passed_on_whatever_was_trained_since(tmp_path):
    async with open_retraining(tmp_path) as here:
        await here.trained()
        from_shipped = heard(here.models)["argv"]
        next_candidate(here, 102)
        await here.trained()
        next_candidate(here, 103)
        await here.trained()
        told = heard(here.models)["argv"]

        assert here.live == 103
        assert "--anchor" not in from_shipped
        assert told[told.index("--model") + 1].endswith("tiny-v102.onnx")
        assert told[told.index("--anchor") + 1] == str((here.models / "tiny-v1.onnx").absolute())


async def test_a_person_who_leaves_is_named_in_no_training(tmp_path):
    async with open_retraining(tmp_path) as here:
        run = await here.begin()
        await here.ended()
        await here.store.privacy.erase(ANN, delete_pieces=True, before_id=LATER)

        row = await here.store.runs.get(run.number)
        assert row is not None
        assert (row.user_id, row.wanted.user_id) == (None, 0)
