"""The scheduler with a composer that does as it is told, on a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain.audience import Kept
from bot.domain.generation import Composing, Queued, Rendering
from bot.storage.files.backups import back_up
from bot.storage.files.restore import restore
from composer.errors import RenderError
from tests.bot.builders import ANN, BOB, EVE, LIMITS, MUSIC, NOON, OPTIONS, OTHER_SERVER, admission
from tests.bot.pipeline.scheduler_harness import open_scheduler
from tests.bot.storage.test_themes import THEME


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


def seeded(seed: int):
    return replace(OPTIONS, seed=seed)


@pytest.mark.usefixtures("each_database")
async def test_a_piece_is_composed_rendered_and_delivered(path):
    async with open_scheduler(path) as harness:
        number = (await harness.ask()).number
        await harness.until(number, "delivered")

        told = harness.audience
        assert told.told[number] == ["delivered"]
        assert told.progress[number] == [Queued(1, 0.0), Composing(1, 8), Rendering()]
        assert told.pieces[number].mp3 == b"mp3 of MThd"
        assert told.pieces[number].file_name == f"{number}-nocturne-in-e-flat-major"
        row = await harness.store.generations.by_message(9000 + number)
        assert row is not None
        assert row.seconds_spent.keys() == {"sample", "render"}
        assert harness.speeds.of("tiny") is not None


@pytest.mark.usefixtures("each_database")
async def test_servers_and_people_take_turns(path):
    async with open_scheduler(path) as harness:
        harness.composer.hold = True
        first = await harness.ask(options=seeded(1))
        await harness.audience.until(lambda: Composing(1, 8) in harness.audience.progress[first.number])
        for seed, user_id, guild_id in ((2, ANN, 501), (3, BOB, 501), (4, ANN, 501), (5, EVE, OTHER_SERVER)):
            last = await harness.ask(user_id=user_id, guild_id=guild_id, options=seeded(seed))
        harness.composer.let.set()
        await harness.until(last.number, "delivered")
        await harness.audience.until(lambda: len(harness.audience.pieces) == 5)

        assert harness.composer.order == [1, 5, 3, 2, 4]


@pytest.mark.usefixtures("each_database")
async def test_those_who_wait_see_their_place_move_up(path):
    async with open_scheduler(path) as harness:
        harness.composer.hold = True
        harness.speeds.measured("tiny", music=12, work=6)
        numbers = [(await harness.ask(user_id=user_id)).number for user_id in (1, 2, 3)]
        load = harness.scheduler.workload
        await harness.audience.until(lambda: load.running == 1 and load.waiting == 2)

        making, second, third = harness.scheduler.workload.standings()

        assert [line.generation.number for line in (making, second, third)] == numbers
        assert making.progress == Composing(1, 8)
        assert isinstance(second.progress, Queued)
        assert isinstance(third.progress, Queued)
        assert (second.progress.position, third.progress.position) == (1, 2)
        assert second.progress.wait == pytest.approx(6, abs=1)
        assert third.progress.wait - second.progress.wait == pytest.approx(6, abs=0.01)
        assert isinstance(harness.scheduler.workload.progress(numbers[2]), Queued)
        harness.composer.let.set()
        await harness.until(numbers[2], "delivered")
        assert [line.position for line in harness.audience.progress[numbers[2]] if isinstance(line, Queued)][-1] == 1


@pytest.mark.usefixtures("each_database")
async def test_there_are_as_many_at_a_time_as_workers(path):
    async with open_scheduler(path, workers=2) as harness:
        harness.composer.hold = True
        for user_id in range(6):
            last = await harness.ask(user_id=user_id)
        await harness.audience.until(lambda: harness.composer.at_once == 2)
        harness.composer.let.set()
        await harness.until(last.number, "delivered")

        assert harness.composer.most_at_once == 2


@pytest.mark.usefixtures("each_database")
async def test_a_failure_is_told_with_its_reference_and_the_next_goes_on(path):
    async with open_scheduler(path) as harness:
        harness.composer.errors = [RenderError("no soundfont"), ValueError("odd")]
        numbers = [(await harness.ask()).number for _ in range(3)]
        await harness.until(numbers[2], "delivered")
        await harness.audience.until(lambda: all(harness.audience.told[number] for number in numbers))

        for number, code in zip(numbers, ("render", "unexpected"), strict=False):
            row = await harness.row(number)
            assert (str(row.state), row.error) == ("failed", code)
            assert harness.audience.told[number] == [f"failed {code} {row.reference}"]
        assert b'cadenza_failures_total{code="render"} 1.0' in harness.health.metrics.text()


@pytest.mark.usefixtures("each_database")
async def test_a_piece_that_takes_too_long_is_ended(path):
    async with open_scheduler(path, deadline=0.05) as harness:
        harness.composer.hold = True
        number = (await harness.ask()).number
        await harness.until(number, "failed")

        assert (await harness.row(number)).error == "deadline"


@pytest.mark.usefixtures("each_database")
async def test_a_delivery_that_fails_is_tried_again_with_a_look_for_the_first(path):
    async with open_scheduler(path) as harness:
        harness.audience.errors = [ConnectionError("lost"), ConnectionError("lost")]
        number = (await harness.ask()).number
        await harness.until(number, "delivered")

        assert harness.audience.told[number] == ["delivered", "delivered again", "delivered again"]


@pytest.mark.usefixtures("each_database")
async def test_a_piece_nobody_takes_is_kept(path):
    async with open_scheduler(path) as harness:
        harness.audience.errors = [ConnectionError("lost")] * 3
        lost = (await harness.ask()).number
        await harness.until(lost, "kept")
        harness.audience.kept = Kept("forbidden")
        forbidden = (await harness.ask()).number
        await harness.until(forbidden, "kept")

        assert await harness.store.generations.original(lost) == MUSIC.midi


@pytest.mark.usefixtures("each_database")
async def test_what_was_left_behind_is_taken_up_where_it_stood(path):
    async with open_scheduler(path, start=False) as harness:
        rows = harness.store.generations
        accepted, composing, composed = [
            (await rows.admit(admission(user_id=user_id, options=seeded(user_id)), LIMITS)).number
            for user_id in (1, 2, 3)
        ]
        for number in (composing, composed):
            await rows.begin({number}, lease="an earlier life")
        await rows.composed(composed, MUSIC)
        delivered = (await rows.admit(admission(), LIMITS)).number
        await rows.cancelled(delivered)

    async with open_scheduler(path) as harness:
        for number in (accepted, composing, composed):
            await harness.until(number, "delivered")
        await harness.audience.until(lambda: len(harness.audience.behind) == 3)

        assert {post.number for post in harness.audience.behind} == {accepted, composing, composed}
        assert harness.audience.told == {
            accepted: ["delivered again"],
            composing: ["resumed", "delivered again"],
            composed: ["delivered again"],
        }
        assert harness.composer.order == [1, 2]


@pytest.mark.usefixtures("each_database")
async def test_a_piece_that_killed_the_bot_three_times_is_given_up(path):
    async with open_scheduler(path, start=False) as harness:
        number = (await harness.store.generations.admit(admission(), LIMITS)).number
        for _ in range(3):
            await harness.store.generations.begin({number}, lease="an earlier life")
            await harness.store.generations.requeue(number)

    async with open_scheduler(path) as harness:
        await harness.until(number, "failed")

        assert (await harness.row(number)).error == "attempts"


async def test_a_piece_whose_given_music_was_in_no_copy_of_the_database_fails_and_says_so(path):
    async with open_scheduler(path, start=False) as harness:
        number = (await harness.store.generations.admit(admission(theme=THEME), LIMITS)).number
    restore(back_up(path, NOON), path, NOON)

    async with open_scheduler(path) as harness:
        await harness.until(number, "failed")

        assert (await harness.row(number)).error == "given-music"
        assert harness.composer.themes == []


@pytest.mark.usefixtures("each_database")
async def test_a_stop_puts_the_running_piece_back_into_the_queue(path):
    async with open_scheduler(path) as harness:
        harness.composer.hold = True
        running, waiting = await harness.ask(), await harness.ask()
        await harness.audience.until(lambda: Composing(1, 8) in harness.audience.progress[running.number])

        await harness.scheduler.stop()

        assert await harness.state(running.number) == "accepted"
        assert await harness.state(waiting.number) == "accepted"
        assert harness.audience.told == {}

    async with open_scheduler(path) as harness:
        await harness.until(waiting.number, "delivered")

        assert harness.audience.told[running.number] == ["resumed", "delivered again"]


@pytest.mark.usefixtures("each_database")
async def test_a_delivery_under_way_survives_the_stop(path):
    async with open_scheduler(path) as harness:
        harness.audience.hold = True
        number = (await harness.ask()).number
        await harness.audience.until(lambda: harness.audience.told[number] == ["delivered"])

    async with open_scheduler(path) as harness:
        await harness.until(number, "delivered")

        assert harness.audience.told[number] == ["delivered again"]


@pytest.mark.usefixtures("each_database")
async def test_nobody_is_told_who_cannot_be(path):
    async with open_scheduler(path) as harness:
        harness.composer.errors = [ValueError("odd")]

        async def broken(_generation: object) -> None:
            raise ConnectionError

        def deaf(*_: object) -> None:
            raise ConnectionError

        harness.audience.progressed = deaf  # type: ignore[method-assign]  # the same
        harness.audience.failed = broken  # type: ignore[method-assign]  # one that fails itself
        first, second = await harness.ask(), await harness.ask()
        await harness.until(second.number, "delivered")
        await asyncio.sleep(0)

        assert await harness.state(first.number) == "failed"


@pytest.mark.usefixtures("each_database")
async def test_a_row_that_cannot_be_changed_does_not_stop_the_worker(path):
    async with open_scheduler(path) as harness:
        noted = asyncio.Event()

        async def full_disk(*_: object, **__: object) -> None:
            noted.set()
            raise OSError("no space left")

        harness.composer.errors = [ValueError("odd")]
        harness.store.generations.failed = full_disk  # type: ignore[method-assign]  # nothing can be written
        first = await harness.ask()
        await noted.wait()
        second = await harness.ask()
        await harness.until(second.number, "delivered")

        assert await harness.state(first.number) == "composing"
