"""A mark is its person's own, and leads to nothing that the person may not see."""

from __future__ import annotations

import json

import pytest

from bot.storage.export.personal_export import export_person
from bot.storage.people import favourites
from tests.bot.builders import ANN, BOB, LATER, SetClock, delivered
from tests.bot.databases import database_at, mentions, open_store
from tests.bot.storage.export.test_personal_export import LIMIT, unpacked

pytestmark = pytest.mark.usefixtures("each_database")


async def marked(store, user_id):
    return [generation.number for generation in await store.favourites.list_marked(user_id)]


async def test_marks_are_listed_newest_first_and_private_pieces_to_their_composer_alone(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", clock := SetClock()) as store:
        shared, private = await delivered(store), await delivered(store, private=True)
        for piece in (private, shared):
            clock.pass_by(1)
            for person in (ANN, BOB):
                assert await store.favourites.add(person, piece.number)

        assert await marked(store, ANN) == [shared.number, private.number]
        assert await marked(store, BOB) == [shared.number]
        assert not await store.favourites.has(BOB, private.number)


async def test_there_is_room_for_so_many_and_none_for_what_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(favourites, "MOST", 1)
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        first, second = await delivered(store), await delivered(store)

        assert await store.favourites.add(ANN, 99)
        assert [await store.favourites.add(ANN, piece.number) for piece in (first, first, second)] == [
            True,
            True,
            False,
        ]
        await store.favourites.remove(ANN, first.number)
        assert await store.favourites.add(ANN, second.number)


async def test_marks_are_handed_over_and_deleted_with_all_else_of_a_person(tmp_path):
    path = tmp_path / "cadenza.sqlite3"
    async with open_store(path, SetClock()) as store:
        piece = await delivered(store, user_id=BOB)
        await store.favourites.add(ANN, piece.number)

        rows, _ = unpacked(export_person(database_at(path), ANN, LIMIT))
        before = (await store.privacy.show(ANN)).favourites
        await store.privacy.erase(ANN, delete_pieces=True, before_id=LATER)

        assert [row["number"] for row in rows["favourites"]] == [piece.number], json.dumps(rows)
        assert before == 1
        assert (await store.privacy.show(ANN)).favourites == 0
    assert not mentions(path, ANN)
