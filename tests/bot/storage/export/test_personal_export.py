"""Whoever asks is handed all that is kept about them, however much that is, and nothing of others."""

from __future__ import annotations

import json
import random
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import insert, select

from bot.domain.order import Defaults
from bot.errors import SettingsError
from bot.storage.export.personal_export import export_person
from bot.storage.people.blocklist import BlockedKind
from bot.storage.tables import generation
from tests.bot.builders import ANN, BOB, EVE, SetClock, delivered
from tests.bot.databases import database_at, open_store

LIMIT = 10 * 1024 * 1024
"""Bytes of a file that Discord takes everywhere."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


def unpacked(parts):
    """The files in all parts together: rows by table, other files by name."""
    rows: dict[str, list[dict[str, Any]]] = {}
    others: dict[str, bytes] = {}
    for part in parts:
        with ZipFile(BytesIO(part)) as bundle:
            assert bundle.testzip() is None
            for name in bundle.namelist():
                table, numbered, _ = name.partition("-")
                if numbered:
                    rows.setdefault(table, []).extend(json.loads(bundle.read(name)))
                else:
                    others[name] = bundle.read(name)
    return rows, others


@pytest.mark.usefixtures("each_database")
async def test_a_person_is_handed_all_of_it_and_nothing_of_others(path):
    async with open_store(path, SetClock()) as store:
        own = await delivered(store, user_id=ANN, locale="de")
        others = await delivered(store, user_id=BOB)
        await store.ratings.vote(own.number, BOB, 1, source="button")
        await store.ratings.vote(others.number, ANN, 2, source="reaction", message_id=9000 + others.number)
        await store.preferences.set_defaults(ANN, Defaults(wishes={"seconds": 30}))
        await store.audit.add(ANN, "cancel", generation=others.number)
        for person in (ANN, BOB):
            await store.blocklist.block(BlockedKind.PERSON, person, by=EVE, guild_id=None)

        rows, files = unpacked(parts := list(export_person(database_at(path), ANN, LIMIT)))

    assert len(parts) == 1
    assert [(row["number"], row["midi"]) for row in rows["pieces"]] == [(own.number, f"midi/{own.number}.mid")]
    assert files[f"midi/{own.number}.mid"] == b"MThd"
    assert [list(row) for row in rows["blocked"]] == [["at"]]
    assert [(vote["number"], vote["value"]) for vote in rows["ratings"]] == [(others.number, 2)]
    assert rows["settings"][0]["value"]["seconds"] == 30
    assert len(rows["votes"]) == len(rows["posts"]) == len(rows["actions"]) == 1
    assert "reply_token" not in rows["pieces"][0]
    assert str(BOB) not in json.dumps(rows)


@pytest.mark.usefixtures("each_database")
async def test_three_thousand_pieces_come_in_files_that_discord_takes(path):
    draws = random.Random(1)
    async with open_store(path, SetClock()) as store:
        first = await delivered(store, user_id=ANN)
        (row,) = await store.database.read(
            lambda connection: [dict(row) for row in connection.execute(select(generation)).mappings()]
        )
        del row["number"], row["message_id"]
        many = [{**row, "request_id": 10**6 + each, "midi": draws.randbytes(6000)} for each in range(2999)]
        await store.database.write(lambda connection: connection.execute(insert(generation), many))

        rows, files = unpacked(parts := list(export_person(database_at(path), ANN, LIMIT)))

    midi = {int(name.removeprefix("midi/").removesuffix(".mid")) for name in files if name.startswith("midi/")}
    assert {len(part) <= LIMIT for part in parts} == {True}
    assert len(parts) == 2
    assert midi == {row["number"] for row in rows["pieces"]} == set(range(first.number, first.number + 3000))


def test_without_a_database_it_says_so(path):
    with pytest.raises(SettingsError, match="there is no database"):
        next(export_person(database_at(path), ANN, LIMIT))
