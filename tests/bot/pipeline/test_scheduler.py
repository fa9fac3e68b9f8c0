"""The studio with a composer that does as it is told, on a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain.audience import Kept
from bot.domain.generation import Composing, Queued, Rendering
from composer.errors import RenderError
from tests.bot.builders import ANN, BOB, EVE, LIMITS, MUSIC, OPTIONS, OTHER_SERVER, admission
from tests.bot.scheduler_harness import stage_on


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


def seeded(seed: int):
    return replace(OPTIONS, seed=seed)


async def test_a_piece_is_composed_rendered_and_delivered(path):
    async with stage_on(path) as stage:
        number = (await stage.ask()).number
        await stage.until(number, "delivered")

        told = stage.audience
        assert told.told[number] == ["delivered"]
        assert told.progress[number] == [Queued(1, 0.0), Composing(1, 8), Rendering()]
        assert told.pieces[number].mp3 == b"mp3 of MThd"
        assert told.pieces[number].file_name == f"{number}-nocturne-in-e-flat-major"
        row = await stage.store.generations.by_message(9000 + number)
        assert row is not None
        assert row.seconds_spent.keys() == {"sample", "render"}
        assert stage.speeds.of("tiny") is not None


async def test_servers_and_people_take_turns(path):
    async with stage_on(path) as stage:
        stage.composer.hold = True
        first = await stage.ask(options=seeded(1))
        await stage.audience.until(lambda: Composing(1, 8) in stage.audience.progress[first.number])
        for seed, user_id, guild_id in ((2, ANN, 501), (3, BOB, 501), (4, ANN, 501), (5, EVE, OTHER_SERVER)):
            last = await stage.ask(user_id=user_id, guild_id=guild_id, options=seeded(seed))
        stage.composer.let.set()
        await stage.until(last.number, "delivered")
        await stage.audience.until(lambda: len(stage.audience.pieces) == 5)

        assert stage.composer.order == [1, 5, 3, 2, 4]


async def test_those_who_wait_see_their_place_move_up(path):
    async with stage_on(path) as stage:
        stage.composer.hold = True
        stage.speeds.measured("tiny", music=12, work=6)
        numbers = [(await stage.ask(user_id=user_id)).number for user_id in (1, 2, 3)]
        await stage.audience.until(lambda: stage.studio.running == 1 and stage.studio.waiting == 2)

        making, second, third = stage.studio.standings()

        assert [line.generation.number for line in (making, second, third)] == numbers
        assert making.progress == Composing(1, 8)
        assert isinstance(second.progress, Queued)
        assert isinstance(third.progress, Queued)
        assert (second.progress.position, third.progress.position) == (1, 2)
        assert second.progress.wait == pytest.approx(6, abs=1)
        assert third.progress.wait - second.progress.wait == pytest.approx(6, abs=0.01)
        assert isinstance(stage.studio.progress(numbers[2]), Queued)
        stage.composer.let.set()
        await stage.until(numbers[2], "delivered")
        assert [line.position for line in stage.audience.progress[numbers[2]] if isinstance(line, Queued)][-1] == 1


async def test_there_are_as_many_at_a_time_as_workers(path):
    async with stage_on(path, workers=2) as stage:
        stage.composer.hold = True
        for user_id in range(6):
            last = await stage.ask(user_id=user_id)
        await stage.audience.until(lambda: stage.composer.at_once == 2)
        stage.composer.let.set()
        await stage.until(last.number, "delivered")

        assert stage.composer.most_at_once == 2


async def test_what_waits_can_be_cancelled(path):
    async with stage_on(path) as stage:
        stage.composer.hold = True
        first, second = await stage.ask(), await stage.ask()

        assert await stage.studio.cancel(second.number)
        await stage.audience.until(lambda: bool(stage.audience.told[second.number]))

        assert stage.audience.told[second.number] == ["cancelled"]
        assert await stage.state(second.number) == "cancelled"
        assert stage.studio.progress(second.number) is None
        stage.composer.let.set()
        await stage.until(first.number, "delivered")
        assert not await stage.studio.cancel(first.number)


@pytest.mark.parametrize("stage_of_work", ["hold", "hold_render"])
async def test_what_is_in_the_making_can_be_cancelled_and_the_next_begins(path, stage_of_work):
    async with stage_on(path) as stage:
        setattr(stage.composer, stage_of_work, True)
        first, second = await stage.ask(), await stage.ask()
        wanted = Composing(1, 8) if stage_of_work == "hold" else Rendering()
        await stage.audience.until(lambda: wanted in stage.audience.progress[first.number])

        assert await stage.studio.cancel(first.number)
        stage.composer.let.set()
        await stage.until(second.number, "delivered")

        assert await stage.state(first.number) == "cancelled"
        assert stage.audience.told[first.number] == ["cancelled"]


async def test_what_is_being_delivered_cannot_be_cancelled_any_more(path):
    async with stage_on(path) as stage:
        stage.audience.hold = True
        number = (await stage.ask()).number
        await stage.audience.until(lambda: stage.audience.told[number] == ["delivered"])

        assert not await stage.studio.cancel(number)


async def test_a_failure_is_told_with_its_reference_and_the_next_goes_on(path):
    async with stage_on(path) as stage:
        stage.composer.errors = [RenderError("no soundfont"), ValueError("odd")]
        numbers = [(await stage.ask()).number for _ in range(3)]
        await stage.until(numbers[2], "delivered")
        await stage.audience.until(lambda: all(stage.audience.told[number] for number in numbers))

        for number, code in zip(numbers, ("render", "unexpected"), strict=False):
            row = await stage.row(number)
            assert (str(row.state), row.error) == ("failed", code)
            assert stage.audience.told[number] == [f"failed {code} {row.reference}"]
        assert b'cadenza_failures_total{code="render"} 1.0' in stage.health.metrics.text()


async def test_a_piece_that_takes_too_long_is_ended(path):
    async with stage_on(path, deadline=0.05) as stage:
        stage.composer.hold = True
        number = (await stage.ask()).number
        await stage.until(number, "failed")

        assert (await stage.row(number)).error == "deadline"


async def test_a_delivery_that_fails_is_tried_again_with_a_look_for_the_first(path):
    async with stage_on(path) as stage:
        stage.audience.errors = [ConnectionError("lost"), ConnectionError("lost")]
        number = (await stage.ask()).number
        await stage.until(number, "delivered")

        assert stage.audience.told[number] == ["delivered", "delivered again", "delivered again"]


async def test_a_piece_nobody_takes_is_kept(path):
    async with stage_on(path) as stage:
        stage.audience.errors = [ConnectionError("lost")] * 3
        lost = (await stage.ask()).number
        await stage.until(lost, "kept")
        stage.audience.kept = Kept("forbidden")
        forbidden = (await stage.ask()).number
        await stage.until(forbidden, "kept")

        assert await stage.store.generations.midi(lost) == MUSIC.midi


async def test_what_was_left_behind_is_taken_up_where_it_stood(path):
    async with stage_on(path, start=False) as stage:
        rows = stage.store.generations
        accepted, composing, composed = [
            (await rows.admit(admission(user_id=user_id, options=seeded(user_id)), LIMITS)).number
            for user_id in (1, 2, 3)
        ]
        for number in (composing, composed):
            await rows.begin(number, lease="an earlier life")
        await rows.composed(composed, MUSIC)
        delivered = (await rows.admit(admission(), LIMITS)).number
        await rows.cancelled(delivered)

    async with stage_on(path) as stage:
        for number in (accepted, composing, composed):
            await stage.until(number, "delivered")
        await stage.audience.until(lambda: len(stage.audience.behind) == 3)

        assert {post.number for post in stage.audience.behind} == {accepted, composing, composed}
        assert stage.audience.told == {
            accepted: ["delivered again"],
            composing: ["resumed", "delivered again"],
            composed: ["delivered again"],
        }
        assert stage.composer.order == [1, 2]


async def test_a_piece_that_killed_the_bot_three_times_is_given_up(path):
    async with stage_on(path, start=False) as stage:
        number = (await stage.store.generations.admit(admission(), LIMITS)).number
        for _ in range(3):
            await stage.store.generations.begin(number, lease="an earlier life")
            await stage.store.generations.requeue(number)

    async with stage_on(path) as stage:
        await stage.until(number, "failed")

        assert (await stage.row(number)).error == "attempts"


async def test_a_stop_puts_the_running_piece_back_into_the_queue(path):
    async with stage_on(path) as stage:
        stage.composer.hold = True
        running, waiting = await stage.ask(), await stage.ask()
        await stage.audience.until(lambda: Composing(1, 8) in stage.audience.progress[running.number])

        await stage.studio.stop()

        assert await stage.state(running.number) == "accepted"
        assert await stage.state(waiting.number) == "accepted"
        assert stage.audience.told == {}

    async with stage_on(path) as stage:
        await stage.until(waiting.number, "delivered")

        assert stage.audience.told[running.number] == ["resumed", "delivered again"]


async def test_a_delivery_under_way_survives_the_stop(path):
    async with stage_on(path) as stage:
        stage.audience.hold = True
        number = (await stage.ask()).number
        await stage.audience.until(lambda: stage.audience.told[number] == ["delivered"])

    async with stage_on(path) as stage:
        await stage.until(number, "delivered")

        assert stage.audience.told[number] == ["delivered again"]


async def test_nobody_is_told_who_cannot_be(path):
    async with stage_on(path) as stage:
        stage.composer.errors = [ValueError("odd")]

        async def broken(_generation: object) -> None:
            raise ConnectionError

        def deaf(*_: object) -> None:
            raise ConnectionError

        stage.audience.progressed = deaf  # type: ignore[method-assign]  # the same
        stage.audience.failed = broken  # type: ignore[method-assign]  # one that fails itself
        first, second = await stage.ask(), await stage.ask()
        await stage.until(second.number, "delivered")
        await asyncio.sleep(0)

        assert await stage.state(first.number) == "failed"


async def test_a_row_that_cannot_be_changed_does_not_stop_the_worker(path):
    async with stage_on(path) as stage:
        noted = asyncio.Event()

        async def full_disk(*_: object, **__: object) -> None:
            noted.set()
            raise OSError("no space left")

        stage.composer.errors = [ValueError("odd")]
        stage.store.generations.failed = full_disk  # type: ignore[method-assign]  # nothing can be written
        first = await stage.ask()
        await noted.wait()
        second = await stage.ask()
        await stage.until(second.number, "delivered")

        assert await stage.state(first.number) == "composing"
