"""The stand-in, its page and the bot: opened together, and closed whatever ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import webbrowser
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.standin.control import Control
from bot.standin.page.server import Page
from bot.standin.server import StandIn
from bot.standin.trial.bot_process import BotProcess
from bot.standin.world import ADMINISTRATOR, OF_A_MEMBER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.standin.world import Guild, Person

PORT = 8900
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and a terminal that closes."""

_PORTS_TRIED = 50


@dataclass(slots=True)
class TryOut:
    """All that runs, and who and what is there.

    Attributes:
        people: Anna, Ben, who speaks German, Cleo, who runs the server and the bot, and Dora, who speaks Spanish.
    """

    stand_in: StandIn
    bot: BotProcess
    guild: Guild
    people: tuple[Person, Person, Person, Person]

    @property
    def address(self) -> str:
        """Address of the page."""
        return f"{self.stand_in.state.base}/"


@asynccontextmanager
async def open_trial(folder: Path, *, port: int = PORT) -> AsyncIterator[TryOut]:
    """Serve the page, and start the bot.

    Args:
        folder: For the bot's data and its log.
        port: On loopback; the next that is free where this one is taken, which is said; any for 0.
    """
    chosen = free_port(port)
    stand_in = StandIn(port=chosen)
    guild = stand_in.add_guild(channels=("general", "music"))
    anna = stand_in.add_person("anna")
    ben = stand_in.add_person("ben", locale="de")
    cleo = stand_in.add_person("cleo")
    dora = stand_in.add_person("dora", locale="es-ES")
    stand_in.join(guild, cleo, OF_A_MEMBER | ADMINISTRATOR)
    bot = BotProcess(stand_in, folder, home=guild, admin=cleo)
    Control(stand_in).add_to(stand_in.app)
    Page(stand_in, bot).add_to(stand_in.app)
    async with stand_in:
        if chosen != port:
            say(f"Port {port} is taken, so the next free one is used: {chosen}.")
        try:
            await bot.start()
            yield TryOut(stand_in, bot, guild, (anna, ben, cleo, dora))
        finally:
            await bot.stop()


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens at; 0 stays 0.

    Raises:
        OSError: If none of the next is free.
    """
    if first == 0:
        return 0
    ports = range(first, min(first + _PORTS_TRIED, 65536))
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"all ports from {first} to {ports[-1]} are taken; name another with --port")


async def serve(folder: Path, *, port: int, browser: bool, kept: bool) -> None:
    """Let a person play, until a signal ends it.

    Args:
        folder: For the bot's data and its log.
        port: As in `open_trial`.
        browser: Whether to open the page where there is a desktop.
        kept: Whether the folder stays afterwards; what becomes of the pieces is said.
    """
    ended = asyncio.Event()
    for number in ENDINGS:
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with open_trial(folder, port=port) as trial:
        say(f"Cadenza is at {trial.address}")
        say("Type /compose length:60 model:wavenet there. Ctrl-C ends it.")
        say(f"The pieces stay in {folder}." if kept else "Then the pieces are gone, unless you give --data FOLDER.")
        if browser and _has_desktop():
            await asyncio.to_thread(webbrowser.open, trial.address)
        watching = asyncio.create_task(_tell_of_ends(trial))
        await ended.wait()
        watching.cancel()


async def _tell_of_ends(trial: TryOut) -> None:
    """Say on the terminal, too, that the bot has ended by itself."""
    changes = trial.stand_in.state.changes
    while True:
        await changes.until(lambda: trial.bot.state().phase == "ended", seconds=float("inf"))
        state = trial.bot.state()
        say(*state.last_lines, f"The bot has ended with status {state.status}. The page can start it again.")
        await changes.until(lambda: trial.bot.state().phase == "running", seconds=float("inf"))


def _has_desktop() -> bool:
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def say(*lines: str) -> None:
    """Print at once; a terminal that has closed is no reason to fail."""
    try:
        print(*lines, sep="\n", flush=True)
    except OSError:
        return
