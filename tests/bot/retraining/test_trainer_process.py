"""Whatever the trainer does, the bot hears of it in a word, and nothing of it is left."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

import psutil
import pytest

from bot.domain.training_run import Progress, TrainingError
from bot.machine import cores
from bot.retraining.process_limits import NICENESS, end_left_behind, held
from bot.retraining.trainer_process import TrainerArguments, TrainerProcess
from tests.bot import tiny_model
from tests.bot.retraining.retraining_harness import PATIENCE, command, heard, instruct, until

RATINGS = '{"format": "cadenza-ratings", "version": 1, "pieces": 60, "people": 7}\n'


@pytest.fixture
def order(tmp_path):
    model = tiny_model.install(tmp_path / "models")
    instruct(model.parent)
    out = tmp_path / "out"
    out.mkdir()
    ratings = tmp_path / "rated.jsonl"
    ratings.write_text(RATINGS, "utf-8")
    return TrainerArguments(
        ratings=ratings, model=model, version=101, minutes=1, out=out, anchor=None, corpus=None, pieces=50, people=5
    )  # fmt: skip


async def train(order, *, tell=lambda _progress: None, **changes):
    own = {"megabytes": 4000, "command": command(order.model.parent), "needs": (), **changes}
    return await TrainerProcess(**own).train(order, tell)


async def refused(order, **changes):
    with pytest.raises(TrainingError) as told:
        await train(order, **changes)
    assert not alive(order)
    return told.value


def alive(order):
    """Processes whose command line names the training's folder."""
    found = psutil.process_iter(["cmdline", "status"])
    return [
        process
        for process in found
        if str(order.out) in (process.info["cmdline"] or ()) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


async def test_the_trainer_is_told_what_was_agreed_and_its_report_is_read(order, tmp_path):
    progress: list[Progress] = []

    report = await train(replace(order, corpus=tmp_path), tell=progress.append)

    told = heard(order.model.parent)["argv"][2:]
    assert told[0] == "--progress"
    assert dict(zip(told[1::2], told[2::2], strict=True)) == {
        "--ratings": str(order.ratings), "--model": str(order.model), "--version": "101", "--minutes": "1",
        "--out": str(order.out), "--min-pieces": "50", "--min-people": "5", "--corpus": str(tmp_path),
    }  # fmt: skip
    assert (report.accepted, report.version, report.pieces, report.people) == (True, 101, 60, 7)
    assert [(each.stage, each.step, each.loss) for each in progress] == [("ranking", 1, None), ("gate", 4, 1.25)]


async def test_it_gives_way_to_everything_else_and_knows_no_secret(order, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "abc.secret.def")
    monkeypatch.setenv("CADENZA_DATA_DIR", "/somewhere")
    instruct(order.model.parent, wait=True)
    running = asyncio.create_task(train(order))
    await until(lambda: bool(alive(order)) and alive(order)[0].nice() >= NICENESS)
    process = alive(order)[0]
    assert process.pid == os.getpgid(process.pid) != os.getpgid(0)
    instruct(order.model.parent)
    await running

    told = heard(order.model.parent)["environment"]
    assert not [name for name in told if name.startswith(("DISCORD", "CADENZA", "ADMIN"))]
    assert int(told["OMP_NUM_THREADS"]) == max(cores() - 1, 1)


async def test_garbage_between_the_lines_is_passed_over(order):
    instruct(order.model.parent, garbage=True)
    progress: list[Progress] = []

    report = await train(order, tell=progress.append)

    assert report.accepted
    assert len(progress) == 2


async def test_what_it_gives_up_with_is_its_last_line(order):
    instruct(order.model.parent, complain="cannot write out/wavenet-v3.onnx: no space is left; free `some`")

    failure = await refused(order)

    assert (failure.code, failure.said) == (
        "status", "cannot write out/wavenet-v3.onnx: no space is left; free 'some'"
    )  # fmt: skip


async def test_its_death_is_told_with_the_signal(order):
    instruct(order.model.parent, die=True, child=True)

    failure = await refused(order)

    assert (failure.code, failure.said) == ("died", "9")


@pytest.mark.parametrize(
    "words",
    [
        {"silent": True},
        {"raw": "{"},
        {"raw": "[1]"},
        {"raw": "[" * 100_000},
        {"report": {"accepted": "yes"}},
        {"report": {"reason": "because"}},
        {"report": {"sha256": "../../etc"}},
        {"report": {"version": None}},
        {"report": {"after": {"bits_per_note": float("nan")}}},
        {"report": {"accepted": False}},
        {"report": {"after": {"bits_per_note": float("inf")}}},
        {"report": {"after": {"bits_per_note": 10**400}}},
        {"report": {"seconds": 10**400}},
        {"report": {"pieces": 10**400}},
        {"report": {"reason": "x" * 100_000}},
    ],
)
async def test_a_report_that_is_not_as_agreed_is_none(order, words):
    instruct(order.model.parent, **words)

    failure = await refused(order)

    assert failure.code == "garbled"
    assert len(failure.said) <= 300


async def test_what_it_started_in_a_session_of_its_own_is_not_waited_for(order):
    instruct(order.model.parent, daemon=True)
    async with asyncio.timeout(PATIENCE):
        report = await train(order, drain=0.1)

    daemon = psutil.Process(int((order.model.parent / "daemon").read_text()))
    still_there = daemon.is_running()
    daemon.kill()
    assert still_there
    assert report.accepted


async def test_over_its_memory_it_is_ended_with_all_that_it_started(order):
    instruct(order.model.parent, megabytes=400, child=True, wait=True)

    assert (await refused(order, megabytes=300)).code == "memory"


async def test_over_its_time_it_is_ended(order):
    instruct(order.model.parent, wait=True, child=True)

    assert (await refused(order, grace=-58)).code == "deadline"


async def test_cancelled_it_leaves_nothing_running(order):
    instruct(order.model.parent, wait=True, child=True)
    spoke = asyncio.Event()
    running = asyncio.create_task(train(order, tell=lambda _: spoke.set()))
    async with asyncio.timeout(PATIENCE):
        await spoke.wait()
    await until(lambda: len(alive(order)) == 2)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert not alive(order)


async def test_a_command_that_does_not_exist_is_told(order):
    assert (await refused(order, command=("/nowhere/python",))).code == "status"


def test_the_first_package_that_is_missing_is_named_and_none_is_imported():
    names = ("json", "no_such_package_1", "no_such_package_2")

    assert TrainerProcess(megabytes=1, needs=names).missing() == "no_such_package_1"
    assert TrainerProcess(megabytes=1, needs=("json",)).missing() is None


async def test_what_a_killed_bot_left_training_is_found_by_its_folder_and_ended(order):
    instruct(order.model.parent, wait=True, child=True)
    process = await asyncio.create_subprocess_exec(
        *command(order.model.parent), *order.arguments(), start_new_session=True, stdout=asyncio.subprocess.DEVNULL
    )
    await until(lambda: len(alive(order)) == 2)

    ended = await asyncio.to_thread(end_left_behind, order.out)
    await process.wait()

    assert ended == 2
    assert not alive(order)
    assert held(process.pid) is None
