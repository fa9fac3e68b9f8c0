"""Model files lie in the database in parts, and come out whole or not at all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.storage.learning.registry import SeenModel
from bot.storage.workers import model_files
from bot.storage.workers.model_files import KeptFile
from tests.bot.databases import change, open_store

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DATA = bytes(range(256)) * 4


async def test_a_file_comes_out_as_it_was_put_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "PART_BYTES", 100)
    file = KeptFile("tiny", 101, hashlib.sha256(DATA).hexdigest())
    seen = SeenModel(name="tiny", version=101, sha256=file.sha256, metrics={}, learned=True)
    path = tmp_path / "cadenza.sqlite3"
    async with open_store(path) as store:
        await store.models.seen([seen])
        await store.model_files.keep("tiny", 101, b"another")
        await store.model_files.keep("tiny", 101, DATA)

        assert await store.model_files.kept() == [file]
        assert await store.model_files.read(file) == DATA
        await change(path, "DELETE FROM model_part WHERE part = 3")
        assert await store.model_files.read(file) is None
        await store.model_files.drop([("tiny", 101)])
        assert await store.model_files.kept() == []
