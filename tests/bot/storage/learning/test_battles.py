from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.battle import ENOUGH_VOTES, BattleTally, Choice
from bot.domain.generation import GenerationState
from bot.domain.order import ServerSettings
from bot.errors import QuotaUsed, TooManyOnTheWay
from bot.storage.learning.battles import bouts
from bot.storage.people.blocklist import BlockedKind
from tests.bot import databases
from tests.bot.builders import (
    ANN,
    BOB,
    CHANNEL,
    EVE,
    LATER,
    LIMITS,
    MUSIC,
    SERVER,
    SetClock,
    admission,
    begun_battle,
    delivered,
    open_battle,
    post,
)
from tests.bot.databases import database_at, mentions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.usefixtures("each_database")

DAY = 24 * 3600.0


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


@asynccontextmanager
async def open_store(path, clock) -> AsyncIterator[Any]:
    """The storage, of which a test takes what it asks for to be there."""
    async with databases.open_store(path, clock) as store:
        yield store


async def states(store, *numbers):
    return [found.state if (found := await store.generations.get(number)) else None for number in numbers]


async def test_both_pieces_are_accepted_once_and_count_as_two(path):
    async with open_store(path, SetClock()) as store:
        pair = (admission(), admission(request_id=-7))
        other = await store.generations.admit(admission(), LIMITS)

        with pytest.raises(TooManyOnTheWay):
            await store.battles.admit(pair, replace(LIMITS, on_the_way=2))
        await store.generations.cancelled(other.number)
        with pytest.raises(QuotaUsed):
            await store.battles.admit(pair, replace(LIMITS, per_hour=1))
        first, second = await store.battles.admit(pair, replace(LIMITS, on_the_way=2, per_hour=3))
        again = await store.battles.admit(pair, LIMITS)

        assert (first.rival, second.rival) == (second.number, first.number)
        assert [half.number for half in again] == [first.number, second.number]
        assert len(await store.generations.unfinished()) == 2
        with pytest.raises(QuotaUsed):
            await store.battles.admit(
                (admission(), admission(request_id=-8)), replace(LIMITS, per_hour=3, on_the_way=9)
            )


async def test_half_a_battle_is_none(path):
    async with open_store(path, SetClock()) as store:
        for end, state in (
            (lambda number: store.generations.failed(number, error="x", reference="1"), GenerationState.FAILED),
            (store.generations.cancelled, GenerationState.CANCELLED),
        ):
            first, second = await begun_battle(store)

            ended = await end(second.number)

            assert (ended.reply_token, ended.rival) == ("a-reply-token", first.number)
            assert await states(store, first.number, second.number) == [GenerationState.CANCELLED, state]
            assert [one.number for one in await store.generations.untold()][-1:] == [second.number]
            assert await store.battles.get(first.number) is None
        await store.battles.admit((admission(), admission(request_id=-9)), replace(LIMITS, per_hour=2))


async def test_both_are_delivered_in_one_step_or_kept(path):
    async with open_store(path, SetClock()) as store:
        battle = await open_battle(store)
        first, second = await begun_battle(store)
        for half in (first, second):
            await store.generations.begin({half.number}, lease="test")
            await store.generations.composed(half.number, MUSIC)

        await store.generations.kept(first.number)

        assert await states(store, battle.number, battle.second) == [GenerationState.DELIVERED] * 2
        assert (battle.is_open, battle.message_id) == (True, 9000 + battle.number)
        assert await store.posts.of(battle.number) == []
        assert await states(store, first.number, second.number) == [GenerationState.KEPT] * 2
        assert await store.battles.get(first.number) is None


async def test_the_first_choice_of_each_person_stands(path):
    async with open_store(path, SetClock()) as store:
        battle = await open_battle(store)
        await store.blocklist.block(BlockedKind.PERSON, EVE, by=1, guild_id=None)

        said = await store.battles.vote(battle.number, ANN, Choice.B, guild_id=SERVER)
        again = await store.battles.vote(battle.number, ANN, Choice.A, guild_id=SERVER)
        await store.battles.vote(battle.number, BOB, Choice.BAD, guild_id=SERVER)
        refused = await store.battles.vote(battle.number, EVE, Choice.A, guild_id=SERVER)
        nothing = await store.battles.vote(battle.second, ANN, Choice.A, guild_id=SERVER)
        await store.battles.close(battle.number)
        late = await store.battles.vote(battle.number, EVE, Choice.A, guild_id=SERVER)

        assert (said.choice, said.is_new, again.choice, again.is_new) == (Choice.B, True, Choice.B, False)
        assert (refused.choice, nothing, late.choice) == (None, None, None)
        assert await store.battles.tally(battle.number) == BattleTally(b=1, bad=1)
        with database_at(path).reading() as connection:
            found = list(bouts(connection))
        assert [(bout.first, bout.second, bout.choice, bout.person) for bout in found] == [
            (battle.number, battle.second, Choice.B, ANN),
            (battle.number, battle.second, Choice.BAD, BOB),
        ]
        assert [str(one) for one in found[0].contestants] == ["tiny v1", "tiny v2"]


async def test_a_battle_ends_by_time_or_by_votes_and_is_due_until_its_message_says_so(path):
    clock = SetClock()
    async with open_store(path, clock) as store:
        voted, timed, hidden = (
            await open_battle(store),
            await open_battle(store),
            await open_battle(store, private=True),
        )
        for person in range(ENOUGH_VOTES):
            await store.battles.vote(voted.number, 100 + person, Choice.A, guild_id=SERVER)
        await store.battles.vote(hidden.number, ANN, Choice.A, guild_id=SERVER)
        assert [battle.number for battle in await store.battles.due()] == [voted.number, hidden.number]

        clock.pass_by(3600)
        assert [battle.number for battle in await store.battles.due()] == [voted.number, timed.number, hidden.number]
        assert await store.battles.close(voted.number)
        assert not await store.battles.close(voted.number)
        assert len(await store.battles.due()) == 3
        await store.battles.shown(voted.number)
        await store.battles.message_gone(timed.message_id)

        assert [battle.number for battle in await store.battles.due()] == [hidden.number]


async def test_lists_leave_out_what_is_still_blind(path):
    async with open_store(path, SetClock()) as store:
        battle = await open_battle(store)

        assert await store.generations.history(ANN) == []
        await store.battles.close(battle.number)

        assert [piece.number for piece in await store.generations.history(ANN)] == [battle.second, battle.number]


async def test_deleting_one_piece_withdraws_the_battle(path):
    async with open_store(path, SetClock()) as store:
        battle = await open_battle(store)
        await store.battles.vote(battle.number, BOB, Choice.B, guild_id=SERVER)

        await store.generations.taken_back(battle.second)

        assert await store.battles.get(battle.number) is None
        assert [where.message_id for where in await store.removals.due()] == [battle.message_id]
        assert await states(store, battle.number, battle.second) == [GenerationState.DELIVERED, GenerationState.DELETED]
        assert not mentions(path, BOB)


async def test_a_deletion_takes_a_persons_votes_and_battles(path):
    async with open_store(path, SetClock()) as store:
        own, others = await open_battle(store, user_id=BOB), await open_battle(store, user_id=ANN)
        await store.battles.vote(others.number, BOB, Choice.B, guild_id=SERVER)
        await begun_battle(store, user_id=BOB)
        assert (await store.privacy.show(BOB)).battle_votes == 1

        erasure = await store.privacy.erase(BOB, delete_pieces=True, before_id=LATER)

        assert (erasure.pieces, erasure.battle_votes) == (4, 1)
        assert await store.battles.get(own.number) is None
        assert await store.battles.tally(others.number) == BattleTally()
        assert own.message_id in [where.message_id for where in await store.removals.due()]
    assert not mentions(path, BOB)


async def daily(store, day):
    first = admission(user_id=None)
    return await store.battles.admit((first, replace(first, request_id=-first.request_id)), LIMITS, day=day)


async def test_a_server_has_one_battle_a_day_until_nobody_hears_them(path):
    clock = SetClock()
    async with open_store(path, clock) as store:
        await delivered(store)
        await store.preferences.set_server(SERVER, ServerSettings(daily_battle=CHANNEL), by=ANN)
        assert await store.battles.wanted_daily("2026-03-01") == [(SERVER, CHANNEL)]

        for day in range(1, 8):
            first, _ = await daily(store, f"2026-03-0{day}")
            assert await daily(store, f"2026-03-0{day}") is None
            assert not await store.battles.goes_unheard(SERVER) or day == 7
        assert await store.battles.wanted_daily("2026-03-07") == []
        assert await store.battles.goes_unheard(SERVER)

        assert not await store.battles.stop_daily(SERVER, channel_id=1)
        assert await store.battles.stop_daily(SERVER, channel_id=CHANNEL)
        assert await store.battles.wanted_daily("2026-03-08") == []
        await store.preferences.set_server(SERVER, ServerSettings(daily_battle=CHANNEL), by=ANN)
        assert await store.battles.wanted_daily("2026-03-07") == []
        assert not await store.battles.goes_unheard(SERVER)
        assert (await store.battles.get(first.number)).daily


async def test_a_vote_makes_a_daily_battle_heard(path):
    async with open_store(path, SetClock()) as store:
        for day in range(1, 8):
            first, second = await daily(store, f"2026-03-0{day}")
            if day == 3:
                for half in (first, second):
                    await store.generations.begin({half.number}, lease="test")
                    await store.generations.composed(half.number, MUSIC)
                await store.generations.delivered(first.number, post(first.number), {})
                await store.battles.vote(first.number, ANN, Choice.TIE, guild_id=SERVER)

        assert not await store.battles.goes_unheard(SERVER)
