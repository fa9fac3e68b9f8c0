from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.generation import GenerationState
from bot.errors import QueueFull, QuotaUsed, TooManyOnTheWay
from bot.storage.packing import pack, unpack
from tests.bot.builders import ANN, BOB, LATER, LIMITS, MUSIC, NOON, OTHER_SERVER, SetClock, admission, delivered, post
from tests.bot.databases import open_store

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def opened(tmp_path):
    @asynccontextmanager
    async def _open(clock=None):
        async with open_store(tmp_path / "cadenza.sqlite3", clock or SetClock()) as store:
            yield store

    return _open


async def test_what_was_accepted_is_there_after_a_restart(opened):
    async with opened() as store:
        accepted = await store.generations.admit(admission(), LIMITS)

    async with opened() as store:
        assert await store.generations.get(accepted.number) == accepted
        assert accepted.state is GenerationState.ACCEPTED
        assert accepted.created_at == NOON


async def test_the_same_request_is_accepted_once(opened):
    async with opened() as store:
        wanted = admission()

        first = await store.generations.admit(wanted, LIMITS)
        second = await store.generations.admit(wanted, LIMITS)

        assert first == second
        assert await store.generations.by_request(wanted.request_id) == first
        assert await store.generations.count(ANN) == 1


async def test_the_reply_token_of_what_ends_is_handed_out_once_more_and_kept_no_longer(opened):
    async with opened() as store:
        broken, unwanted = [await store.generations.admit(admission(), LIMITS) for _ in range(2)]

        failed = await store.generations.failed(broken.number, error="render", reference="7F3A")
        cancelled = await store.generations.cancelled(unwanted.number)

        assert failed.reply_token == cancelled.reply_token == "a-reply-token"
        for number in (broken.number, unwanted.number):
            assert (await store.generations.get(number)).reply_token is None


async def test_a_piece_goes_its_way(opened):
    clock = SetClock()
    async with opened(clock) as store:
        number = (await store.generations.admit(admission(), LIMITS)).number
        clock.pass_by(2)
        begun = await store.generations.begin({number}, lease="here")
        clock.pass_by(3)
        composed = await store.generations.composed(number, MUSIC)
        clock.pass_by(4)
        done = await store.generations.delivered(number, post(number), {"render": 0.5})

        assert (begun.state, begun.attempts, begun.started_at) == (
            GenerationState.COMPOSING,
            1,
            NOON + timedelta(seconds=2),
        )
        assert (composed.state, composed.title, composed.bars) == (GenerationState.COMPOSED, MUSIC.title, 8)
        assert await store.generations.original(number) == MUSIC.midi
        assert (done.state, done.message_id, done.delivered_at) == (
            GenerationState.DELIVERED,
            9000,
            NOON + timedelta(seconds=9),
        )
        assert done.seconds_spent == {"sample": 1.5, "render": 0.5}
        assert composed.reply_token == "a-reply-token"
        assert done.reply_token == "a-reply-token"
        assert await store.generations.by_message(9000) == replace(done, reply_token=None)


async def test_states_change_only_from_those_that_allow_it(opened):
    async with opened() as store:
        number = (await store.generations.admit(admission(), LIMITS)).number

        assert await store.generations.composed(number, MUSIC) is None
        assert await store.generations.delivered(number, post(number), {}) is None
        assert await store.generations.cancelled(number) is not None
        assert await store.generations.begin({number}, lease="here") is None
        assert await store.generations.cancelled(number) is None
        assert (await store.generations.get(number)).state is GenerationState.CANCELLED


async def test_a_failure_keeps_code_and_reference(opened):
    async with opened() as store:
        number = (await store.generations.admit(admission(), LIMITS)).number

        failed = await store.generations.failed(number, error="render", reference="7F3A")

        assert (failed.state, failed.error, failed.reference) == (GenerationState.FAILED, "render", "7F3A")


async def test_one_may_have_three_on_the_way(opened):
    async with opened() as store:
        numbers = [(await store.generations.admit(admission(), LIMITS)).number for _ in range(3)]

        with pytest.raises(TooManyOnTheWay) as refusal:
            await store.generations.admit(admission(), LIMITS)
        await store.generations.admit(admission(user_id=BOB), LIMITS)
        await store.generations.cancelled(numbers[0])
        await store.generations.admit(admission(), LIMITS)

        assert refusal.value.numbers == tuple(numbers)
        assert refusal.value.most == 3


@pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(days=1), timedelta(days=365)])
async def test_pieces_of_a_day_when_the_clock_was_ahead_count_for_no_quota(opened, ahead):
    limits = replace(LIMITS, per_hour=2)
    async with opened() as store:
        for _ in range(2):
            number = (await store.generations.admit(admission(asked_at=NOON + ahead), limits)).number
            await store.generations.begin({number}, lease="here")
            await store.generations.composed(number, MUSIC)
            await store.generations.kept(number)

        assert await store.generations.admit(admission(asked_at=NOON), limits)


async def test_a_quota_is_used_up_and_comes_back_with_time(opened):
    limits = replace(LIMITS, per_hour=2)
    async with opened() as store:
        for minute in (0, 10):
            asked = NOON + timedelta(minutes=minute)
            await store.generations.admit(admission(asked_at=asked), limits)

        with pytest.raises(QuotaUsed) as refusal:
            await store.generations.admit(admission(asked_at=NOON + timedelta(minutes=20)), limits)
        await store.generations.admit(admission(guild_id=OTHER_SERVER, asked_at=NOON), limits)
        for number in (1, 2):
            await store.generations.begin({number}, lease="here")
            await store.generations.composed(number, MUSIC)
            await store.generations.kept(number)
        later = await store.generations.admit(admission(asked_at=refusal.value.next_at), limits)

        assert refusal.value.quota == 2
        assert refusal.value.next_at == NOON + timedelta(hours=1)
        assert later.state is GenerationState.ACCEPTED


async def test_what_failed_or_was_never_begun_is_not_counted(opened):
    limits = replace(LIMITS, per_hour=1)
    async with opened() as store:
        first = await store.generations.admit(admission(), limits)
        await store.generations.failed(first.number, error="render", reference="7F3A")
        second = await store.generations.admit(admission(), limits)
        await store.generations.cancelled(second.number)

        third = await store.generations.admit(admission(), limits)

        assert third.state is GenerationState.ACCEPTED


async def test_what_was_begun_and_cancelled_is_counted(opened):
    limits = replace(LIMITS, per_hour=1)
    async with opened() as store:
        first = await store.generations.admit(admission(), limits)
        await store.generations.begin({first.number}, lease="here")
        await store.generations.cancelled(first.number)

        with pytest.raises(QuotaUsed):
            await store.generations.admit(admission(), limits)


async def test_a_full_queue_says_when_there_will_be_room(opened):
    limits = replace(LIMITS, queue_size=2, room_at=NOON + timedelta(seconds=40))
    async with opened() as store:
        for user_id in (1, 2):
            await store.generations.admit(admission(user_id=user_id), limits)

        with pytest.raises(QueueFull) as refusal:
            await store.generations.admit(admission(user_id=3), limits)

        assert (refusal.value.size, refusal.value.next_at) == (2, limits.room_at)


async def test_seven_people_of_one_server_keep_nobody_of_another_out(opened):
    async with opened() as store:
        for number in range(20):
            await store.generations.admit(admission(user_id=number // 3 + 1), LIMITS)
        with pytest.raises(QueueFull):
            await store.generations.admit(admission(user_id=7), LIMITS)

        for guild_id in (OTHER_SERVER, None):
            for user_id in (ANN, BOB):
                assert await store.generations.admit(admission(user_id=user_id, guild_id=guild_id), LIMITS)


async def test_the_history_is_ones_own_newest_first(opened):
    async with opened() as store:
        mine = [(await delivered(store)).number for _ in range(3)]
        await delivered(store, user_id=BOB)
        failed = (await store.generations.admit(admission(), LIMITS)).number
        await store.generations.failed(failed, error="render", reference="7F3A")

        history = await store.generations.history(ANN, offset=1, limit=5)

        assert [generation.number for generation in history] == mine[1::-1]
        assert await store.generations.count(ANN) == 3


async def test_what_an_engine_says_of_its_piece_is_kept_with_it(opened):
    async with opened() as store:
        number = (await store.generations.admit(admission(), LIMITS)).number
        await store.generations.begin({number}, lease="here")

        composed = await store.generations.composed(number, replace(MUSIC, remark="Dice: waltz 7 3 11"))

        assert composed.remark == "Dice: waltz 7 3 11"


async def test_what_is_taken_back_leaves_no_music_and_no_votes(opened):
    async with opened() as store:
        piece = await delivered(store)
        await store.ratings.vote(piece.number, BOB, 1, source="button")

        taken = await store.generations.taken_back(piece.number)

        assert taken.state is GenerationState.DELETED
        assert (taken.title, taken.remark) == (None, None)
        assert await store.generations.original(piece.number) is None
        assert await store.posts.of(piece.number) == []
        assert await store.ratings.of(piece.number, BOB) is None
        assert await store.generations.history(ANN) == []


async def test_a_number_is_never_given_twice(opened):
    async with opened() as store:
        piece = await delivered(store)
        await store.privacy.erase(ANN, delete_pieces=True, before_id=LATER)

        assert (await delivered(store)).number == piece.number + 1


def test_tokens_are_packed_and_unpacked():
    tokens = tuple(range(0, 529, 7))

    assert unpack(pack(tokens)) == tokens
    with pytest.raises(ValueError, match="no packed tokens"):
        unpack(pack(tokens)[:-3])
