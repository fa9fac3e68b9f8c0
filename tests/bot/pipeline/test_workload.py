"""What waits and what is in the making."""

from __future__ import annotations

import pytest

from bot.domain.generation import Composing, Queued
from bot.pipeline.estimates import Speeds
from bot.pipeline.workload import Workload
from bot.storage.sharing.turns import InTheMaking
from tests.bot.builders import BOB, LIMITS, OPTIONS, admission
from tests.bot.databases import open_store


@pytest.fixture
def speeds():
    known = Speeds()
    known.measured(OPTIONS.model, music=OPTIONS.seconds, work=6.0)
    return known


async def test_a_piece_is_shown_from_its_place_in_the_queue_until_it_is_made(tmp_path, speeds):
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        first = await store.generations.admit(admission(), LIMITS)
        second = await store.generations.admit(admission(user_id=BOB), LIMITS)
        order = await store.generations.queue()
    workload = Workload(speeds, workers=1)
    workload.add(first)
    workload.add(second)

    workload.note_order(order)

    assert workload.to_compose == {first.number, second.number}
    assert workload.begin(first)
    assert not workload.begin(first)
    assert workload.note_progress(first.number, Composing(3, 8))
    assert not workload.note_progress(second.number, Composing(1, 8))
    assert workload.progress(first.number) == Composing(3, 8)
    waits = workload.progress(second.number)
    assert isinstance(waits, Queued)
    assert waits.position == 1
    assert waits.wait == pytest.approx(6.0, abs=0.5)
    assert workload.room_in() == pytest.approx(6.0, abs=0.5)

    workload.finish(first.number)
    workload.remove(second.number)

    assert (workload.running, workload.waiting, workload.standings()) == (0, 0, [])


async def test_a_wait_counts_what_other_bots_have_in_the_making(tmp_path, speeds):
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        waiting = await store.generations.admit(admission(), LIMITS)
        order = await store.generations.queue()
    workload = Workload(speeds, workers=2)
    workload.add(waiting)

    for since in (2.0, 3600.0, -3600.0):
        making = [
            InTheMaking(100, OPTIONS.model, OPTIONS.seconds, since),
            InTheMaking(101, OPTIONS.model, OPTIONS.seconds, 0.0),
        ]
        workload.note_order(order, making)

        waits = workload.progress(waiting.number)
        assert isinstance(waits, Queued)
        assert waits.wait == pytest.approx({2.0: 4.0, 3600.0: 0.0, -3600.0: 6.0}[since], abs=0.5)
