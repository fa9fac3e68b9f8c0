"""What keeps the bot from starting ends it, with a status that says whether starting again may help."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import tempfile
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

import pytest

from bot.app import open_app
from bot.doctor.doctor import examine
from bot.errors import SettingsError, TemporaryTrouble
from bot.pipeline.scheduler import Scheduler
from bot.serve import serve
from bot.settings import Settings
from bot.standin.server import StandIn
from bot.storage import migration
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.files.lock import only_one
from bot.storage.migration import migrate
from composer.errors import RenderError
from tests.bot import tiny_model

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOBODY_THERE = "http://127.0.0.1:9/api/v10"


def settings(folder: Path, stand_in: StandIn | None = None, **changes: Any) -> Settings:
    tiny_model.install(folder / "models")
    values: dict[str, Any] = {
        "_env_file": None,
        "discord_token": "abc",
        "discord_api_base": NOBODY_THERE,
        "data_dir": folder / "data",
        "models_dir": folder / "models",
        "default_model": "tiny",
    }
    if stand_in is not None:
        values |= {
            "discord_token": stand_in.token,
            "discord_api_base": stand_in.api_base,
            "discord_gateway_url": stand_in.gateway_url,
        }
    return Settings(**{**values, **changes})


@asynccontextmanager
async def discord() -> AsyncIterator[StandIn]:
    async with StandIn() as stand_in:
        stand_in.add_guild()
        yield stand_in


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def test_a_locked_database_passes(tmp_path, monkeypatch):
    monkeypatch.setattr(migration, "BUSY_SECONDS", 0)
    path = tmp_path / "data" / "cadenza.sqlite3"
    migrate(SqliteFile(path))

    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TemporaryTrouble, match="locked"):
            await serve(settings(tmp_path))


async def test_without_fluidsynth_nothing_is_accepted(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RenderError, match=r"^FluidSynth is not installed; apt-get install fluidsynth$") as refused:
        await serve(settings(tmp_path))
    (sound, *_) = await examine(settings(tmp_path))

    assert refused.value.exit_status == 1
    assert not sound.well
    assert sound.told == str(refused.value)


async def test_what_a_killed_run_left_half_written_is_cleared(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = [tmp_path / "cadenza-sound-1" / "lock", tmp_path / "data" / "models" / ".tiny-v101.onnx.ab12.part"]
    for path in left:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"")

    async with open_app(settings(tmp_path)):
        pass

    assert not any(path.exists() for path in left)
    assert not left[0].parent.exists()


async def test_a_taken_port_passes(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(TemporaryTrouble, match="CADENZA_METRICS_PORT"):
            await serve(settings(tmp_path, metrics_port=port))


async def test_another_bot_on_the_same_data_passes(tmp_path):
    with only_one(tmp_path / "data"), pytest.raises(TemporaryTrouble, match="another bot"):
        await serve(settings(tmp_path))


async def test_a_missing_network_passes(tmp_path):
    with pytest.raises(TemporaryTrouble, match="Discord cannot be reached"):
        await serve(settings(tmp_path, discord_api_base=f"http://127.0.0.1:{free_port()}/api"))


async def test_a_gateway_that_cannot_be_reached_at_the_start_passes(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.discord_ui.network.LONGEST_PAUSE", 0.01)
    async with discord() as stand_in:
        changes = {"discord_gateway_url": f"ws://127.0.0.1:{free_port()}/gateway"}
        with pytest.raises(TemporaryTrouble, match="Discord cannot be reached"):
            await serve(settings(tmp_path, stand_in, **changes))


async def test_a_wrong_token_does_not_pass(tmp_path):
    async with discord() as stand_in:
        with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
            await serve(settings(tmp_path, stand_in, discord_token="wrong"))


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError("odd"), 1), (sqlite3.OperationalError("database is locked"), 75)]
)
async def test_a_bot_that_cannot_take_up_its_work_ends(tmp_path, monkeypatch, error, status):
    async def fail(*_: object) -> None:
        raise error

    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    monkeypatch.setattr(Scheduler, "start", fail)
    async with discord() as stand_in, asyncio.timeout(20):
        try:
            ended = await serve(settings(tmp_path, stand_in))
        except TemporaryTrouble as trouble:
            ended = trouble.exit_status

    assert ended == status
