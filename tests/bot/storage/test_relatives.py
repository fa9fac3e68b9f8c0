"""A family is found from any of its pieces, whatever became of the others."""

from __future__ import annotations

import pytest

from bot.storage import relatives
from tests.bot.builders import LIMITS, SetClock, admission, delivered
from tests.bot.databases import open_store

pytestmark = pytest.mark.usefixtures("each_database")


async def family(store, number):
    """The tree, as depth and number; a number is negative where the piece was deleted."""
    found = await store.relatives.of(number)
    return [(each.depth, each.number if each.generation else -each.number) for each in found]


async def test_a_tree_has_what_a_piece_came_from_and_what_came_from_it(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        first = (await delivered(store)).number
        second = (await delivered(store, another_of=first)).number
        cousin = (await delivered(store, another_of=first)).number
        failed = (await store.generations.admit(admission(another_of=second), LIMITS)).number
        await store.generations.failed(failed, error="unexpected", reference="abc")
        retried = (await delivered(store, another_of=failed)).number
        continued = (await delivered(store, parent=second)).number
        like_it = (await delivered(store, parent=second, another_of=continued)).number

        assert await family(store, second) == [
            (0, first), (1, second), (2, retried), (2, continued), (3, like_it),
        ]  # fmt: skip
        assert await family(store, retried) == [(0, first), (1, second), (2, retried)]
        assert await family(store, cousin) == [(0, first), (1, cousin)]


async def test_deleted_pieces_keep_their_place_and_nothing_else(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        first = (await delivered(store)).number
        continued = (await delivered(store, parent=first)).number
        like_it = (await delivered(store, parent=first, another_of=continued)).number
        await store.generations.taken_back(continued)

        assert await family(store, first) == [(0, first), (1, -continued), (2, like_it)]
        assert await family(store, like_it) == [(0, -continued), (1, like_it)]


async def test_a_tree_ends_where_it_grows_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(relatives, "MOST_DESCENDANTS", 3)
    monkeypatch.setattr(relatives, "MOST_ANCESTORS", 2)
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        line = [(await delivered(store)).number]
        for _ in range(6):
            line.append((await delivered(store, another_of=line[-1])).number)

        assert [number for _, number in await family(store, line[0])] == line[:4]
        assert [number for _, number in await family(store, line[-1])] == line[-3:]
