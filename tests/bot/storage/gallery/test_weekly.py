"""Each week's best are settled once, by votes that each count the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.order import ServerSettings
from bot.domain.showing import ShowingState
from bot.storage.gallery.weekly import WEEK, next_hour
from tests.bot.builders import ANN, BOB, LATER, NOON, OTHER_SERVER, SERVER, SetClock, delivered
from tests.bot.databases import open_store

pytestmark = pytest.mark.usefixtures("each_database")

CHANNEL = 88
WANTED = ServerSettings(weekly=CHANNEL, weekly_from=int(NOON.timestamp()))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


async def rated(store, likes, dislikes, **changes):
    """A piece with votes of people who are not its composer."""
    piece = await delivered(store, **changes)
    for person in range(likes + dislikes):
        value = (1, 2)[person % 2] if person < likes else -1
        await store.ratings.vote(piece.number, 2000 + person, value, source="button")
    return piece


async def picked(store):
    return [(week.state, [pick.generation.number for pick in week.picks]) for week in await store.weekly.pending()]


async def test_the_best_are_those_whose_votes_allow_no_less(path):
    async with open_store(path, clock := SetClock()) as store:
        await store.preferences.set_server(SERVER, WANTED, by=1)
        cheered, known, alike, _disputed, _alone = [
            await rated(store, likes, dislikes, asked_at=NOON)
            for likes, dislikes in [(3, 0), (12, 1), (3, 0), (3, 3), (1, 0)]
        ]
        await rated(store, 9, 0, guild_id=OTHER_SERVER, asked_at=NOON)
        await rated(store, 9, 0, private=True, asked_at=NOON)
        await store.ratings.vote(alike.number, ANN, 2, source="button")
        clock.pass_by(WEEK.total_seconds() - 1)
        await store.weekly.settle()
        assert await picked(store) == []

        clock.pass_by(1)
        await store.weekly.settle()
        await rated(store, 30, 0)
        await store.weekly.settle()

        best = [known.number, cheered.number, alike.number]
        assert await picked(store) == [(ShowingState.DUE, best)]
        (week,) = await store.weekly.pending()
        assert (week.picks[1].tally.likes, week.picks[1].tally.dislikes) == (3, 0)
        assert week.due_at == NOON + WEEK


async def test_a_piece_is_named_once_and_a_week_without_one_is_silent(path):
    async with open_store(path, clock := SetClock()) as store:
        await store.preferences.set_server(SERVER, WANTED, by=1)
        await rated(store, 3, 0, asked_at=NOON)
        clock.pass_by(WEEK.total_seconds() + 60)
        await store.weekly.settle()
        (week,) = await store.weekly.pending()
        await store.weekly.claim(SERVER, week.due_at, CHANNEL)
        await store.weekly.told(week, CHANNEL, 9500)
        assert await store.weekly.pending() == []

        clock.pass_by(WEEK.total_seconds())
        await store.weekly.settle()
        late = await rated(store, 3, 0, asked_at=clock())
        await store.weekly.settle()
        assert await store.weekly.pending() == []

        clock.pass_by(WEEK.total_seconds())
        await store.weekly.settle()
        assert await picked(store) == [(ShowingState.DUE, [late.number])]


async def test_a_message_leaves_out_what_was_deleted_since(path):
    async with open_store(path, clock := SetClock()) as store:
        await store.preferences.set_server(SERVER, WANTED, by=1)
        first, second = [await rated(store, likes, 0, asked_at=NOON, user_id=BOB) for likes in (4, 3)]
        clock.pass_by(WEEK.total_seconds())
        await store.weekly.settle()
        (week,) = await store.weekly.pending()
        await store.weekly.told(week, CHANNEL, 9500)

        await store.generations.taken_back(first.number)
        assert await picked(store) == [(ShowingState.STALE, [second.number])]
        await store.privacy.erase(BOB, delete_pieces=True, before_id=LATER)
        assert await picked(store) == [(ShowingState.STALE, [])]
        await store.retention.server_left(SERVER)
        assert await picked(store) == []


async def test_a_week_that_was_missed_stays_silent(path):
    async with open_store(path, clock := SetClock()) as store:
        await store.preferences.set_server(SERVER, WANTED, by=1)
        await rated(store, 3, 0, asked_at=NOON)
        clock.pass_by((WEEK + timedelta(hours=25)).total_seconds())

        await store.weekly.settle()

        assert await picked(store) == []
        assert next_hour(WANTED, clock()) == NOON + 2 * WEEK
