"""The bot on trial as a program: it starts, it ends with all that it started, and it says what goes wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
import tempfile
import webbrowser
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import psutil
import pytest

from bot.standin.__main__ import main
from bot.standin.trial import demo
from bot.standin.trial.bot_process import LOG, ROOT, lines_of
from bot.standin.trial.trial import open_trial
from tests.bot import tiny_model

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def test_the_address_is_opened_where_there_is_a_desktop_and_a_taken_port_gives_way_to_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []

    def see(address: str) -> None:
        opened.append(address)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", see)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        first = taken.getsockname()[1]
        status = main(["--port", str(first), "--data", str(tmp_path)])

    assert status == 0
    used = int(opened[0].rstrip("/").rpartition(":")[2])
    moved, address, _, kept = capsys.readouterr().out.splitlines()
    assert first < used < first + 50
    assert moved == f"Port {first} is taken, so the next free one is used: {used}."
    assert address == f"Cadenza is at {opened[0]}"
    assert kept == f"The pieces stay in {tmp_path}."


@pytest.mark.parametrize("port", ["-1", "65536", "many"])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as refused:
        main([f"--port={port}"])

    assert refused.value.code == 2
    assert "is not a port" in capsys.readouterr().err


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").touch()

    assert main(["--demo", "--data", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.endswith("/file is a file; name a folder\n")


async def test_lines_of_any_length_are_read_on():
    stream = asyncio.StreamReader(limit=16)
    stream.feed_data(b"short\n" + b"x" * 50 + b"\nlast\n")
    stream.feed_eof()

    assert [line async for line in lines_of(stream)] == [b"short\n", b"last\n"]


def test_a_demo_plays_an_evening_and_leaves_its_pieces(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    status = main(["--demo", "--length", "5", "--port", "0", "--data", str(tmp_path)])

    printed = capsys.readouterr().out
    assert status == 0, printed
    assert "Anna     /compose length:5 model:wavenet" in printed
    assert re.search(r"Cleo +/top pieces\nCadenza +\S.*\n.*#1", printed), printed
    assert "All went well" in printed
    assert len(list(tmp_path.glob("*.mp3"))) == 2


def test_a_demo_that_is_stopped_ends_in_one_line_and_leaves_no_folder(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    async def stopped(*_args: object, **_options: object) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()
        return 0

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(demo, "play", stopped)

    assert main(["--demo"]) == 130
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("\nStopped.\n", "")
    assert not list(tmp_path.iterdir())


def test_a_demo_without_models_says_what_the_bot_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CADENZA_MODELS_DIR", str(tmp_path / "none"))

    status = main(["--demo", "--port", "0", "--data", str(tmp_path)])

    printed = capsys.readouterr().out
    assert status == 1
    assert "the bot has ended with status 2" in printed
    assert "no model lstm" in printed


async def test_a_bot_that_dies_shows_its_last_lines_and_can_be_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CADENZA_MODELS_DIR", str(tiny_model.install(tmp_path / "models").parent))
    monkeypatch.setenv("CADENZA_DEFAULT_MODEL", "tiny")
    # What it says is shown also where it cannot be written down.
    (tmp_path / LOG).mkdir()
    async with open_trial(tmp_path, port=0) as trial:
        await trial.stand_in.ready()
        # Other tests of this process may have left helpers of their own running.
        bot = bot_of(psutil.Process())
        bot.kill()
        await trial.stand_in.until(lambda: trial.bot.state().phase == "ended", "the end of the bot")
        ended = trial.bot.state()
        # Two tabs press the button at once.
        await asyncio.gather(trial.bot.start(), trial.bot.start())
        bot_of(psutil.Process())
        await trial.stand_in.until(lambda: trial.stand_in.gateway.identified == 2, "the bot's second life")

        assert ended.status == -signal.SIGKILL
        assert any("starting" in line for line in ended.last_lines)


def bot_of(starter: psutil.Process) -> psutil.Process:
    """The one bot among a process's children."""
    (bot,) = (child for child in starter.children() if child.cmdline()[1:3] == ["-m", "bot"])
    return bot


async def until_connected(address: str) -> None:
    """Wait until the page at that address says that the bot is there."""
    async with aiohttp.ClientSession() as http, http.get(f"{address}page/changes") as stream:
        async for line in stream.content:
            told = json.loads(line.removeprefix(b"data: ")) if line.startswith(b"data: ") else {}
            if told.get("world", {}).get("bot", {}).get("connected"):
                return


@asynccontextmanager
async def program() -> AsyncIterator[tuple[asyncio.subprocess.Process, asyncio.StreamReader]]:
    """The program as a process, and what it prints; at the end it runs no more."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.standin", "--no-browser", "--port", "0"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_whatever_ends_it_ends_the_bot_as_well(ending: signal.Signals):
    async with program() as (process, printed):
        address = await printed.readline()
        started = psutil.Process(process.pid).children()
        process.send_signal(ending)
        status = await process.wait()

        assert address.startswith(b"Cadenza is at http://127.0.0.1:")
        assert status == 0
        assert not [each for each in started if each.is_running()]


async def test_the_bot_ends_as_well_where_the_program_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # What is killed leaves its folder behind.
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    async with program() as (process, printed):
        # A bot that has not come to its Discord yet would end by itself.
        await until_connected((await printed.readline()).split()[-1].decode())
        started = psutil.Process(process.pid).children()
        process.kill()
        await process.wait()

        _, alive = await asyncio.to_thread(psutil.wait_procs, started, timeout=20)

    assert len(started) == 2
    assert not alive


async def test_the_terminal_says_that_the_bot_has_died():
    async with program() as (process, printed):
        await printed.readline()
        bot_of(psutil.Process(process.pid)).kill()
        async for line in printed:
            if b"The bot has ended with status -9" in line:
                break
        else:
            pytest.fail("it said nothing")
