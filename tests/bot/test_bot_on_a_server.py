"""The whole bot with its database on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import subprocess
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from bot.domain.worker_line import WorkerLine
from bot.errors import ShardsTaken
from bot.fleet.engine_marks import marks_of
from bot.storage.dialects.advisory_locks import _SHARD
from bot.storage.sharing import holding
from tests.bot.postgres import programs
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.storage.dialects.postgresql import PostgresServer
    from tests.bot.postgres import Postgres


def address_of(server: PostgresServer) -> SecretStr:
    return SecretStr(server.url.render_as_string(hide_password=False))


def run(server: Postgres, program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's, as somebody would who keeps the server."""
    environment = {**os.environ, "PGHOST": str(server.folder), "PGUSER": "cadenza"}
    subprocess.run([str(programs() / program), *arguments], check=True, env=environment, capture_output=True)


@asynccontextmanager
async def successor(server: PostgresServer, shard: int) -> AsyncIterator[None]:
    """Have the lock of a shard at the very moment at which the connection is cut that holds it."""
    ours = f"FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = {_SHARD} AND objid = {shard}"
    async with server.link() as successor, server.link() as beside:
        waiting = asyncio.create_task(successor.connection.execute(f"SELECT pg_advisory_lock({_SHARD}, {shard})"))
        while not await beside.connection.fetchval(f"SELECT count(*) {ours} AND NOT granted"):
            pass
        await beside.connection.execute(f"SELECT pg_terminate_backend(pid) {ours} AND granted")
        await waiting
        yield


async def test_a_bot_tells_of_its_workers_and_ends_with_a_sentence_once_another_has_its_shards(
    tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "EVERY", 0.01)
    server = postgres_server.at(tmp_path)
    async with open_whole_bot(tmp_path, database_url=address_of(server)) as here:
        fleet, owner = here.app.fleet, here.discord.state.owner
        assert fleet is not None
        alike = marks_of(here.app.catalogue.engines)
        lines = [
            WorkerLine(name="a", host="attic", threads=2, engines=alike, renders=False),
            WorkerLine(name="b", host="cellar", threads=1, engines={**alike, "tiny@1": "0.1-other"}),
        ]
        for line in lines:
            since = len(here.said)
            await here.app.store.workers.note(line)
            await here.hears("workers", since=since)
        status = await here.discord.slash("admin status", user=owner, channel=here.channel)
        assert status.original is not None
        shown = status.original.embeds[0]["description"]
        async with successor(server, shard=0):
            await here.hears("scheduler stopped")
            with pytest.raises(ShardsTaken, match="another bot runs on") as ended:
                await here.stop()
    postgres_server.drop_all()

    assert "Machines: **attic 0 / 2, cellar 0 / 1**" in shown
    assert "attic makes no sound" in shown
    assert "cellar has other files of these models" in shown
    assert "pieces: tiny." in shown
    assert ended.value.exit_status == 75


async def test_a_bot_goes_on_from_a_copy_that_pg_dump_made(tmp_path: Path, postgres_server: Postgres) -> None:
    first, second = postgres_server.at(tmp_path / "first"), postgres_server.at(tmp_path / "second")
    dump = str(tmp_path / "cadenza.dump")
    settings: dict[str, Any] = {"database_url": address_of(first)}
    async with open_whole_bot(tmp_path, **settings) as here:
        message = await here.compose_to_rate()
        await here.discord.react(message, "👍", user=here.ben)
        await here.settled()
        await here.stop()
        run(postgres_server, "pg_dump", "--format=custom", f"--file={dump}", str(first.url.database))
        run(postgres_server, "pg_restore", "--clean", "--if-exists", f"--dbname={second.url.database}", dump)
        here.use(database_url=address_of(second))

        await here.start()
        rated = await here.app.store.ratings.of(1, here.ben.id)
        await here.compose(user=here.ben)
        await here.delivered(count=2)
        of_ben = [each.number for each in await here.app.store.generations.history(here.ben.id)]
        await here.stop()
    postgres_server.drop_all()

    assert rated == 1
    assert of_ben == [2]
