"""What stands on a piece's files and pictures."""

from __future__ import annotations

from dataclasses import replace

from bot.pipeline.captions import file_name, sheet
from tests.bot.builders import delivered
from tests.bot.databases import open_store


async def test_files_are_named_and_captioned_from_the_row(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        piece = await delivered(store)

    assert file_name(replace(piece, title="Étude in C sharp minor")) == f"{piece.number}-etude-in-c-sharp-minor"
    assert sheet(piece).caption == "0:12 · tiny v1 · 72 bpm · 3/4 · seed 7"
    free = replace(piece, chosen_metre=None, beats_per_minute=None)
    assert sheet(free).caption == "0:12 · tiny v1 · seed 7"
