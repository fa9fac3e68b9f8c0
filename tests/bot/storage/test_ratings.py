from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.summaries import Tally
from bot.storage.charts import PRIOR_VOTES, Chart
from bot.storage.tables import rating
from tests.bot.builders import ANN, BOB, EVE, NOON, OPTIONS, OTHER_SERVER, SERVER, SetClock, delivered, post
from tests.bot.databases import open_store

pytestmark = pytest.mark.usefixtures("each_database")

UP, DOWN, LOVE = 1, -1, 2


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


async def react(store, number, user_id, value, *, message_id=9001):
    await store.ratings.vote(number, user_id, value, source="reaction", message_id=message_id)


async def unreact(store, number, user_id, value, *, message_id=9001):
    await store.ratings.withdraw(number, user_id, value, source="reaction", message_id=message_id)


async def test_the_latest_vote_wins(path):
    async with open_store(path) as store:
        piece = await delivered(store)

        await react(store, piece.number, BOB, UP)
        await react(store, piece.number, BOB, DOWN)

        assert await store.ratings.of(piece.number, BOB) == DOWN
        assert await store.ratings.tally(piece.number) == Tally(dislikes=1)


async def test_a_vote_taken_back_falls_back_to_the_one_before(path):
    async with open_store(path) as store:
        number = (await delivered(store)).number
        for value in (UP, DOWN, LOVE):
            await react(store, number, BOB, value)

        found = []
        for value in (LOVE, UP, DOWN):
            await unreact(store, number, BOB, value)
            found.append(await store.ratings.of(number, BOB))

        assert found == [DOWN, DOWN, None]


async def test_order_does_not_hang_on_the_clock(path):
    clock = SetClock()
    async with open_store(path, clock) as store:
        number = (await delivered(store)).number
        await react(store, number, BOB, UP)
        clock.pass_by(-3600)
        await react(store, number, BOB, DOWN)

        assert await store.ratings.of(number, BOB) == DOWN


async def test_a_vote_cast_again_becomes_the_newest(path):
    async with open_store(path) as store:
        number = (await delivered(store)).number
        for value in (UP, DOWN, UP):
            await react(store, number, BOB, value)

        assert await store.ratings.of(number, BOB) == UP


async def test_a_button_takes_the_place_of_the_button_before(path):
    async with open_store(path) as store:
        number = (await delivered(store)).number
        await react(store, number, BOB, LOVE)
        await store.ratings.vote(number, BOB, UP, source="button", message_id=9001)
        await store.ratings.vote(number, BOB, DOWN, source="menu")

        assert await store.ratings.of(number, BOB) == DOWN
        await store.ratings.withdraw(number, BOB, DOWN, source="menu")
        assert await store.ratings.of(number, BOB) == LOVE


async def test_a_vote_by_a_button_is_taken_back_and_that_by_a_reaction_counts_again(path):
    async with open_store(path) as store:
        number = (await delivered(store)).number
        await react(store, number, BOB, UP)
        for source in ("menu", "button", "button"):
            await store.ratings.vote(number, BOB, DOWN, source=source)
        said = await store.ratings.of(number, BOB)

        await store.ratings.unpress(number, BOB)

        assert said == DOWN
        assert await store.ratings.of(number, BOB) == UP
        await unreact(store, number, BOB, UP)
        assert await store.ratings.of(number, BOB) is None


async def test_a_button_pressed_after_a_reaction_casts_anew(path):
    async with open_store(path) as store:
        number = (await delivered(store)).number
        await store.ratings.vote(number, BOB, UP, source="button")
        await react(store, number, BOB, DOWN)

        await store.ratings.vote(number, BOB, UP, source="button")

        assert await store.ratings.of(number, BOB) == UP


async def test_the_same_reaction_on_two_messages_stands_until_both_are_gone(path):
    async with open_store(path) as store:
        number = (await delivered(store)).number
        await store.posts.note(post(number, 2))
        await react(store, number, BOB, UP)
        await react(store, number, BOB, UP, message_id=2)

        await unreact(store, number, BOB, UP)
        assert await store.ratings.of(number, BOB) == UP
        await unreact(store, number, BOB, UP, message_id=2)
        assert await store.ratings.of(number, BOB) is None


async def test_the_authors_own_vote_is_kept_and_flagged_but_not_counted(path):
    async with open_store(path) as store:
        number = (await delivered(store, user_id=ANN)).number

        await react(store, number, ANN, LOVE)
        await react(store, number, BOB, UP)

        flags = await store.database.read(
            lambda connection: connection.execute(select(rating.c.user_id, rating.c.is_author)).all()
        )
        assert dict(map(tuple, flags)) == {ANN: True, BOB: False}
        assert await store.ratings.tally(number) == Tally(likes=1)


async def test_cleared_reactions_are_taken_back_by_value_or_all(path):
    async with open_store(path) as store:
        piece = await delivered(store)
        number, message_id = piece.number, 9000 + piece.number
        for user_id in (BOB, EVE):
            await react(store, number, user_id, DOWN, message_id=message_id)
            await react(store, number, user_id, UP, message_id=message_id)

        await store.ratings.clear(message_id, UP)
        assert await store.ratings.tally(number) == Tally(dislikes=2)
        await store.ratings.clear(message_id)
        assert await store.ratings.tally(number) == Tally()


async def test_reactions_read_back_are_made_to_agree(path):
    async with open_store(path) as store:
        piece = await delivered(store)
        number, message_id = piece.number, 9000 + piece.number
        await react(store, number, BOB, UP, message_id=message_id)
        await store.ratings.vote(number, EVE, UP, source="button")

        changed = await store.ratings.reconcile(message_id, {UP: set(), LOVE: {EVE}, DOWN: {BOB}})
        again = await store.ratings.reconcile(message_id, {UP: set(), LOVE: {EVE}, DOWN: {BOB}})

        assert (changed, again) == (3, 0)
        assert await store.ratings.of(number, BOB) == DOWN
        assert await store.ratings.of(number, EVE) == LOVE
        assert await store.ratings.reconcile(404, {UP: {BOB}}) == 0


@pytest.mark.parametrize("heard", [(UP, BOB), (UP, None), (None, None)])
async def test_reactions_of_which_discord_told_meanwhile_are_left_as_it_told(path, heard):
    async with open_store(path) as store:
        piece = await delivered(store)
        number, message_id = piece.number, 9000 + piece.number
        await react(store, number, BOB, UP, message_id=message_id)

        changed = await store.ratings.reconcile(message_id, {UP: set(), DOWN: {EVE}}, left={heard})

        assert await store.ratings.of(number, BOB) == UP
        assert changed == (0 if heard == (None, None) else 1)


async def test_a_vote_for_nothing_is_dropped(path):
    async with open_store(path) as store:
        await react(store, 404, BOB, UP)

        assert await store.ratings.of(404, BOB) is None


async def test_no_other_votes_exist(path):
    async with open_store(path) as store:
        with pytest.raises(ValueError, match="no such vote"):
            await react(store, 1, BOB, 3)


async def voted(store, values, **changes):
    piece = await delivered(store, **changes)
    for user_id, value in enumerate(values, start=1):
        await react(store, piece.number, user_id, value, message_id=piece.message_id)
    return piece.number


async def test_three_cheers_do_not_beat_thirty(path):
    async with open_store(path) as store:
        few = await voted(store, [UP] * 3)
        many = await voted(store, [UP] * 30)
        disliked = await voted(store, [DOWN] * 10)
        await voted(store, [LOVE] * 2)

        top = await store.ratings.top(Chart())

        assert [line.generation.number for line in top] == [many, few, disliked]
        mean = (3 + 30 - 10 + 4) / 45
        assert top[1].score == pytest.approx((3 + PRIOR_VOTES * mean) / (3 + PRIOR_VOTES))
        assert top[0].tally == Tally(likes=30)


async def test_the_top_is_of_a_server_a_model_and_a_time(path):
    async with open_store(path) as store:
        old = await voted(store, [UP] * 3)
        new = await voted(store, [UP] * 4, asked_at=NOON + timedelta(days=2))
        elsewhere = await voted(store, [UP] * 5, guild_id=OTHER_SERVER)
        lstm = await voted(store, [UP] * 6, guild_id=None, options=replace(OPTIONS, model="lstm"))
        await voted(store, [UP] * 7, private=True)

        async def numbers(chart, **part):
            return [line.generation.number for line in await store.ratings.top(chart, **part)]

        assert await numbers(Chart(guild_id=SERVER)) == [new, old]
        assert await numbers(Chart(since=NOON + timedelta(days=1))) == [new]
        assert await numbers(Chart(model="lstm")) == [lstm]
        assert await numbers(Chart()) == [lstm, elsewhere, new, old]
        assert await numbers(Chart(), offset=1, limit=1) == [elsewhere]


async def test_the_top_in_direct_messages_is_of_what_was_composed_there_and_of_one_s_own(path):
    direct = 99
    async with open_store(path) as store:
        own = await voted(store, [UP] * 3, user_id=ANN)
        await voted(store, [UP] * 4, user_id=BOB)
        there = await voted(store, [UP] * 5, user_id=BOB, guild_id=None, channel_id=direct)
        await voted(store, [UP] * 6, user_id=BOB, guild_id=None)

        top = await store.ratings.top(Chart(user_id=ANN, channel_id=direct))

        assert [line.generation.number for line in top] == [there, own]


async def test_a_chart_of_what_is_liked_takes_one_vote_and_leaves_out_what_is_not(path):
    async with open_store(path, SetClock()) as store:
        cheered, disliked, disputed, _unrated = [(await delivered(store)).number for _ in range(4)]
        for number, values in {cheered: (1,), disliked: (-1, -1, -1), disputed: (1, -1, 1, -1)}.items():
            for person, value in enumerate(values, 2001):
                await store.ratings.vote(number, person, value, source="button")

        liked = await store.ratings.top(Chart(least_votes=1, liked=True))

        assert [each.generation.number for each in liked] == [cheered]
