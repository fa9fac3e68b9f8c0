"""Ten thousand servers and a million pieces a day, reckoned and measured: `python -m tests.benchmarks.many_servers`.

No network. Three parts: how long pieces wait at the peak, in a simulation of the queue; what a real PostgreSQL does
with a table of a million rows; and how much memory a shard needs for its servers.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import discord
import psutil
from discord.ext import commands
from sqlalchemy import event, text

from bot.pipeline.fair_queue import FairQueue, Ticket
from bot.standin import payloads
from bot.standin.world import Channel, Guild, Person
from bot.storage.sharing import turns
from bot.storage.store import open_store
from bot.storage.tables import generation
from tests.bot import postgres
from tests.bot.builders import LIMITS, MUSIC, admission, post

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from bot.storage.dialects.postgresql import PostgresServer
    from bot.storage.store import Store

SERVERS, PEOPLE = 10_000, 200_000
A_DAY = 1_000_000
PEAK = 4.0
"""Pieces a second at the peak, against the mean of the day."""

WORK = 3.0
"""Seconds of one core that a piece takes."""

_AT_ONCE = 20_000
"""Rows that one statement writes: none may take a minute."""


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def a_server(random: Random) -> int:
    """A server, of which the n-th largest asks for 1/n as much as the largest."""
    return min(int(SERVERS ** random.random()), SERVERS - 1)


def simulate(places: int, minutes: float, seed: int) -> str:
    """How long pieces wait while the peak lasts, as they come by chance and are taken in fair turns."""
    random, queue = Random(seed), FairQueue()
    a_second = A_DAY / 86_400 * PEAK
    now, number, longest = 0.0, 0, 0
    free: list[float] = []
    asked: dict[int, tuple[float, int]] = {}
    waits: dict[int, list[float]] = {}
    while now < minutes * 60:
        now += random.expovariate(a_second)
        while len(free) >= places and free[0] <= now:
            begin(queue, asked, waits, heapq.heappop(free), free)
        number += 1
        server = a_server(random)
        asked[number] = (now, server)
        queue.add(Ticket(number, server, random.randrange(20)))
        if len(free) < places:
            begin(queue, asked, waits, now, free)
        longest = max(longest, len(queue))
    everybody = sorted(wait for server in waits.values() for wait in server)
    large = [statistics.fmean(waits[server]) for server in range(1, 11) if server in waits]
    small = [wait for server, each in waits.items() if server > SERVERS // 10 for wait in each]
    return (
        f"{places} places: {number} pieces in {minutes:g} min, longest queue {longest}; wait mean "
        f"{statistics.fmean(everybody):.2f} s, 95 of 100 below {everybody[len(everybody) * 95 // 100]:.2f} s; the ten "
        f"largest servers {statistics.fmean(large):.2f} s, the smaller nine tenths {statistics.fmean(small):.2f} s"
    )


def begin(
    queue: FairQueue, asked: dict[int, tuple[float, int]], waits: dict[int, list[float]], now: float, free: list[float]
) -> None:
    """Let the next piece have a place that is free now, if one waits."""
    taken = queue.take()
    if taken is None:
        return
    since, server = asked.pop(taken)
    begun = max(now, since)
    waits.setdefault(server, []).append(begun - since)
    heapq.heappush(free, begun + WORK)


async def fill(store: Store, rows: int, waiting: int) -> None:
    """Write that many delivered pieces, and some that wait, as servers of very different size have them."""
    limits = replace(LIMITS, on_the_way=10**6, queue_size=10**6)
    first = (await store.generations.admit(admission(request_id=10**15), limits)).number
    ours = {
        "user_id": f"(random() * {PEOPLE})::bigint",
        "guild_id": f"power({SERVERS}, random())::bigint << 22",
        "created_at": "now() - n * interval '0.1 s'",
    }
    made = {"attempts": "1", "midi": "'m'::bytea", "turn": "n"}
    names = [column.name for column in generation.columns if column.name != "number"]

    def copy(connection: Connection, after: int, count: int, ours: Mapping[str, str]) -> None:
        chosen = ", ".join(ours.get(name, f"t.{name}") for name in names)
        connection.execute(
            text(
                f"INSERT INTO generation ({', '.join(names)}) SELECT {chosen}"  # noqa: S608 - nobody else's words
                f" FROM generation AS t, generate_series({after} + 1, {after} + {count}) AS n WHERE t.number = {first}"
            )
        )

    done = {**ours, **made, "request_id": "-n", "state": "'delivered'"}
    for after in range(0, rows, _AT_ONCE):
        some = min(_AT_ONCE, rows - after)
        await store.database.write(partial(copy, after=after, count=some, ours=done))
    await store.database.write(partial(copy, after=rows, count=waiting - 1, ours={**ours, "request_id": "-n"}))


class Statements:
    """Counts the statements of a store."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        engine = store.database._engine.sync_engine  # noqa: SLF001 - measured from outside
        event.listen(engine, "before_cursor_execute", self._hear)

    def _hear(self, *_: Any) -> None:
        self.count += 1


def measure_order(connection: Connection, times: int) -> tuple[float, int]:
    """Milliseconds that the order of the queue takes, and how many wait."""
    took, found = [], 0
    for _ in range(times):
        begun = time.perf_counter()
        found = len(turns.queue(connection))
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000, found


def plan(connection: Connection) -> Iterator[str]:
    """Which indexes the order uses, and whether any table is read whole."""
    query = turns.QUEUE.compile(connection, compile_kwargs={"literal_binds": True})
    lines = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {query}")]
    return (line.strip() for line in lines if "Scan" in line or "Execution" in line)


async def whole_lives(store: Store, count: int) -> None:
    """Let pieces go all their way, one after the other."""
    limits = replace(LIMITS, on_the_way=10**6, per_hour=10**6, queue_size=10**6)
    for each in range(count):
        wanted = admission(user_id=each, guild_id=(each % SERVERS) << 22, request_id=10**12 + each)
        number = (await store.generations.admit(wanted, limits)).number
        await store.generations.begin({number}, lease="here")
        await store.generations.composed(number, MUSIC)
        await store.generations.delivered(number, post(number, 10**12 + number), {"render": 0.5})


async def measure_server(server: PostgresServer, rows: int, waiting: int, lives: int) -> None:
    """What a real PostgreSQL does with so many rows."""
    async with open_store(server) as store:
        begun = time.perf_counter()
        await fill(store, rows, waiting)
        say(f"PostgreSQL: {rows} pieces and {waiting} that wait, written in {time.perf_counter() - begun:.0f} s")
        vacuum = store.database._engine.execution_options(isolation_level="AUTOCOMMIT")  # noqa: SLF001
        async with vacuum.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE generation"))
            own = await connection.scalar(text("SELECT pg_indexes_size('generation')"))
        say(f"indexes: {own / (rows + waiting):.0f} bytes a piece")
        took, found = await store.database.read(lambda connection: measure_order(connection, 20))
        say(f"the order of {found} that wait: {took:.1f} ms, all of it")
        for line in await store.database.read(lambda connection: list(plan(connection))):
            say(f"  {line}")
        statements = Statements(store)
        begun = time.perf_counter()
        await whole_lives(store, lives)
        took = time.perf_counter() - begun
        say(
            f"{lives} pieces, each all its way (4 transactions, {statements.count / lives:.1f} statements): "
            f"{lives / took:.1f} pieces and {statements.count / took:.0f} statements a second, one bot, one at a time"
        )


def measure_shard(servers: int) -> str:
    """Memory that a shard needs for its servers, each of 40 channels and 30 roles, as discord.py keeps them."""
    intents = discord.Intents(guilds=True)
    quiet: Any = {"member_cache_flags": discord.MemberCacheFlags.none(), "max_messages": None}
    client = commands.AutoShardedBot((), intents=intents, chunk_guilds_at_startup=False, **quiet)
    bot, owner = Person("cadenza", bot=True), Person("owner")
    guild = Guild("Conservatory", owner)
    guild.channels = [Channel(f"channel-{each}", guild) for each in range(40)]
    made: Any = payloads.guild(guild, bot)
    made["roles"] = [{**made["roles"][0], "id": str(10**18 + each), "name": f"role {each}"} for each in range(30)]
    process = psutil.Process()
    before = process.memory_info().rss
    state: Any = client._connection  # noqa: SLF001 - where discord.py keeps them
    state.shard_count = 1
    kept = []
    for number in range(servers):
        channels = [{**each, "id": str(10**18 + number * 100 + place)} for place, each in enumerate(made["channels"])]
        data: Any = {**made, "id": str(number << 22), "channels": channels}
        kept.append(discord.Guild(data=data, state=state))
    grown = process.memory_info().rss - before
    return f"a shard of {len(kept)} servers: {grown / 2**20:.0f} MB, {grown / len(kept) / 1000:.1f} kB a server"


def main() -> int:
    """Print what was reckoned and measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="delivered pieces in the table (1,000,000)")
    parser.add_argument("--waiting", type=int, default=500, help="pieces that wait (500)")
    parser.add_argument("--lives", type=int, default=500, help="pieces that go all their way (500)")
    parser.add_argument("--minutes", type=float, default=10, help="minutes of the simulated peak (10)")
    parser.add_argument("--durable", action="store_true", help="have each commit written to the disk")
    options = parser.parse_args()
    mean = A_DAY / 86_400
    say(
        f"{A_DAY} pieces a day: {mean:.1f} a second, {mean * PEAK:.1f} at the peak; {mean * PEAK * WORK:.0f} cores busy"
    )
    for places in (140, 150, 160):
        say(simulate(places, options.minutes, seed=1))
    say(measure_shard(2_500))
    if options.durable:
        postgres._QUICK = "-c max_connections=60 -c shared_buffers=128MB"  # noqa: SLF001
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        Path(folder).chmod(0o755)
        with postgres.running(Path(folder) / "server") as server:
            database = server.at(Path("many"))
            asyncio.run(measure_server(database, options.rows, options.waiting, options.lives))
    return 0


if __name__ == "__main__":
    sys.exit(main())
