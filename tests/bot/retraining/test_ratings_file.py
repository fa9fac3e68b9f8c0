"""The file of ratings says what training may know, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.battle import Choice
from bot.domain.order import ServerSettings
from bot.errors import SettingsError
from bot.storage.export.data_export import export_ratings
from bot.storage.tables import rating
from composer.errors import OutputError
from composer.tokens import vocabulary
from tests.bot.builders import (
    ANN,
    BOB,
    EVE,
    LATER,
    MUSIC,
    NOON,
    OPTIONS,
    OTHER_SERVER,
    SERVER,
    SetClock,
    delivered,
    open_battle,
)
from tests.bot.databases import database_at, open_store

CROWD = range(5000, 5500)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


async def vote(store, number, *opinions):
    for person, value in opinions:
        await store.ratings.vote(number, person, value, source="button")


def written(path, **options):
    """What stands in the file: the header, and the pieces by number."""
    file = path.with_name("rated.jsonl")
    counted = export_ratings(database_at(path), file, **options)
    header, *pieces = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert counted == (header["pieces"], header["people"])
    return header, {piece["number"]: piece for piece in pieces if "number" in piece}


async def test_battles_are_told_with_both_pieces_where_others_may_hear_them(path):
    async with open_store(path, SetClock()) as store:
        heard, hidden, apart = [
            await open_battle(store, **changes) for changes in ({}, {"private": True}, {"guild_id": OTHER_SERVER})
        ]
        await store.preferences.set_server(OTHER_SERVER, ServerSettings(training=False), by=EVE)
        for battle in (heard, hidden, apart):
            await store.battles.vote(battle.number, BOB, Choice.B, guild_id=SERVER)
        await store.battles.vote(heard.number, EVE, Choice.BAD, guild_id=OTHER_SERVER)

    header, pieces = written(path)

    [battle] = [json.loads(line) for line in path.with_name("rated.jsonl").read_text("utf-8").splitlines()[1:]]
    assert (header["battles"], header["pieces"], pieces) == (1, 0, {})
    assert (battle["first"]["number"], battle["second"]["number"]) == (heard.number, heard.second)
    assert (battle["first"]["version"], battle["second"]["version"]) == (1, 2)
    assert (battle["first"]["tokens"], battle["first"]["people"]) == ([1, 2, 3], 0)
    assert battle["votes"] == [[1, "b", 1.0]]


async def test_a_rated_piece_is_told_with_its_tokens_its_request_and_the_sums_of_its_votes(path):
    async with open_store(path, SetClock()) as store:
        first = await delivered(store)
        again = await delivered(store, another_of=first.number, options=replace(OPTIONS, seed=8, tempo=90))
        await vote(store, first.number, (BOB, 2), (EVE, -1))
        await vote(store, again.number, (BOB, 1))

    header, pieces = written(path)

    assert header == {
        "format": "cadenza-ratings",
        "version": 3,
        "vocabulary": vocabulary.fingerprint(),
        "pieces": 2,
        "people": 2,
        "battles": 0,
    }
    assert pieces[first.number] == {
        "number": first.number, "model": "tiny", "version": 1, "tokens": [1, 2, 3], "metre": "3/4", "bars": 8,
        "style": "piano", "key": "E flat major", "tempo": 72.0, "seconds": 12.0, "creativity": 0.5, "seed": 7,
        "measures": {"density": 3.5}, "another_of": None, "liked": 1.5, "disliked": 1.0, "people": 2,
        "votes": [[1, 1.5], [2, -1.0]],
    }  # fmt: skip
    assert pieces[again.number]["another_of"] == first.number
    assert pieces[again.number]["votes"] == [[1, 1.0]]


async def test_a_piece_that_no_network_said_is_rated_but_not_learned_from(path):
    async with open_store(path, SetClock()) as store:
        thrown = await delivered(store, music=replace(MUSIC, tokens=()))
        await vote(store, thrown.number, (BOB, 1))

        assert await store.ratings.that_train() == (0, 0)
        assert await store.ratings.of(thrown.number, BOB) == 1
    header, pieces = written(path)

    assert (header["pieces"], pieces) == (0, {})


async def test_no_person_and_no_server_is_in_it(path):
    async with open_store(path, SetClock()) as store:
        piece = await delivered(store, user_id=ANN)
        await vote(store, piece.number, (BOB, 1), (EVE, 1))
        written(path)

    text = path.with_name("rated.jsonl").read_text("utf-8")
    assert not [known for known in (ANN, BOB, EVE, SERVER) if str(known) in text]


async def test_five_hundred_votes_by_one_server_weigh_no_more_than_the_cap(path):
    async with open_store(path, SetClock()) as store:
        piece = await delivered(store)
        ballots = [
            {"number": piece.number, "user_id": person, "value": -1, "source": "button", "is_author": False}
            | {"guild_id": SERVER, "rated_at": NOON}
            for person in CROWD
        ]
        await store.database.write(lambda connection: connection.execute(rating.insert(), ballots))
        counted = await store.ratings.that_train()

    _, pieces = written(path)

    assert pieces[piece.number]["disliked"] == 3.0
    assert pieces[piece.number]["people"] == 500
    assert counted == (1, 500)


async def test_what_does_not_train_is_not_in_it(path):
    async with open_store(path, SetClock()) as store:
        own = await delivered(store, user_id=ANN)
        private = await delivered(store, private=True)
        apart = await delivered(store, guild_id=OTHER_SERVER)
        gone = await delivered(store)
        await vote(store, own.number, (ANN, 2))
        for piece in (private, apart, gone):
            await vote(store, piece.number, (BOB, 1))
        await store.generations.taken_back(gone.number)
        await store.preferences.set_server(OTHER_SERVER, ServerSettings(training=False), by=EVE)
        counted = await store.ratings.that_train()

    header, pieces = written(path)

    assert pieces == {}
    assert (header["pieces"], header["people"]) == counted == (0, 0)


async def test_a_server_that_takes_part_again_is_in_it_again(path):
    async with open_store(path, SetClock()) as store:
        piece = await delivered(store, guild_id=OTHER_SERVER)
        await vote(store, piece.number, (BOB, 1))
        for taking_part in (False, True):
            await store.preferences.set_server(OTHER_SERVER, ServerSettings(training=taking_part), by=EVE)

    assert list(written(path)[1]) == [piece.number]


async def test_deleting_takes_a_person_s_votes_and_pieces_out_of_the_next_training(path):
    async with open_store(path, SetClock()) as store:
        anns, bobs = await delivered(store, user_id=ANN), await delivered(store, user_id=BOB)
        await vote(store, anns.number, (EVE, 1))
        await vote(store, bobs.number, (ANN, -1), (EVE, 1))
        await store.privacy.erase(ANN, delete_pieces=True, before_id=LATER)

    header, pieces = written(path)

    assert list(pieces) == [bobs.number]
    assert (pieces[bobs.number]["liked"], pieces[bobs.number]["disliked"], header["people"]) == (1.0, 0.0, 1)


async def test_direct_messages_train_and_count_as_one_server(path):
    async with open_store(path, SetClock()) as store:
        piece = await delivered(store, guild_id=None)
        await vote(store, piece.number, *((person, 1) for person in CROWD[:10]))

    assert written(path)[1][piece.number]["liked"] == 3.0


async def test_only_pieces_since_a_moment_are_told_where_one_is_named(path):
    async with open_store(path, SetClock()) as store:
        old, new = await delivered(store), await delivered(store, asked_at=NOON + timedelta(days=1))
        for piece in (old, new):
            await vote(store, piece.number, (BOB, 1))

    assert list(written(path, since=NOON + timedelta(hours=1))[1]) == [new.number]


async def test_nothing_is_left_where_the_file_cannot_be_written(path, tmp_path):
    async with open_store(path, SetClock()):
        (tmp_path / "in-the-way").write_text("", "utf-8")

    with pytest.raises(OutputError, match="not a folder"):
        export_ratings(database_at(path), tmp_path / "in-the-way" / "rated.jsonl")
    with pytest.raises(SettingsError, match="there is no database"):
        export_ratings(database_at(tmp_path / "none.sqlite3"), tmp_path / "rated.jsonl")
