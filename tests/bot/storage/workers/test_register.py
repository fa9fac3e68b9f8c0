"""Workers are known by what they said last, as long as that is not long ago by the database's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.worker_line import WorkerLine
from tests.bot.databases import change, open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")

ONE = WorkerLine(
    name="one", host="attic", threads=2, busy=1, engines={"tiny@1": "0.1-ab"}, speeds={"tiny": 0.1}, renders=False
)


async def test_a_worker_is_known_until_it_signs_off_or_says_nothing_for_long(tmp_path: Path) -> None:
    path = tmp_path / "cadenza.sqlite3"
    other = WorkerLine(name="other", host="cellar", threads=4)
    async with open_store(path) as store:
        await store.workers.note(WorkerLine(name="one", host="attic", threads=2))
        await store.workers.note(other)
        await store.workers.note(ONE)

        assert await store.workers.present(within=60) == [ONE, other]
        await store.workers.sign_off("other")
        assert await store.workers.present(within=60) == [ONE]
        await change(path, "UPDATE worker SET seen_at = '2026-01-01 00:00:00.000000'")

        assert await store.workers.present(within=60) == []
        await store.workers.note(WorkerLine(name="next", host="attic", threads=1))
        assert [line.name for line in await store.workers.present(within=10**10)] == ["next"]
