"""What costs beside composing is done in fair turns, and nobody's flood of it reaches anybody else."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack, asynccontextmanager

import pytest

from bot.app import open_app
from bot.domain.generation import ON_THE_WAY, FinishedPiece, GenerationState
from bot.errors import Busy
from bot.pipeline.renditions import Renditions, size_of_files
from bot.pipeline.side_work import SideWork
from bot.settings import Settings
from composer.rendering import render_original
from tests.bot import tiny_model
from tests.bot.builders import ANN, BOB, EVE, NOON, OTHER_SERVER, SERVER, SetClock, order
from tests.bot.pipeline.scheduler_harness import RecordingAudience

RENDER = "bot.worker.local_composer.render_original"


def opened(**changes):
    return SideWork(SetClock(), **{"at_once": 1, "places": 20, "each": 3, **changes})


async def test_nobody_has_more_places_than_one_may_have_and_the_refusal_says_when_to_try_again():
    side_work = opened()
    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(side_work.place(SERVER, ANN))

        with pytest.raises(Busy) as refusal, side_work.place(SERVER, ANN):
            pass
        held.enter_context(side_work.place(SERVER, BOB))
        held.enter_context(side_work.place(SERVER, ANN, is_due=True))

    assert refusal.value.next_at > NOON
    with side_work.place(SERVER, ANN):
        pass


async def test_many_people_of_one_server_keep_nobody_of_another_out():
    side_work = opened(places=4)
    with ExitStack() as held:
        for person in range(4):
            held.enter_context(side_work.place(SERVER, person))

        with pytest.raises(Busy), side_work.place(SERVER, 99):
            pass
        held.enter_context(side_work.place(OTHER_SERVER, ANN))


async def test_servers_and_people_take_turns_and_few_work_at_once():
    side_work, done, at_once = opened(each=9), [], 0

    async def work(guild_id, user_id):
        nonlocal at_once
        with side_work.place(guild_id, user_id) as place:
            async with side_work.turn(place):
                at_once += 1
                assert at_once == 1
                await asyncio.sleep(0)
                at_once -= 1
                done.append((guild_id, user_id))

    asked = [(SERVER, BOB)] * 4 + [(SERVER, EVE), (OTHER_SERVER, ANN)]
    await asyncio.gather(*(work(*who) for who in asked))

    assert done[:3] == [(SERVER, BOB), (OTHER_SERVER, ANN), (SERVER, EVE)]
    assert sorted(done) == sorted(asked)


@pytest.mark.parametrize("begun", [True, False])
async def test_whoever_gives_up_leaves_the_turn_to_the_next(begun):
    side_work = opened()

    async def work():
        with side_work.place(SERVER, ANN) as place:
            async with side_work.turn(place):
                await asyncio.Event().wait()

    tasks = [asyncio.create_task(work()) for _ in range(2)]
    await asyncio.sleep(0)
    tasks[0 if begun else 1].cancel()
    await asyncio.wait({tasks[0 if begun else 1]})
    tasks[1 if begun else 0].cancel()
    await asyncio.wait(tasks)

    with side_work.place(SERVER, BOB) as place:
        async with asyncio.timeout(1), side_work.turn(place):
            pass


def piece(size):
    return FinishedPiece(b"", b"x" * size, b"", "piece")


def test_what_was_rendered_last_is_kept_up_to_so_many_bytes():
    renditions = Renditions(size_of_files, 100)
    for number in (1, 2, 3):
        renditions.keep(number, piece(40))
        renditions.get(1)

    assert [number for number in (1, 2, 3) if renditions.get(number)] == [1, 3]
    renditions.keep(4, piece(101))
    assert renditions.get(4) is None
    renditions.keep(5, piece(40))
    renditions.forget(5)
    assert renditions.get(5) is None


@asynccontextmanager
async def with_an_old_piece(tmp_path, *, deadline):
    """The whole app without Discord, with one piece of Bob's that was delivered and whose files are not kept."""
    tiny_model.install(tmp_path / "models")
    settings = Settings(
        data_dir=tmp_path / "data", models_dir=tmp_path / "models", default_model="tiny", workers=1, deadline=deadline
    )
    async with open_app(settings) as app:
        audience = RecordingAudience()
        await app.scheduler.start(audience)
        old = await app.orders.accept(order(user_id=BOB))
        await arrived(app, old.number)
        app.orders._producer.renditions.clear()  # noqa: SLF001 - as if many others had been rendered since
        try:
            yield app, old.number
        finally:
            await app.scheduler.stop()


async def arrived(app, number):
    """The state of a piece once nothing more comes of it."""
    async with asyncio.timeout(20):
        while (state := (await app.store.generations.get(number)).state) in ON_THE_WAY:
            pass
    return state


async def track(app, number, user_id):
    with app.side_work.place(SERVER, user_id) as place:
        return await app.orders.piece(number, place)


async def test_thirty_trackings_by_one_person_keep_no_piece_of_another_s_waiting(tmp_path, monkeypatch):
    # A rendering of Bob's takes until it is let; of everything else, as long as it takes.
    let, rendering = threading.Event(), threading.Event()

    async with with_an_old_piece(tmp_path, deadline=15) as (app, old):

        def held(music, sheet, **more):
            if sheet.title == title:
                rendering.set()
                let.wait(30)
            return render_original(music, sheet, **more)

        title = (await app.store.generations.get(old)).title
        monkeypatch.setattr(RENDER, held)
        floods = [asyncio.create_task(track(app, old, BOB)) for _ in range(30)]
        await asyncio.to_thread(rendering.wait, 10)

        ann = await app.orders.accept(order(user_id=ANN, wishes={"seconds": 5, "key": "A minor"}))
        state = await arrived(app, ann.number)
        let.set()
        outcomes = await asyncio.gather(*floods, return_exceptions=True)

        assert state is GenerationState.DELIVERED
        assert sum(isinstance(outcome, Busy) for outcome in outcomes) == 27
        assert len({outcome for outcome in outcomes if isinstance(outcome, FinishedPiece)}) == 1


async def test_what_was_rendered_a_moment_ago_is_not_rendered_again_and_a_deleted_piece_is_gone(tmp_path, monkeypatch):
    async with with_an_old_piece(tmp_path, deadline=15) as (app, old):
        first = await track(app, old, ANN)
        monkeypatch.setattr(RENDER, None)

        assert await track(app, old, BOB) is first
        await app.orders.take_back(old)
        assert app.orders._producer.renditions.get(old) is None  # noqa: SLF001
