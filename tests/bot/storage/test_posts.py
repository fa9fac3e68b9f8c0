from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.bot.builders import NOON, SetClock, delivered, post
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")


async def test_a_piece_may_be_posted_many_times(tmp_path: Path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        piece = await delivered(store, message_id=1)
        await store.posts.note(post(piece.number, 2, posted_at=NOON + timedelta(hours=1)))
        await store.posts.note(post(piece.number, 2))
        await store.posts.note(post(404, 3))

        assert [where.message_id for where in await store.posts.of(piece.number)] == [1, 2]
        assert await store.generations.by_message(2) == await store.generations.get(piece.number)
        assert [where.message_id for where in await store.posts.since(NOON + timedelta(minutes=1))] == [2]


async def test_a_message_that_is_gone_is_forgotten(tmp_path: Path):
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        piece = await delivered(store, message_id=1)

        await store.posts.gone(1)

        assert await store.generations.by_message(1) is None
        assert await store.generations.get(piece.number) == replace(piece, message_id=None, reply_token=None)
