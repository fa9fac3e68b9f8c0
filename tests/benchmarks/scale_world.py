"""Bots, workers, a database and Discord as the benchmark of scale has them: each a process of its own, on loopback."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy import text

from bot.errors import TemporaryTrouble
from bot.settings import DATABASE
from bot.standin.server import StandIn
from bot.storage.dialects.sqlite import SqliteFile
from tests.bot import postgres
from tests.bot.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.standin.world import Channel, Guild
    from bot.storage.dialects.postgresql import PostgresServer
    from tests.bot.postgres import Postgres

_AGAIN_AFTER = 0.5
_LIMITS = {"CADENZA_QUEUE_SIZE": "1000", "CADENZA_ON_THE_WAY": "1000", "CADENZA_WORKERS": "1"}


class WorkerProcess(BotProcess):
    """`python -m bot worker`, which has no model of its own: it comes through the database."""

    command = ("-m", "bot", "worker")
    works = '"takes pieces"'


@dataclass(slots=True)
class ScaleWorld:
    """Everything that runs.

    Attributes:
        discord: Stand-in for Discord.
        channels: One for each server, dealt out over the shards in turn.
        bots: Processes that have the shards, one for each.
        workers: Processes that compose; none where the bot does so itself.
        database: Where the rows lie.
        server: Server of the database; None where it is a file.
    """

    discord: StandIn
    channels: list[Channel]
    bots: list[BotProcess]
    workers: list[BotProcess]
    database: PostgresServer | SqliteFile
    server: Postgres | None
    starting: set[BotProcess] = field(default_factory=set)

    async def rows(self, query: str) -> list[Any]:
        """What the database holds, as soon as it is there."""

        def read() -> list[Any]:
            with self.database.reading() as connection:
                return list(connection.execute(text(query)))

        while True:
            try:
                return await asyncio.to_thread(read)
            except TemporaryTrouble:
                await asyncio.sleep(_AGAIN_AFTER)

    async def start(self, process: BotProcess) -> None:
        """Start a process, again if it ends before it works, or takes over a minute."""
        self.starting.add(process)
        try:
            while True:
                try:
                    await process.start()
                except (AssertionError, TimeoutError):
                    await process.kill()
                    await asyncio.sleep(_AGAIN_AFTER)
                else:
                    return
        finally:
            self.starting.discard(process)

    def cpu_seconds(self) -> float:
        """Processor time of all of them so far, the stand-in's apart."""
        numbers = [process.pid for process in (*self.bots, *self.workers)]
        if self.server is not None:
            numbers.append(self.server.pid)
        return sum(_spent(psutil.Process(number)) for number in numbers)


@dataclass(frozen=True, slots=True)
class ScaleParts:
    """What there is before the processes.

    Attributes:
        discord: Stand-in for Discord.
        channels: One for each server.
        folder: For everything that they write.
    """

    discord: StandIn
    channels: list[Channel]
    folder: Path


def _spent(process: psutil.Process) -> float:
    """Processor time of a process, of the children that it has, and of those that it had."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _deal_out(discord: StandIn, servers: int, shards: int) -> list[Channel]:
    channels = []
    for number in range(servers):
        guild: Guild = discord.add_guild(f"server {number}")
        guild.id += (number - (guild.id >> 22)) % shards << 22
        channels.append(guild.channel)
    return channels


@asynccontextmanager
async def open_scale_world(*, servers: int, shards: int, workers: int, lease: float = 5.0) -> AsyncIterator[ScaleWorld]:
    """As many bots as shards and so many workers on PostgreSQL; without workers, one bot that composes, and SQLite."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scale-")))
        discord = await stack.enter_async_context(StandIn())
        channels = _deal_out(discord, servers, shards)
        if workers:
            server = await stack.enter_async_context(_running(folder))
            world = _with_workers(ScaleParts(discord, channels, folder), server, shards, workers, lease)
        else:
            bot = BotProcess(discord, folder / "bot", **_LIMITS)
            database = SqliteFile(folder / "bot" / "data" / DATABASE)
            world = ScaleWorld(discord, channels, [bot], [], database, None)
        for process in (*world.bots, *world.workers):
            stack.push_async_exit(process)
            await world.start(process)
        await discord.ready()
        yield world


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[Postgres]:
    """A server, started in a thread: it has an event loop of its own for its tables."""
    # The server's user enters it, too.
    await asyncio.to_thread(folder.chmod, 0o755)
    server = postgres.running(folder / "server", lasting=True)
    try:
        yield await asyncio.to_thread(server.__enter__)
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


def _with_workers(parts: ScaleParts, server: Postgres, shards: int, workers: int, lease: float) -> ScaleWorld:
    database = server.at(parts.folder)
    address = database.url.render_as_string(hide_password=False)
    settings = {**_LIMITS, "CADENZA_DATABASE_URL": address, "CADENZA_LEASE": str(lease)}
    bots = [
        BotProcess(parts.discord, parts.folder / f"bot{shard}", **settings, CADENZA_SHARDS=f"{shard}/{shards}")
        for shard in range(shards)
    ]
    (parts.folder / "empty").mkdir()
    settings["CADENZA_MODELS_DIR"] = str(parts.folder / "empty")
    made = [WorkerProcess(parts.discord, parts.folder / f"worker{number}", **settings) for number in range(workers)]
    return ScaleWorld(parts.discord, parts.channels, bots, list(made), database, server)
