"""`python -m bot` as the person who runs it meets it."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.__main__ import main
from bot.doctor.doctor import examine
from bot.domain.order import ServerSettings
from bot.settings import Settings
from bot.storage.export.data_export import export
from bot.storage.store import open_store
from tests.bot import tiny_model
from tests.bot.builders import ANN, BOB, EVE, NOON, OTHER_SERVER, SERVER, SetClock, delivered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.doctor.finding import Finding


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

    files = export(path, tmp_path / "out", since=NOON)

    assert [(file.name, count) for file, count in files] == [
        ("generations.csv", 2), ("generations.jsonl", 2), ("ratings.csv", 4), ("ratings.jsonl", 4),
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


async def examined(tmp_path: Path, **settings: object) -> dict[str, Finding]:
    tiny_model.install(tmp_path / "models")
    values = {"data_dir": tmp_path / "data", "models_dir": tmp_path / "models", "default_model": "tiny", **settings}
    return {finding.subject: finding for finding in await examine(Settings.model_validate(values))}


async def test_the_doctor_finds_what_is_there(tmp_path):
    async with open_store(tmp_path / "data" / "cadenza.sqlite3"):
        pass

    found = await examined(tmp_path)

    assert [subject for subject, finding in found.items() if finding.well] == ["sound", "models", "disk", "database"]
    assert found["database"].told.endswith("cadenza.sqlite3, 0 pieces")
    assert "DISCORD_TOKEN" in found["token"].told


async def test_the_doctor_names_what_is_missing(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cadenza.sqlite3").write_bytes(b"broken" * 1000)

    found = await examined(tmp_path, default_model="gone", soundfont=tmp_path / "none.sf2")

    assert not any(found[subject].well for subject in ("sound", "models", "database"))
    assert "none.sf2" in found["sound"].told


@pytest.mark.usefixtures("built_in")
async def test_the_doctor_reads_what_was_trained_here(tmp_path):
    trained = tmp_path / "data" / "models"
    tiny_model.install(trained, version=101)

    found = await examined(tmp_path)
    (trained / "broken-v101.onnx").write_bytes(b"no model")
    broken = await examined(tmp_path)

    assert found["models"].told == "tiny@1; trained here: tiny@101"
    assert not broken["models"].well
    assert "broken-v101.onnx" in broken["models"].told


@asynccontextmanager
async def api(*, starts: int, guilds: list[dict[str, str]], asked: list[str]) -> AsyncIterator[str]:
    """The few of Discord's answers that the doctor asks for; gives their address, and notes who asked."""

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers["Authorization"])
        answers = {
            "/users/@me": {"id": "1", "username": "cadenza"},
            "/gateway/bot": {"session_start_limit": {"remaining": starts}},
            "/users/@me/guilds": guilds,
            "/applications/@me": {"id": "4711"},
        }
        return web.json_response(answers[request.path.removeprefix("/api")])

    application = web.Application()
    application.add_routes([web.get("/api/{tail:.*}", answer)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    finally:
        await runner.cleanup()


MUSICIANS = {"id": "5", "name": "Musicians", "permissions": "274878024768"}
LISTENERS = {"id": "6", "name": "Listeners", "permissions": "1024"}


async def test_the_doctor_counts_one_of_a_thing_as_one(tmp_path):
    async with api(starts=1, guilds=[MUSICIANS], asked=[]) as base:
        found = await examined(tmp_path, discord_api_base=base, discord_token="abc")

    assert found["intents"].told == "no privileged ones needed; 1 start left today"
    assert found["permissions"].told == "all there on 1 server"


async def test_the_doctor_asks_discord(tmp_path):
    asked: list[str] = []

    async with api(starts=998, guilds=[MUSICIANS, LISTENERS], asked=asked) as base:
        found = await examined(tmp_path, discord_api_base=base, discord_token="abc")

    assert set(asked) == {"Bot abc"}
    assert found["token"].told == "is that of cadenza"
    assert "Listeners lacks" in found["permissions"].told
    assert "attach files" in found["permissions"].told
    assert "permissions=274878024768" in found["invite"].told
    assert "client_id=4711" in found["invite"].told
