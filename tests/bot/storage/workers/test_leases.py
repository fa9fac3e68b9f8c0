"""A piece is in one worker's hands at a time, by the database's clock, and leaves them once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.generation import GenerationState
from bot.storage.tables import generation
from bot.storage.workers.leases import HANDED_OUT
from composer.rendering import Rendition
from tests.bot.builders import ANN, LATER, LIMITS, MUSIC, NOON, admission, begun
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.store import Store

SOUND = Rendition(b"mp3", b"png", b"MThd", {"render": 0.5}, "")
LONG = 600.0
LAPSED = -1.0
"""Seconds of a lease that lapsed as soon as it was there."""


async def handed_out(store: Store) -> int:
    """A piece that waits for a worker."""
    accepted = await store.generations.admit(admission(), LIMITS)
    number = accepted.number
    await begun(store, number)
    out = generation.update().where(generation.c.number == number).values(lease=HANDED_OUT, lease_until=NOON)
    await store.database.write(lambda connection: connection.execute(out))
    return number


async def test_of_two_workers_one_takes_a_piece_and_hands_it_over(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        number = await handed_out(store)

        taken = await store.leases.take(number, lease="first", seconds=LONG)
        second = await store.leases.take(number, lease="second", seconds=LONG)
        composed = await store.generations.composed(number, MUSIC, lease="first")
        standing = (await store.leases.standing([number]))[number]
        finished = await store.leases.finish(number, lease="first")
        after = (await store.leases.standing([number]))[number]

        assert taken is not None
        assert taken.attempts == 1
        assert second is None
        assert composed is not None
        assert (standing.state, standing.is_held) == (GenerationState.COMPOSED, True)
        assert finished
        assert (after.state, after.is_held, after.is_out) == (GenerationState.COMPOSED, False, False)


@pytest.mark.usefixtures("each_database")
async def test_what_comes_after_the_lease_was_lost_is_refused(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        number = await handed_out(store)
        await store.leases.take(number, lease="hangs", seconds=LAPSED)

        taken = await store.leases.take(number, lease="next", seconds=LONG)

        assert taken is not None
        assert taken.attempts == 2
        assert await store.leases.renew({number: "hangs"}, {}, seconds=LONG) == set()
        assert await store.generations.composed(number, MUSIC, lease="hangs") is None
        assert not await store.leases.finish(number, lease="hangs")
        assert not await store.leases.give_up(number, lease="hangs", error="x", reference="y")
        assert not await store.leases.give_back(number, lease="hangs", counted=True)
        assert await store.leases.renew({number: "next"}, {number: "9/24"}, seconds=LONG) == {number}
        assert (await store.leases.standing([number]))[number].progress == "9/24"


async def test_a_lapsed_lease_still_holds_as_long_as_nobody_took_it(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        number = await handed_out(store)
        await store.leases.take(number, lease="slow", seconds=LAPSED)

        assert await store.generations.composed(number, MUSIC, lease="slow") is not None
        assert await store.leases.finish(number, lease="slow")


async def test_a_bot_takes_back_what_nobody_works_on_and_nothing_else(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        held, left = await handed_out(store), await handed_out(store)
        await store.leases.take(held, lease="worker", seconds=LONG)

        assert await store.leases.take_back(held, lease="bot") is None
        back = await store.leases.take_back(left, lease="bot")
        assert back is not None
        assert back.state is GenerationState.COMPOSING
        assert not (await store.leases.standing([left]))[left].is_out
        assert await store.leases.take(left, lease="late", seconds=LONG) is None


async def test_no_restart_of_a_bot_takes_a_piece_out_of_a_workers_hands(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        number = await handed_out(store)
        await store.leases.take(number, lease="worker", seconds=LONG)

        assert await store.generations.requeue(number) is None
        assert await store.leases.give_back(number, lease="worker", counted=False)
        again = await store.leases.take(number, lease="other", seconds=LONG)
        assert again is not None
        assert again.attempts == 1


async def test_what_broke_is_told_to_the_bot_and_a_cancelled_piece_is_nobodys(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        broken, cancelled = await handed_out(store), await handed_out(store)
        for number in (broken, cancelled):
            await store.leases.take(number, lease="worker", seconds=LONG)

        assert await store.leases.give_up(broken, lease="worker", error="model", reference="7F3A")
        assert await store.generations.cancelled(cancelled) is not None

        standing = await store.leases.standing([broken, cancelled])
        assert (standing[broken].error, standing[broken].is_out) == ("model", False)
        assert await store.generations.composed(cancelled, MUSIC, lease="worker") is None
        assert await store.leases.renew({cancelled: "worker"}, {}, seconds=LONG) == set()
        requeued = await store.generations.requeue(broken)
        assert requeued is not None
        assert requeued.error is None


@pytest.mark.usefixtures("each_database")
async def test_sound_is_handed_over_once_and_only_by_whoever_holds_the_piece(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        number = await handed_out(store)
        await store.leases.take(number, lease="worker", seconds=LONG)
        await store.generations.composed(number, MUSIC, lease="worker")

        await store.renditions.hand_over(number, SOUND, lease="worker")
        await store.renditions.hand_over(number, replace(SOUND, mp3=b"late"), lease="late")

        assert await store.renditions.take(number) == SOUND
        assert await store.renditions.take(number) is None


async def test_sound_of_an_erased_piece_goes_with_it(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        number = await handed_out(store)
        await store.leases.take(number, lease="worker", seconds=LONG)
        await store.renditions.hand_over(number, SOUND, lease="worker")

        await store.privacy.erase(ANN, delete_pieces=True, before_id=LATER)

        assert await store.renditions.take(number) is None
