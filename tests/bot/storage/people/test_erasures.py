"""What was erased stays so, whatever is written later by those who did not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.generation import GenerationState
from bot.storage.people.retention import Keep
from bot.storage.tables import erasure
from tests.bot.builders import ANN, BOB, LIMITS, MUSIC, NOON, SetClock, admission, delivered, post
from tests.bot.databases import mentions, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.store import Store

pytestmark = pytest.mark.usefixtures("each_database")

KEEP = Keep(failed_days=90, audit_days=365)
ERASED_AT = 10_000
"""An id of Discord's: messages below it are older than the erasure."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cadenza.sqlite3"


async def due(store: Store) -> list[int]:
    return [each.message_id for each in await store.removals.due()]


async def erase(store: Store, user_id: int) -> None:
    await store.privacy.erase(user_id, delete_pieces=True, before_id=ERASED_AT)


async def test_votes_that_were_erased_are_not_read_back_from_older_messages(path):
    async with open_store(path, SetClock()) as store:
        piece = await delivered(store, user_id=BOB, message_id=ERASED_AT - 1)
        await store.ratings.reconcile(ERASED_AT - 1, {1: {ANN, BOB}})
        await erase(store, ANN)

        changed = await store.ratings.reconcile(ERASED_AT - 1, {1: {ANN, BOB}})

        assert changed == 0
        assert await store.ratings.of(piece.number, ANN) is None
        assert await store.ratings.of(piece.number, BOB) == 1


async def test_what_somebody_does_after_the_erasure_counts_again(path):
    async with open_store(path, SetClock()) as store:
        older = await delivered(store, user_id=BOB, message_id=ERASED_AT - 1)
        await erase(store, ANN)
        newer = await delivered(store, user_id=BOB, message_id=ERASED_AT + 1)
        await store.ratings.vote(older.number, ANN, 2, source="reaction", message_id=ERASED_AT - 1)
        for message_id in (ERASED_AT - 1, ERASED_AT + 1):
            await store.ratings.reconcile(message_id, {2: {ANN}})

        assert await store.ratings.of(older.number, ANN) == 2
        assert await store.ratings.of(newer.number, ANN) == 2


@pytest.mark.parametrize("state", ["accepted", "composing", "composed", "delivered", "cancelled"])
async def test_pieces_go_in_whatever_state_they_are_and_no_later_step_finds_them(path, state):
    async with open_store(path, SetClock()) as store:
        rows = store.generations
        number = (await rows.admit(admission(), LIMITS)).number
        assert await rows.reply_is(post(number, 8000))
        if state != "accepted":
            await rows.begin({number}, lease="here")
        if state in {"composed", "delivered"}:
            await rows.composed(number, MUSIC)
        if state == "delivered":
            await rows.delivered(number, post(number), {})
        if state == "cancelled":
            await rows.cancelled(number)

        await erase(store, ANN)
        later = [
            await rows.begin({number}, lease="here"),
            await rows.requeue(number),
            await rows.composed(number, MUSIC),
            await rows.delivered(number, post(number, 9001), {}),
            await rows.kept(number),
        ]

        assert later == [None] * 5
        assert await rows.get(number) is None
        assert not await rows.reply_is(post(number, 8001))
        assert await due(store) == ([8001, 9000, 9001] if state == "delivered" else [8000, 8001, 9001])


async def test_a_piece_that_was_deleted_while_it_was_posted_again_is_taken_back(path):
    async with open_store(path, SetClock()) as store:
        piece = await delivered(store)

        before = await store.posts.note(post(piece.number, 7000))
        await store.generations.taken_back(piece.number)
        after = await store.posts.note(post(piece.number, 7001))

        assert (before, after) == (True, False)
        assert await due(store) == [7000, 7001, 9000 + piece.number]
        await store.removals.done(7000)
        assert await due(store) == [7001, 9000 + piece.number]


async def test_a_piece_that_is_deleted_while_it_is_delivered_is_gone(path):
    async with open_store(path, SetClock()) as store:
        rows = store.generations
        number = (await rows.admit(admission(), LIMITS)).number
        await rows.begin({number}, lease="here")
        await rows.composed(number, MUSIC)

        assert await rows.taken_back(number) is not None
        assert await rows.delivered(number, post(number), {}) is None
        assert await due(store) == [9000]


async def test_of_a_deleted_piece_only_that_there_was_one_is_left_and_that_for_an_hour(path):
    clock = SetClock()
    async with open_store(path, clock) as store:
        piece = await delivered(store)
        await store.generations.taken_back(piece.number)

        left = await store.generations.get(piece.number)
        await store.retention.work_off(KEEP)
        still = await store.generations.get(piece.number)
        clock.pass_by(3601)
        await store.retention.work_off(KEEP)

        assert left is not None
        assert (left.user_id, left.guild_id, left.created_at) == (None, None, NOON)
        assert left.state is GenerationState.DELETED
        assert (left.options.seed, left.options.model, left.options.seconds, left.channel_id) == (0, "", 0.0, 0)
        assert await store.generations.original(piece.number) is None
        assert still == left
        assert await store.generations.get(piece.number) is None


async def test_nobody_is_named_in_what_remembers_erasures(path):
    async with open_store(path, SetClock()) as store:
        await delivered(store, user_id=77_001_002_003)
        await erase(store, 77_001_002_003)

        erased = await store.database.read(lambda connection: connection.execute(select(erasure)).all())

    assert not mentions(path, 77001002003)
    assert [(row.kind, row.before_id) for row in erased] == [("person", ERASED_AT)]
