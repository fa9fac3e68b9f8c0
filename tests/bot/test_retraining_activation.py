"""The candidate goes live or it does not, and at any moment there is the old model or the new."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.composing import LocalComposer
from bot.errors import NothingBefore, NoTrainer, TooFewRatings, TrainingRuns, UnknownModel
from bot.retraining import candidates, retraining
from bot.retraining.records import Activate, Decision, Ending, RunState
from composer.errors import OutputError
from tests.bot import apprentice, tiny
from tests.bot.orders import ANN, LIMITS, NOON, OPTIONS, admission
from tests.bot.school import heard, next_candidate, school, teach


async def test_a_better_candidate_composes_from_then_on(tmp_path):
    async with school(tmp_path) as here:
        before = here.catalogue.model("tiny", 1)

        ending = await here.trained()

        assert (ending.state, ending.decision) == (RunState.DONE, Decision.ACTIVATED)
        assert (here.live, here.learned) == (101, ["tiny-v101.onnx"])
        new, old = [one for one in await here.store.models.known() if one.name == "tiny"]
        assert (new.version, new.parent, new.metrics["expected_rating"]) == (101, 1, 0.75)
        assert (old.version, old.parent) == (1, None)
        assert here.catalogue.model("tiny", 101) is not before
        assert await here.outcomes() == ["activated"]
        assert list(here.settings.training_folder.glob("*")) == []


async def test_what_the_gate_refuses_is_not_installed(tmp_path):
    async with school(tmp_path) as here:
        teach(here.models, reason="forgot")

        ending = await here.trained()

        assert (ending.decision, ending.report.reason) == (Decision.REFUSED, "forgot")
        assert (here.live, here.learned) == (1, [])


async def test_never_installs_it_but_another_composes_until_it_is_named(tmp_path):
    async with school(tmp_path) as here:
        ending = await here.trained(activate=Activate.NEVER)
        here.reopen()
        await here.catalogue.refresh()

        assert ending.decision is Decision.KEPT
        assert (here.live, here.catalogue.versions("tiny")) == (1, (101, 1))
        assert await here.retraining.rollback("tiny", 101, by=ANN) == ("tiny", 1, 101)
        assert here.live == 101


async def test_always_lets_it_compose_whatever_the_gate_says(tmp_path):
    async with school(tmp_path) as here:
        teach(here.models, reason="uniform")

        assert (await here.trained(activate=Activate.ALWAYS)).decision is Decision.ACTIVATED
        assert here.live == 101


async def test_without_a_candidate_nothing_changes(tmp_path):
    async with school(tmp_path) as here:
        none = {"version": None, "file": None, "sha256": None, "accepted": False, "reason": "no-change"}
        teach(here.models, report=none)

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
    async with school(tmp_path) as here:
        teach(here.models, **words)

        ending = await here.trained(activate=Activate.ALWAYS)

        assert (ending.state, ending.failure) == (RunState.FAILED, "swapped")
        assert (here.live, here.learned) == (1, [])


async def test_a_file_that_says_it_is_another_model_is_left_out(tmp_path):
    async with school(tmp_path) as here:
        next_candidate(here, 55)

        ending = await here.trained()

        assert (ending.failure, ending.said) == ("swapped", "tiny-v101.onnx says that it is tiny v55")


async def test_a_file_that_is_no_model_is_left_out(tmp_path):
    async with school(tmp_path) as here:
        (here.models / apprentice.CANDIDATE).write_bytes(b"no model")

        assert (await here.trained()).failure == "swapped"
        assert here.learned == []


async def test_a_full_disk_leaves_the_old_model(tmp_path, monkeypatch):
    def full(path, _data):
        raise OutputError(f"cannot write {path}: no space is left")

    async with school(tmp_path) as here:
        monkeypatch.setattr(candidates, "write_atomically", full)
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

    async with school(tmp_path) as here:
        monkeypatch.setattr(retraining, "export_ratings", full)

        assert (await here.trained()).failure == "disk"


async def test_killed_with_the_file_there_but_not_noted_the_old_model_composes(tmp_path):
    async with school(tmp_path) as here:
        run = await here.store.runs.begin((await here.begin()).wanted, name="tiny", parent=1)
        await here.retraining.stop()
        tiny.install(here.settings.learned_folder, version=run.version)
        here.reopen()
        await here.catalogue.refresh()
        await here.retraining.start(here.audience)

        assert here.live == 1
        assert here.audience.endings[-1] == (run, Ending(state=RunState.LOST, failure="lost"))


async def test_noted_but_with_its_file_gone_the_one_before_composes(tmp_path):
    async with school(tmp_path) as here:
        await here.trained()
        (here.settings.learned_folder / "tiny-v101.onnx").unlink()
        await here.catalogue.refresh()

        assert here.live == 1


async def test_a_learned_file_that_was_swapped_for_another_does_not_compose(tmp_path):
    async with school(tmp_path) as here:
        await here.trained()
        file = here.settings.learned_folder / "tiny-v101.onnx"
        file.write_bytes((here.models / "tiny-v1.onnx").read_bytes())
        await here.catalogue.refresh()
        assert here.live == 1

        other = tiny.install(tmp_path / "other", name="other", version=101).read_bytes()
        file.write_bytes(other)
        await here.catalogue.refresh()
        assert here.catalogue.names() == ("tiny",)


async def test_pieces_keep_the_version_that_they_were_accepted_with(tmp_path):
    async with school(tmp_path) as here:
        composer = LocalComposer(here.catalogue, soundfont=tmp_path, threads=1)
        before = await composer.compose(OPTIONS, lambda *_: None)
        await here.trained()
        after = await composer.compose(OPTIONS, lambda *_: None)
        composer.close()

        assert here.live == 101
        assert (after.midi, after.tokens) == (before.midi, before.tokens)


async def test_one_training_at_a_time(tmp_path):
    async with school(tmp_path) as here:
        teach(here.models, wait=True)
        first = await here.begin()

        with pytest.raises(TrainingRuns) as refusal:
            await here.begin()
        assert refusal.value.number == first.number

        teach(here.models)
        await here.ended()
        assert (await here.begin()).number == first.number + 1


async def test_too_few_ratings_are_refused_with_what_is_missing(tmp_path):
    async with school(tmp_path, training_pieces=50, training_people=5) as here:
        with pytest.raises(TooFewRatings) as refusal:
            await here.begin()

        assert (refusal.value.pieces, refusal.value.people) == (49, 3)
        assert await here.store.runs.running() is None


async def test_without_the_training_extra_nothing_begins(tmp_path):
    async with school(tmp_path, needs=("no_such_package",)) as here:
        with pytest.raises(NoTrainer, match="no_such_package"):
            await here.begin()


async def test_a_model_that_there_is_not_is_refused(tmp_path):
    async with school(tmp_path) as here:
        with pytest.raises(UnknownModel):
            await here.begin(model="tinny")


async def test_cancelled_the_old_model_composes(tmp_path):
    async with school(tmp_path) as here:
        teach(here.models, wait=True)
        run = await here.begin()
        await here.under_way()

        assert here.retraining.cancel(run.number)
        ending = await here.ended()

        assert ending == Ending(state=RunState.CANCELLED)
        assert not here.retraining.cancel(run.number)
        assert (here.live, list(here.settings.training_folder.glob("*"))) == (1, [])


async def test_stopping_the_bot_ends_it(tmp_path):
    async with school(tmp_path) as here:
        teach(here.models, wait=True)
        await here.begin()
        await here.under_way()

        await asyncio.wait_for(here.retraining.stop(), 5)

        assert here.audience.endings[-1][1] == Ending(state=RunState.CANCELLED, failure="stopped")


async def test_rolling_back_goes_to_the_version_that_it_came_from(tmp_path):
    async with school(tmp_path) as here:
        await here.trained()
        next_candidate(here, 102)
        await here.trained()
        assert here.live == 102

        assert await here.retraining.rollback("tiny", None, by=ANN) == ("tiny", 102, 101)
        assert await here.retraining.rollback("tiny", None, by=ANN) == ("tiny", 101, 1)
        with pytest.raises(NothingBefore):
            await here.retraining.rollback("tiny", None, by=ANN)
        assert here.live == 1
        assert [each.detail["version"] for each in await here.store.audit.latest() if each.action == "promote"] == [
            1,
            101,
        ]


async def test_a_clock_that_goes_back_does_not_undo_a_promotion(tmp_path):
    async with school(tmp_path) as here:
        await here.trained()
        here.store.models._clock = lambda: NOON - timedelta(days=365 * 20)  # noqa: SLF001 - the clock jumps

        await here.retraining.rollback("tiny", 1, by=ANN)

        assert here.live == 1


async def test_only_so_many_versions_are_kept_and_never_one_that_is_needed(tmp_path):
    async with school(tmp_path, keep_versions=1) as here:
        await here.trained()
        accepted = admission(options=replace(OPTIONS, version=101))
        waiting = await here.store.generations.admit(accepted, LIMITS)
        for version in (102, 103, 104):
            next_candidate(here, version)
            await here.trained()
        assert here.learned == ["tiny-v101.onnx", "tiny-v103.onnx", "tiny-v104.onnx"]

        await here.store.generations.cancelled(waiting.number)
        next_candidate(here, 105)
        await here.trained()

        assert here.learned == ["tiny-v104.onnx", "tiny-v105.onnx"]
        assert here.catalogue.versions("tiny") == (105, 104, 1)


async def test_a_version_number_is_never_given_twice(tmp_path):
    async with school(tmp_path) as here:
        teach(here.models, complain="no")
        runs = []
        for _ in range(2):
            runs.append(await here.begin())
            await here.ended()

        assert [run.version for run in runs] == [101, 102]


async def test_an_upgrade_brings_no_other_model_under_a_number_that_was_learned(tmp_path):
    async with school(tmp_path) as here:
        await here.trained()
        tiny.install(here.models, version=2)
        await here.catalogue.refresh()

        assert here.catalogue.versions("tiny") == (101, 2, 1)
        assert here.live == 2


async def test_the_corpus_and_the_least_numbers_are_passed_on(tmp_path):
    async with school(tmp_path, corpus=tmp_path) as here:
        await here.trained()

        told = heard(here.models)
        assert told["argv"][-2:] == ["--corpus", str(tmp_path)]
        assert (told["header"]["pieces"], told["header"]["people"]) == (1, 2)


async def test_a_person_who_leaves_is_named_in_no_training(tmp_path):
    async with school(tmp_path) as here:
        run = await here.begin()
        await here.ended()
        await here.store.privacy.erase(ANN, delete_pieces=True)

        row = await here.store.runs.get(run.number)
        assert row is not None
        assert (row.user_id, row.wanted.user_id) == (None, 0)


async def test_models_in_one_folder_with_those_that_were_learned_are_kept_all_the_same(tmp_path):
    async with school(tmp_path, keep_versions=1) as here:
        here.settings.learned_folder.mkdir(parents=True)
        (here.models / "tiny-v1.onnx").rename(here.settings.learned_folder / "tiny-v1.onnx")
        await here.catalogue.refresh()
        for version in (101, 102, 103):
            next_candidate(here, version)
            await here.trained()

        assert here.catalogue.versions("tiny") == (103, 102, 1)
