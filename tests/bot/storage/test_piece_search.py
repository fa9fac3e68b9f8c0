"""Pieces are found by those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.storage import piece_search
from tests.bot.builders import ANN, BOB, LIMITS, OTHER_SERVER, SERVER, SetClock, admission, delivered
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")


async def numbers(store, *asked):
    return [piece.number for piece in await store.search.known(*asked)]


async def test_a_person_finds_all_of_hers_and_what_was_composed_there_for_all(tmp_path: Path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        mine = (await delivered(store, private=True, guild_id=OTHER_SERVER)).number
        shared = (await delivered(store, user_id=BOB)).number
        await delivered(store, user_id=BOB, private=True)
        await delivered(store, user_id=BOB, guild_id=OTHER_SERVER)
        taken_back = (await delivered(store)).number
        await store.generations.taken_back(taken_back)
        waiting = (await store.generations.admit(admission(), LIMITS)).number

        assert await numbers(store, ANN, SERVER) == [waiting, shared, mine]
        assert await numbers(store, ANN, None) == [waiting, mine]


async def test_older_pieces_are_found_by_their_number(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(piece_search, "MOST", 1)
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        for user_id in (ANN, BOB, ANN, BOB):
            await delivered(store, user_id=user_id)

        assert await numbers(store, ANN, SERVER) == [4, 3]
        assert await numbers(store, ANN, SERVER, "1") == [4, 3, 1]
        assert await numbers(store, ANN, SERVER, "2") == [4, 3, 2]
