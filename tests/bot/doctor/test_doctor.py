"""The doctor says of each thing whether the bot can run so, and what to do if not."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.doctor.doctor import examine
from bot.errors import SettingsError
from bot.pipeline.estimates import Speeds
from bot.pipeline.model_catalogue import ModelCatalogue
from bot.settings import Settings
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.migration import migrate
from composer.raw_audio.engine import RAW_AUDIO_ENGINES
from composer.tutorial.engine import TUTORIAL_ENGINES
from tests.bot import tiny_model
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.doctor.finding import Finding


async def examined(tmp_path: Path, **settings: object) -> dict[str, Finding]:
    tiny_model.install(tmp_path / "models")
    values = {"data_dir": tmp_path / "data", "models_dir": tmp_path / "models", "default_model": "tiny", **settings}
    return {finding.subject: finding for finding in await examine(Settings.model_validate(values))}


async def test_the_doctor_finds_what_is_there(tmp_path):
    async with open_store(tmp_path / "data" / "cadenza.sqlite3"):
        pass

    found = await examined(tmp_path)

    assert [subject for subject, finding in found.items() if finding.well] == [
        *("sound", "models", "disk", "database", "contact", "voice")
    ]
    assert found["database"].told.endswith("cadenza.sqlite3, 0 pieces")
    assert "DISCORD_TOKEN" in found["token"].told


async def test_the_doctor_tells_whom_people_can_reach(tmp_path):
    nobody = await examined(tmp_path)
    somebody = await examined(tmp_path, contact="@ann on Discord", privacy_url="https://example.org/privacy")

    assert "CADENZA_CONTACT" in nobody["contact"].told
    assert somebody["contact"].told == "@ann on Discord, https://example.org/privacy"


async def test_the_doctor_names_what_is_missing(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cadenza.sqlite3").write_bytes(b"broken" * 1000)

    found = await examined(tmp_path, default_model="gone", soundfont=tmp_path / "none.sf2")

    assert not any(found[subject].well for subject in ("sound", "models", "database"))
    assert "none.sf2" in found["sound"].told


async def test_the_doctor_reads_the_networks_that_play_instruments(tmp_path):
    whole = await examined(tmp_path)
    (tmp_path / "models" / "lute.sound.onnx").write_bytes(b"broken")
    broken = await examined(tmp_path)

    assert "piano" in whole["sound"].told.partition("networks play ")[2]
    assert "lute.sound.onnx is damaged" in broken["sound"].told
    assert not broken["sound"].well
    assert broken["models"].well


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


CUT, GARBAGE, RENAMED, CHANGED = "cut", "garbage", "renamed", "changed"


@pytest.mark.parametrize("folder", ["models", "data/models"])
@pytest.mark.parametrize("harm", [CUT, GARBAGE, RENAMED, CHANGED])
async def test_the_doctor_finds_a_model_file_that_is_not_what_it_was(tmp_path, folder, harm):
    path = tiny_model.install(tmp_path / folder, name="other", version=101)
    values = {"data_dir": tmp_path / "data", "models_dir": tmp_path / "models", "default_model": "tiny"}
    settings = Settings.model_validate(values)
    tiny_model.install(tmp_path / "models")
    async with open_store(settings.database_path) as store:
        catalogue = ModelCatalogue(settings.models_dir, store.models, Speeds(), learned_folder=settings.learned_folder)
        await catalogue.refresh()
    before = await examined(tmp_path)

    match harm:
        case "cut":
            path.write_bytes(path.read_bytes()[:-1000])
        case "garbage":
            path.write_bytes(b"no model")
        case "renamed":
            path.rename(path.with_name("else-v101.onnx"))
        case "changed":
            swapped = tiny_model.install(tmp_path / "elsewhere", name="other", version=101, noise_seed=9)
            path.write_bytes(swapped.read_bytes())
    after = await examined(tmp_path)

    assert before["models"].well
    assert not after["models"].well
    assert "-v101.onnx" in after["models"].told


async def test_the_doctor_wants_a_backup_for_a_damaged_database_alone(tmp_path):
    path = tmp_path / "data" / "cadenza.sqlite3"
    async with open_store(path):
        pass
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        locked = (await examined(tmp_path))["database"]
    path.write_bytes(b"")
    empty = (await examined(tmp_path))["database"]
    path.write_bytes(whole[:4096] + b"x" * (len(whole) - 4096))
    damaged = (await examined(tmp_path))["database"]

    assert [found.well for found in (locked, empty, damaged)] == [False] * 3
    assert ["put a backup" in found.told for found in (locked, empty, damaged)] == [False, False, True]


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _execute(statement: str) -> Callable[[Path], None]:
    def execute(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(statement)

    return execute


UNUSABLE: dict[str, Callable[[Path], None]] = {
    "is no file": _make_folder,
    "newer Cadenza": _execute("UPDATE alembic_version SET version_num = '9999'"),
    "without model": _execute("DROP TABLE model"),
}


@pytest.mark.parametrize("why", UNUSABLE)
async def test_the_doctor_finds_ill_whatever_database_the_bot_would_not_start_on(tmp_path, why):
    path = tmp_path / "data" / "cadenza.sqlite3"
    async with open_store(path):
        pass
    UNUSABLE[why](path)

    found = await examined(tmp_path)
    with pytest.raises((SettingsError, SQLAlchemyError)):
        async with open_store(path) as store:
            await store.models.known()

    assert not found["database"].well
    assert why in found["database"].told


async def test_the_doctor_finds_well_what_the_next_start_brings_up_to_date(tmp_path):
    path = tmp_path / "data" / "cadenza.sqlite3"
    migrate(SqliteFile(path))
    _execute("DROP TABLE block")(path)
    _execute("UPDATE alembic_version SET version_num = '0009'")(path)

    assert (await examined(tmp_path))["database"].well


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
        voice = await examined(tmp_path, discord_api_base=base, discord_token="abc", voice=True)

    assert voice["permissions"].told == "Musicians lacks connect, speak"
    assert "permissions=274881170496" in voice["invite"].told
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


@pytest.mark.parametrize("engine", [TUTORIAL_ENGINES[0], RAW_AUDIO_ENGINES[1]], ids=lambda engine: engine.identity.name)
async def test_the_doctor_names_a_damaged_file_of_an_engine_s_own(tmp_path, built_in, engine):
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(engine.path.read_bytes()[:-1000])
    built_in["broken"] = replace(engine, path=damaged)

    found = (await examined(tmp_path))["models"]

    assert not found.well
    assert found.told == f"{damaged} is damaged or not a model file: the end is missing; install it anew"


async def test_the_doctor_reads_networks_over_samples_of_one_s_own(tmp_path, built_in):
    assert not built_in
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "rain.raw.onnx").write_bytes(RAW_AUDIO_ENGINES[1].path.read_bytes())

    found = (await examined(tmp_path))["models"]

    assert (found.well, found.told) == (True, "rain@1, tiny@1")
