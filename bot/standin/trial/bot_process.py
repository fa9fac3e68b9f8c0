"""The real bot as a process of its own, which is started, watched and ended."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.standin.page.bot_life import BotState
from bot.standin.trial import leash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.standin.server import StandIn
    from bot.standin.world import Guild, Person

ROOT = Path(__file__).parents[3]
LOG = "bot.log"

_LAST_LINES = 30

_OF_DISCORD = ("DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "DISCORD_API_BASE", "DISCORD_GATEWAY_URL", "DISCORD_PROXY")
_PATHS = ("CADENZA_MODELS_DIR", "CADENZA_SOUNDFONT", "CADENZA_CORPUS")


class BotProcess:
    """`python -m bot` against a stand-in; its settings are those of the environment, but for Discord and the data.

    Attributes:
        log_path: What it prints, over all its lives.
    """

    def __init__(self, stand_in: StandIn, folder: Path, *, home: Guild, admin: Person) -> None:
        """Start nothing yet.

        Args:
            stand_in: Its Discord.
            folder: For its data and its log.
            home: The server that gets the commands for admins.
            admin: Who may use them.
        """
        self._stand_in, self._folder = stand_in, folder
        self._home, self._admin = home, admin
        self._process: asyncio.subprocess.Process | None = None
        self._leash: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self.log_path = folder / LOG

    def state(self) -> BotState:
        """How it stands."""
        process = self._process
        if process is None or process.returncode is None:
            return BotState("running")
        return BotState("ended", tuple(self._lines), process.returncode)

    async def start(self) -> None:
        """Start it, unless it runs."""
        # Two tabs may ask for it at once, and starting takes a moment.
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                await self._spawn()

    async def _spawn(self) -> None:
        self._lines.clear()
        # A session of its own: what ends this program must not reach the bot before it is asked to end.
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot"),
            cwd=self._folder,
            env=self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        # Where this program is killed, nothing here can end the bot any more.
        self._leash = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", leash.__file__, str(self._process.pid)),
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self._reading = asyncio.create_task(self._read(self._process))
        self._stand_in.state.changes.tell()

    async def stop(self) -> int | None:
        """Ask it to end, and make it where it does not; its exit status, or None where it never ran."""
        process, reading = self._process, self._reading
        if process is None or reading is None:
            return None
        if process.returncode is None:
            process.terminate()
            _, late = await asyncio.wait([reading], timeout=leash.PATIENCE)
            if late:
                process.kill()
        await reading
        return process.returncode

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Take in what it says, until it has ended."""
        if process.stdout is not None:
            async for line in lines_of(process.stdout):
                self._lines.append(line.decode(errors="replace").rstrip())
                # A full disk must not end the reading: a bot that nobody reads stands still.
                with suppress(OSError), self.log_path.open("ab") as log:
                    log.write(line)
        await process.wait()
        if self._leash is not None:
            with suppress(ProcessLookupError):
                self._leash.kill()
            await self._leash.wait()
        self._stand_in.state.changes.tell()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _OF_DISCORD}
        # The bot runs in its own folder, so that it finds no .env with somebody's real token and proxy.
        absolute = {name: str(Path(kept[name]).resolve()) for name in _PATHS if kept.get(name)}
        return (
            kept
            | absolute
            | {
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                "DISCORD_TOKEN": self._stand_in.token,
                "DISCORD_API_BASE": self._stand_in.api_base,
                "DISCORD_GATEWAY_URL": self._stand_in.gateway_url,
                "ADMIN_IDS": str(self._admin.id),
                "CADENZA_HOME_SERVER": str(self._home.id),
                "CADENZA_DATA_DIR": str(self._folder / "data"),
            }
        )


async def lines_of(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The lines of a stream; one that is longer than the stream holds is left out."""
    while True:
        try:
            line = await stream.readline()
        except ValueError:
            continue
        if not line:
            return
        yield line
