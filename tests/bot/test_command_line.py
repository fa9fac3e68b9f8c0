"""`python -m bot` as the person who runs it meets it."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.domain.battle import Choice
from bot.domain.order import ServerSettings
from bot.storage.export.data_export import export
from tests.bot.builders import ANN, BOB, EVE, NOON, OTHER_SERVER, SERVER, SetClock, delivered, open_battle
from tests.bot.databases import database_at, open_store


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "DISCORD_API_BASE", "CADENZA_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_the_first_start_says_in_three_lines_how_to_get_a_token(capsys, tmp_path):
    assert main([]) == 2

    told = capsys.readouterr().err
    assert told.count("\n") == 3
    assert "DISCORD_TOKEN" in told
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_is_told_in_a_line(capsys, monkeypatch):
    monkeypatch.setenv("CADENZA_WORKERS", "none")

    assert main(["doctor"]) == 2

    assert capsys.readouterr().err.startswith("CADENZA_WORKERS: ")


@pytest.mark.parametrize(
    "arguments", [["export", "--all"], ["export", "--since", "yesterday"], ["backup", "--keep", "0"], ["dance"]]
)
def test_a_wrong_command_is_told_in_a_line(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_there_is_nothing_to_export_before_the_first_start(capsys):
    assert main(["export", "--since", "2026-01-01"]) == 2

    assert "there is no database" in capsys.readouterr().err


async def some_life(path: Path) -> None:
    async with open_store(path, SetClock()) as store:
        piece = await delivered(store, user_id=ANN)
        await store.ratings.vote(piece.number, ANN, 2, source="button")
        for user_id, value in ((BOB, 1), (EVE, -1)):
            await store.ratings.vote(piece.number, user_id, value, source="button")
        hidden = await delivered(store, private=True)
        elsewhere = await delivered(store, guild_id=OTHER_SERVER)
        for number in (hidden.number, elsewhere.number):
            await store.ratings.vote(number, BOB, 1, source="button")
        await store.preferences.set_server(OTHER_SERVER, ServerSettings(training=False), by=EVE)


async def test_everything_goes_out_as_lines_and_tables_without_ids(tmp_path):
    path = tmp_path / "cadenza.sqlite3"
    await some_life(path)
    async with open_store(path, SetClock()) as store:
        battle = await open_battle(store)
        await store.battles.vote(battle.number, BOB, Choice.TIE, guild_id=SERVER)

    files = export(database_at(path), tmp_path / "out", since=NOON)

    assert [(file.name, count) for file, count in files] == [
        ("battle_votes.csv", 1), ("battle_votes.jsonl", 1), ("generations.csv", 4), ("generations.jsonl", 4),
        ("ratings.csv", 4), ("ratings.jsonl", 4),
    ]  # fmt: skip
    lines = [json.loads(line) for line in (tmp_path / "out" / "generations.jsonl").read_text("utf-8").splitlines()]
    rows = list(csv.DictReader((tmp_path / "out" / "ratings.csv").read_text("utf-8").splitlines()))
    assert lines[0]["title"] == "Nocturne in E flat major"
    assert lines[0]["midi"] == "TVRoZA=="
    assert [(row["value"], row["is_author"]) for row in rows[:3]] == [("2", "True"), ("1", "False"), ("-1", "False")]
    everything = "".join(file.read_text("utf-8") for file, _ in files)
    for discord_id in (ANN, BOB, EVE, SERVER, OTHER_SERVER):
        assert str(discord_id) not in everything


async def test_ratings_to_train_on_are_written_alone(capsys, tmp_path):
    await some_life(tmp_path / "data" / "cadenza.sqlite3")

    assert main(["export", "--ratings", "--out", "out"]) == 0

    assert capsys.readouterr().out == "out/rated.jsonl: 1 pieces, rated by 2 people\n"
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["rated.jsonl"]


async def test_a_backup_is_made_kept_and_put_back(capsys, tmp_path):
    path = tmp_path / "data" / "cadenza.sqlite3"
    await some_life(path)

    assert main(["backup"]) == 0
    copy = capsys.readouterr().out.strip()
    async with open_store(path, SetClock()) as store:
        await delivered(store)
    assert main(["restore", copy]) == 0

    told = capsys.readouterr().out
    assert told.startswith(
        f"data/cadenza.sqlite3 is that of {copy}; deletions repeated: 0\nthe one of before is data/backups/cadenza-"
    )
    assert "-before-restore.sqlite3" in told


async def test_older_backups_are_deleted_where_that_is_asked_for(capsys, tmp_path):
    await some_life(tmp_path / "data" / "cadenza.sqlite3")
    old = tmp_path / "data" / "backups" / "cadenza-2026-01-01T000000Z.sqlite3"
    old.parent.mkdir()
    old.touch()

    assert main(["backup", "--keep", "1"]) == 0

    assert capsys.readouterr().out.splitlines()[1:] == ["deleted data/backups/cadenza-2026-01-01T000000Z.sqlite3"]
    assert len(list(old.parent.iterdir())) == 1


async def test_somebody_who_cannot_ask_is_forgotten_for_good(tmp_path):
    path = tmp_path / "data" / "cadenza.sqlite3"
    await some_life(path)

    ended = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "forget", str(ANN), env=environment())

    assert await ended.wait() == 0
    async with open_store(path, SetClock()) as store:
        assert (await store.privacy.show(ANN)).pieces == 0
        await store.ratings.reconcile(9001, {1: {ANN}})
        assert (await store.privacy.show(ANN)).ratings == 0


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
