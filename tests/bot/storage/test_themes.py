"""Music that a piece goes on from lasts as long as the job does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.storage.export.data_export import export
from composer.music.given import GivenMusic, Theme, Treatment
from composer.music.score import Tempo
from composer.tokens.tokenizer import quantised
from tests.bot.builders import LIMITS, MUSIC, NOON, SetClock, admission
from tests.bot.databases import database_at, open_store
from tests.composer.tunes import waltz

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.domain.generation import Generation
    from bot.storage.store import Store

TUNE = quantised(replace(waltz(), tempos=(Tempo(0, 100.0),)))
THEME = Theme(music=GivenMusic(score=TUNE, style="piano"), treatment=Treatment.VARIATION, alone=True)


ENDINGS: dict[str, Callable[[Store, int], Awaitable[Generation | None]]] = {
    "composed": lambda store, number: store.generations.composed(number, MUSIC),
    "failed": lambda store, number: store.generations.failed(number, error="request", reference="7F3A"),
    "cancelled": lambda store, number: store.generations.cancelled(number),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_given_music_outlives_a_kill_and_goes_when_the_piece_is_composed_or_will_not_be(
    tmp_path: Path, ending: str
) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        number = (await store.generations.admit(admission(theme=THEME), LIMITS)).number
        await store.generations.begin({number}, lease="killed")

    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        await store.generations.requeue(number)
        begun = await store.generations.begin({number}, lease="next")
        assert await store.generations.theme(number) == THEME
        assert begun is not None
        assert (begun.treatment, begun.alone) == ("variation", True)

        await ENDINGS[ending](store, number)

        assert await store.generations.theme(number) is None


async def test_pieces_that_go_on_from_another_are_found_by_it(tmp_path: Path) -> None:
    async with open_store(tmp_path / "cadenza.sqlite3", SetClock()) as store:
        parent = (await store.generations.admit(admission(), LIMITS)).number
        child = (await store.generations.admit(admission(theme=THEME, parent=parent), LIMITS)).number

        assert await store.relatives.children(parent) == []
        await store.generations.begin({child}, lease="here")
        await store.generations.composed(child, MUSIC)
        await store.generations.kept(child)

        assert [each.number for each in await store.relatives.children(parent)] == [child]


async def test_given_music_is_in_no_export_for_those_who_study_ratings(tmp_path: Path) -> None:
    path = tmp_path / "cadenza.sqlite3"
    async with open_store(path, SetClock()) as store:
        await store.generations.admit(admission(theme=THEME), LIMITS)
        made = (await store.generations.admit(admission(theme=THEME), LIMITS)).number
        await store.generations.begin({made}, lease="now")
        await store.generations.composed(made, MUSIC)

    files = export(database_at(path), tmp_path / "out", since=NOON)

    told = next(file for file, _ in files if file.name == "generations.jsonl").read_text()
    rows = [json.loads(line) for line in told.splitlines()]
    assert [row["treatment"] for row in rows] == ["variation"] * 2
    assert not any("theme" in row or row["midi"] for row in rows)
