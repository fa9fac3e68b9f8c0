"""A server's taste: what it is learned from, when, and what a deletion leaves of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.battle import Choice
from bot.domain.order import ServerSettings
from bot.domain.taste import TasteChoice
from bot.storage.export.extracts import BEGINNING
from bot.storage.learning import tastes
from composer.models.learned_preferences import NONE, LearnedPreferences
from composer.taste import learning
from composer.taste.learning import LearnedTaste
from composer.taste.signals import TRACK
from tests.bot.builders import (
    ANN,
    BOB,
    EVE,
    LATER,
    MUSIC,
    OPTIONS,
    OTHER_SERVER,
    SERVER,
    SetClock,
    delivered,
    open_battle,
)
from tests.bot.databases import open_store

pytestmark = pytest.mark.usefixtures("each_database")

PEOPLE = (BOB, EVE, 1004)
ENOUGH = 3
"""Pieces that are enough here, so that the tests are quick."""

LEARNED = LearnedTaste(
    weights={"minor": 2.0, "tempo": -1.0, "density": 0.5},
    deviations={"minor": 0.5, "tempo": 0.3, "density": 0.4},
    shrinkage=0.5,
    spread=0.45,
    votes=60,
    pieces=20,
    people=3,
    surer=12.0,
    gain=0.1,
    evidence=5.0,
    taken=True,
)


@pytest.fixture(autouse=True)
def few_pieces_are_enough(monkeypatch):
    monkeypatch.setattr(learning, "FEWEST_PIECES", ENOUGH)
    monkeypatch.setattr(tastes, "EVERY_VOTES", 2 * len(PEOPLE))


async def rated(store, number=ENOUGH, *, people=PEOPLE, **changes):
    """Pieces of Ann's that others voted on."""
    pieces = [await delivered(store, **changes) for _ in range(number)]
    for piece in pieces:
        for person in people:
            await store.ratings.vote(piece.number, person, 1, source="button")
    return pieces


async def test_a_first_taste_is_due_at_enough_pieces_by_three_people_and_the_next_after_enough_votes(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        await rated(store, ENOUGH - 1)
        assert await store.tastes.due(BEGINNING) == []
        await rated(store, 1, people=PEOPLE[:1])
        await rated(store, people=PEOPLE[:2], guild_id=OTHER_SERVER)

        assert await store.tastes.due(BEGINNING) == [SERVER]
        await store.tastes.keep(SERVER, LEARNED)
        assert await store.tastes.due(BEGINNING) == []
        await rated(store, 1)
        assert await store.tastes.due(BEGINNING) == []
        await rated(store, 1)
        assert await store.tastes.due(BEGINNING) == [SERVER]


async def test_votes_that_train_no_model_make_no_taste(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        usual, *_ = await rated(store, 1)
        await rated(store, 1, private=True)
        (own,) = await rated(store, 1, people=())
        await store.ratings.vote(own.number, ANN, 1, source="button")
        await delivered(store, music=replace(MUSIC, chosen_key=None))

        found = await store.tastes.material(SERVER)

        assert {piece.number for piece in found.pieces} == {usual.number}
        assert len(found.votes) == len(PEOPLE)
        assert not {vote.person for vote in found.votes} & set(PEOPLE)
        await store.preferences.set_server(SERVER, ServerSettings(training=False), by=ANN)
        assert (await store.tastes.material(SERVER)).votes == ()


async def test_votes_in_battles_are_pairs(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        battle = await open_battle(store)
        await store.battles.vote(battle.number, BOB, Choice.B, guild_id=SERVER)
        await store.battles.vote(battle.number, EVE, Choice.TIE, guild_id=SERVER)

        found = await store.tastes.material(SERVER)

        assert [(vote.piece, vote.than) for vote in found.votes] == [(battle.second, battle.number)]


async def test_a_piece_keeps_the_taste_that_made_it_when_the_server_moves_on(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        await store.tastes.keep(SERVER, LEARNED)
        first = await store.tastes.composing(SERVER, TasteChoice.OWN)
        piece = await delivered(store, taste=first)
        await store.tastes.keep(SERVER, replace(LEARNED, weights={"tempo": 1.0}))

        assert piece.taste == first
        assert await store.tastes.composing(SERVER, TasteChoice.OWN) != first
        liked = await store.generations.liked(piece.number)
        assert liked == LearnedPreferences(minor=1.0, tempo=-0.5, density=0.25, measures={"density": 0.5})
        assert await store.generations.liked((await delivered(store)).number) == NONE


async def test_what_was_not_taken_composes_nothing_and_a_server_chooses(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        await store.tastes.keep(SERVER, replace(LEARNED, taken=False))
        await store.tastes.keep(None, LEARNED)

        assert await store.tastes.composing(SERVER, TasteChoice.OWN) is None
        assert await store.tastes.composing(SERVER, TasteChoice.SHARED) is not None
        assert await store.tastes.composing(OTHER_SERVER, TasteChoice.OFF) is None
        assert await store.tastes.composing(None, TasteChoice.SHARED) is None
        assert [one.guild_id for one in await store.tastes.all_taken()] == []


async def test_a_deleted_person_leaves_the_taste_at_the_next_look(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        await rated(store)
        await store.tastes.keep(SERVER, LEARNED)
        await rated(store, 4, people=(BOB,))

        assert await store.tastes.due(BEGINNING) == []
        await store.privacy.erase(EVE, delete_pieces=True, before_id=LATER)

        assert await store.tastes.due(BEGINNING) == [SERVER]
        assert (await store.tastes.counts(SERVER))[2] == 2
        await store.tastes.withdraw(SERVER)
        assert await store.tastes.latest(SERVER) is None


async def test_a_forgotten_taste_comes_back_only_by_new_votes(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", clock := SetClock()) as store:
        await rated(store)
        await store.tastes.keep(SERVER, LEARNED)

        await store.tastes.forget(SERVER, by=ANN)

        assert await store.tastes.latest(SERVER) is None
        assert await store.tastes.due(BEGINNING) == []
        assert [entry.action for entry in await store.audit.latest()] == ["taste forgotten"]
        clock.pass_by(1)
        await rated(store)
        assert await store.tastes.due(BEGINNING) == [SERVER]
        assert len((await store.tastes.material(SERVER)).pieces) == ENOUGH


async def test_a_server_that_was_left_or_trains_nothing_keeps_no_taste(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        for guild_id in (SERVER, OTHER_SERVER):
            await store.tastes.keep(guild_id, LEARNED)

        await store.retention.server_left(SERVER)
        await store.preferences.set_server(OTHER_SERVER, ServerSettings(training=False), by=ANN)

        assert await store.tastes.latest(SERVER) is None
        assert await store.tastes.latest(OTHER_SERVER) is None


async def test_what_people_do_with_pieces_weighs_as_their_votes_beside_it_say(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        pieces = await rated(store, 6)
        for piece in pieces[:3]:
            await store.ratings.vote(piece.number, BOB, -1, source="button")
        for piece in pieces[3:]:
            await store.favourites.add(EVE, piece.number)
            await store.deeds.note(EVE, piece.number, TRACK, guild_id=SERVER)
        await store.favourites.add(1005, pieces[0].number)
        await store.deeds.note(1005, pieces[2].number, TRACK, guild_id=SERVER)
        await store.deeds.note(1005, pieces[3].number, TRACK, guild_id=OTHER_SERVER)
        for piece in pieces[:2]:
            await delivered(store, user_id=BOB, another_of=piece.number)
        await delivered(store, user_id=1005, another_of=pieces[1].number)
        await delivered(store, user_id=1005, another_of=pieces[2].number, options=replace(OPTIONS, style="song"))
        await store.favourites.add(ANN, pieces[1].number)

        found = await store.tastes.material(SERVER)

        assert found.signals["track"] == found.signals["favourite"] > 0 > found.signals["another"]
        assert found.signals["continued"] == found.signals["mail"] == 0
        done = [(vote.piece, vote.liked) for vote in found.votes if not vote.cast]
        assert done == [(pieces[0].number, True), (pieces[1].number, False), (pieces[2].number, True)]
        await store.preferences.set_server(SERVER, ServerSettings(training=False), by=ANN)
        await store.deeds.note(BOB, pieces[2].number, TRACK, guild_id=SERVER)
        assert [(await store.privacy.show(person)).deeds for person in (EVE, 1005, BOB)] == [0, 0, 0]
