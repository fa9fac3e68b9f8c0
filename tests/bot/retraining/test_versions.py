"""Versions are kept, gone back to and told apart, whatever happens to files and clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NothingBefore
from bot.worker.local_composer import LocalComposer
from tests.bot import tiny_model
from tests.bot.builders import ANN, LIMITS, NOON, OPTIONS, admission
from tests.bot.retraining.retraining_harness import instruct, next_candidate, open_retraining


async def test_noted_but_with_its_file_gone_the_one_before_composes(tmp_path):
    async with open_retraining(tmp_path) as here:
        await here.trained()
        (here.settings.learned_folder / "tiny-v101.onnx").unlink()
        await here.catalogue.refresh()

        assert here.live == 1


@pytest.mark.usefixtures("built_in")
async def test_a_learned_file_that_was_swapped_for_another_does_not_compose(tmp_path):
    async with open_retraining(tmp_path) as here:
        await here.trained()
        file = here.settings.learned_folder / "tiny-v101.onnx"
        file.write_bytes((here.models / "tiny-v1.onnx").read_bytes())
        await here.catalogue.refresh()
        assert here.live == 1

        other = tiny_model.install(tmp_path / "other", name="other", version=101).read_bytes()
        file.write_bytes(other)
        await here.catalogue.refresh()
        assert here.catalogue.names() == ("tiny",)


async def test_pieces_keep_the_version_that_they_were_accepted_with(tmp_path):
    async with open_retraining(tmp_path) as here:
        composer = LocalComposer(here.catalogue.engines, soundfont=tmp_path, threads=1)
        before = await composer.compose(OPTIONS, lambda *_: None)
        await here.trained()
        after = await composer.compose(OPTIONS, lambda *_: None)
        composer.close()

        assert here.live == 101
        assert (after.midi, after.tokens) == (before.midi, before.tokens)


async def test_rolling_back_goes_to_the_version_that_it_came_from(tmp_path):
    async with open_retraining(tmp_path) as here:
        await here.trained()
        next_candidate(here, 102)
        await here.trained()
        assert here.live == 102

        assert await here.retraining.versions.rollback("tiny", None, by=ANN) == ("tiny", 102, 101)
        assert await here.retraining.versions.rollback("tiny", None, by=ANN) == ("tiny", 101, 1)
        with pytest.raises(NothingBefore):
            await here.retraining.versions.rollback("tiny", None, by=ANN)
        assert here.live == 1
        assert [each.detail["version"] for each in await here.store.audit.latest() if each.action == "promote"] == [
            1,
            101,
        ]


async def test_a_clock_that_goes_back_does_not_undo_a_promotion(tmp_path):
    async with open_retraining(tmp_path) as here:
        await here.trained()
        here.store.models._clock = lambda: NOON - timedelta(days=365 * 20)  # noqa: SLF001 - the clock jumps

        await here.retraining.versions.rollback("tiny", 1, by=ANN)

        assert here.live == 1


async def test_only_so_many_versions_are_kept_and_never_one_that_is_needed(tmp_path):
    async with open_retraining(tmp_path, keep_versions=1) as here:
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
    async with open_retraining(tmp_path) as here:
        instruct(here.models, complain="no")
        runs = []
        for _ in range(2):
            runs.append(await here.begin())
            await here.ended()

        assert [run.version for run in runs] == [101, 102]


async def test_an_upgrade_brings_no_other_model_under_a_number_that_was_learned(tmp_path):
    async with open_retraining(tmp_path) as here:
        await here.trained()
        tiny_model.install(here.models, version=2)
        await here.catalogue.refresh()

        assert here.catalogue.versions("tiny") == (101, 2, 1)


async def test_an_upgrade_waits_where_a_version_composes_that_was_trained_here_until_somebody_decides(tmp_path):
    async with open_retraining(tmp_path) as here:
        tiny_model.install(here.models, version=2)
        await here.catalogue.refresh()
        shipped = here.live
        await here.trained()
        tiny_model.install(here.models, version=3)
        await here.catalogue.refresh()
        here.reopen()
        await here.catalogue.refresh()
        before, waiting = here.live, dict(here.catalogue.waiting)
        await here.retraining.versions.rollback("tiny", 3, by=ANN)

        assert shipped == 2
        assert (before, waiting) == (101, {"tiny": 3})
        assert (here.live, dict(here.catalogue.waiting)) == (3, {})


async def test_an_upgrade_composes_where_the_file_that_was_trained_here_is_gone(tmp_path):
    async with open_retraining(tmp_path) as here:
        await here.trained()
        (here.settings.learned_folder / "tiny-v101.onnx").unlink()
        tiny_model.install(here.models, version=2)
        await here.catalogue.refresh()

        assert (here.live, dict(here.catalogue.waiting)) == (2, {})


async def test_models_in_one_folder_with_those_that_were_learned_are_kept_all_the_same(tmp_path):
    async with open_retraining(tmp_path, keep_versions=1) as here:
        here.settings.learned_folder.mkdir(parents=True)
        (here.models / "tiny-v1.onnx").rename(here.settings.learned_folder / "tiny-v1.onnx")
        await here.catalogue.refresh()
        for version in (101, 102, 103):
            next_candidate(here, version)
            await here.trained()

        assert here.catalogue.versions("tiny") == (103, 102, 1)
