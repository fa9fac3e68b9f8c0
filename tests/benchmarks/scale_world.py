"""Bots, workers, a database and Discord as the benchmark of scale has them: each a process of its own, on loopback."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.settings import DATABASE
from bot.standin.server import StandIn
from bot.storage.database import Database
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
        looker: How we look at them.
        server: Server of the database; None where it is a file.
    """

    discord: StandIn
    channels: list[Channel]
    bots: list[BotProcess]
    workers: list[BotProcess]
    database: PostgresServer | SqliteFile
    looker: Database
    server: Postgres | None
    starting: set[BotProcess] = field(default_factory=set)

    async def rows(self, query: str) -> list[Any]:
        """What the database holds, as soon as it is there."""
        while True:
            try:
                # Over one connection: a new one each time would cost the server more than all that is measured.
                return await self.looker.ask(lambda connection: list(connection.execute(text(query))))
            except DBAPIError:
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

    async def cpu_seconds(self) -> dict[str, float]:
        """Processor time so far: of composing and rendering, and beside it of bots, workers and database."""
        found = {"composing": 0.0, "bots": 0.0, "workers": 0.0}
        for name, processes in (("bots", self.bots), ("workers", self.workers)):
            for process in processes:
                whole, beside = _spent(psutil.Process(process.pid)), _spent_beside_composing(process.pid)
                found["composing"] += whole - beside
                found[name] += beside
        if self.server is not None:
            [[ours]] = await self.rows("SELECT pg_backend_pid()")
            found["database"] = _spent(psutil.Process(self.server.pid)) - _spent(psutil.Process(ours))
        return found


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


def _spent_beside_composing(number: int) -> float:
    """Processor time of those threads of a process that do not compose; what composes gives way to others."""
    total = 0.0
    for path in Path(f"/proc/{number}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = (path / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
            # The 14th, 15th and 19th of proc(5), of which two stand before the bracket.
            user, system, niceness = int(fields[11]), int(fields[12]), int(fields[16])
            if niceness <= 0:
                total += (user + system) / os.sysconf("SC_CLK_TCK")
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
            world = ScaleWorld(discord, channels, [bot], [], database, Database(database), None)
        for process in (*world.bots, *world.workers):
            stack.push_async_exit(process)
            await world.start(process)
        await discord.ready()
        stack.push_async_callback(world.looker.close)
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
    return ScaleWorld(parts.discord, parts.channels, bots, list(made), database, Database(database), server)
