"""The bot or a worker as a process of its own, to be stopped, killed and started again."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.bot import tiny_model

if TYPE_CHECKING:
    from bot.standin.server import StandIn

ROOT = Path(__file__).parents[2]

_START_SECONDS = 60


class BotProcess:
    """`python -m bot` against a stand-in, with a model that composes at once.

    Attributes:
        said: The lines that it printed, over all its lives.
    """

    command: tuple[str, ...] = ("-m", "bot")
    works: str = '"scheduler started"'

    def __init__(self, stand_in: StandIn, folder: Path, **settings: str) -> None:
        self._stand_in = stand_in
        self._folder = folder
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.said: list[str] = []
        tiny_model.install(folder / "models")

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave nothing running."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    @property
    def pid(self) -> int:
        """Number of the process that runs."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it takes up its work."""
        before = len(self.said)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, *self.command),
            cwd=self._folder,
            env=self._environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reading = asyncio.create_task(self._read(self._process.stdout))
        reading = self._reading
        await self._stand_in.until(
            lambda: reading.done() or any(self.works in line for line in self.said[before:]),
            f"the start of {' '.join(self.command)}",
            seconds=_START_SECONDS,
        )
        assert not reading.done(), "\n".join(self.said)

    async def _read(self, output: asyncio.StreamReader | None) -> None:
        """Take in what it says, until it ends."""
        assert output is not None
        async for line in output:
            self.said.append(line.decode().rstrip())
            self._stand_in.state.changes.tell()
        self._stand_in.state.changes.tell()

    async def says(self, *words: str, since: int = 0) -> str:
        """Wait for a line with all these words, from line `since` on."""

        def found() -> list[str]:
            return [line for line in self.said[since:] if all(word in line for word in words)]

        return (await self._stand_in.until(found, f"a line with {words}"))[0]

    async def kill(self) -> None:
        """End it without a chance to tidy up, and wait until it is gone."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._ended()

    async def stop(self) -> int:
        """Ask it to end, and return its exit status."""
        assert self._process is not None
        self._process.terminate()
        async with asyncio.timeout(15):
            return await self._ended()

    async def _ended(self) -> int:
        assert self._process is not None
        assert self._reading is not None
        await self._reading
        return await self._process.wait()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds; the bot may run or not."""
        with closing(sqlite3.connect(self._folder / "data" / "cadenza.sqlite3", timeout=10)) as database:
            return database.execute(query, values).fetchall()

    def change(self, statement: str) -> None:
        """Change what the database holds, while the bot does not run."""
        with closing(sqlite3.connect(self._folder / "data" / "cadenza.sqlite3", timeout=10)) as database, database:
            database.execute(statement)

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CADENZA_", "DISCORD_"))}
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "DISCORD_TOKEN": self._stand_in.token,
            "DISCORD_API_BASE": self._stand_in.api_base,
            "DISCORD_GATEWAY_URL": self._stand_in.gateway_url,
            "CADENZA_DATA_DIR": str(self._folder / "data"),
            "CADENZA_MODELS_DIR": str(self._folder / "models"),
            "CADENZA_DEFAULT_MODEL": "tiny",
            "CADENZA_LOG_FORMAT": "json",
            **self._settings,
        }
