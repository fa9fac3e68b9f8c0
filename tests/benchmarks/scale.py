"""Several bots and workers, a real PostgreSQL, and bad weather: `python -m tests.benchmarks.scale`.

People on servers in several shards ask for pieces, one after the other. Each shard is a bot process. Meanwhile a worker
is killed every ten seconds, the database twice and a bot once. Afterwards the rows are held against what stands on
Discord. Exit status 1 says that something accepted was lost, or came twice.

With `--calm` nothing is killed. Printed is how many pieces came for each number of workers, and the processor time of a
piece beside that of one bot with SQLite: what is more is what the database and the workers cost. Composing and
rendering are told apart, for they take the same time everywhere, and more of it the busier the machine is. Every
process has made a piece before. Status 1 says that a worker went on with a cancelled piece for over half a second.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.machine import cores
from tests.benchmarks.kill_people import piece_of
from tests.benchmarks.scale_people import ScaleLedger, ask_again_and_again, read_rows, time_cancels, watch
from tests.benchmarks.scale_world import open_scale_world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.standin.world import Person
    from tests.benchmarks.scale_world import ScaleWorld

_DATABASE_AWAY = 5.0
_PATIENCE = 7200.0
_CANCEL_HEARD = 0.5
"""Seconds within which a worker breaks off what was cancelled."""

_LOOKS = 180
"""Looks, a second apart, until what still waits counts as never done."""


@dataclass(slots=True)
class Weather:
    """What is killed, and what was.

    Attributes:
        every: Seconds from one worker's kill to the next.
        pieces: Pieces in all: the database is killed after a quarter and three quarters of them, a bot after the half.
        dice: Which worker, which bot.
        kills: How often what was killed.
    """

    every: float
    pieces: int
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)

    async def rage(self, world: ScaleWorld, ledger: ScaleLedger) -> None:
        """Kill until cancelled, and start again what was killed."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._workers(world, tasks))
            for share, kill in ((0.25, self._database), (0.5, self._bot), (0.75, self._database)):
                hit = share * self.pieces
                await world.discord.until(lambda: len(ledger.arrived) >= hit, "pieces", seconds=_PATIENCE)  # noqa: B023
                await kill(world)

    async def _workers(self, world: ScaleWorld, tasks: asyncio.TaskGroup) -> None:
        while True:
            await asyncio.sleep(self.every)
            if well := [each for each in world.workers if each not in world.starting]:
                killed = self.dice.choice(well)
                await killed.kill()
                self.kills["worker"] += 1
                world.starting.add(killed)
                tasks.create_task(world.start(killed))

    async def _database(self, world: ScaleWorld) -> None:
        assert world.server is not None
        await asyncio.to_thread(world.server.stop)
        self.kills["database"] += 1
        await asyncio.sleep(_DATABASE_AWAY)
        await asyncio.to_thread(world.server.start)

    async def _bot(self, world: ScaleWorld) -> None:
        killed = self.dice.choice(world.bots)
        await killed.kill()
        self.kills["bot"] += 1
        await world.start(killed)


@dataclass(slots=True)
class ScaleFigures:
    """What a run came to.

    Attributes:
        seconds: From the first command until everybody had their last piece.
        cpu: Processor seconds by what they went into; None where some were killed.
        lost: What was accepted and never came, each to look at.
        doubled: What came twice.
        cancels: Seconds after which a worker broke off what was cancelled.
    """

    ledger: ScaleLedger
    seconds: float
    cpu: dict[str, float] | None
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    cancels: list[float] = field(default_factory=list)


async def run(options: argparse.Namespace, workers: int, weather: Weather | None) -> ScaleFigures:
    """Have all pieces made by so many workers, in such weather."""
    shards = options.shards if workers else 1
    async with open_scale_world(servers=options.servers, shards=shards, workers=workers) as world:
        ledger = ScaleLedger(options.pieces)
        people = [world.discord.add_person(f"person {number}") for number in range(options.people)]
        if weather is None:
            await warm_up(world, people, options.length)
        before, began = await world.cpu_seconds(), time.monotonic()
        beside = [asyncio.create_task(watch(world, ledger))]
        if weather is not None:
            beside.append(asyncio.create_task(weather.rage(world, ledger)))
        await asyncio.gather(
            *(
                ask_again_and_again(world, person, world.channels[index % options.servers], options.length, ledger)
                for index, person in enumerate(people)
            )
        )
        seconds = time.monotonic() - began
        cpu = None
        if weather is None:
            cpu = {name: spent - before[name] for name, spent in (await world.cpu_seconds()).items()}
        for task in beside:
            task.cancel()
        for ended in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        await settle(world, ledger)
        figures = ScaleFigures(ledger, seconds, cpu)
        judge(world, figures)
        if workers and weather is None:
            figures.cancels = await time_cancels(world, people[0], world.channels[0], options.cancels)
        if options.logs:
            for index, process in enumerate((*world.bots, *world.workers)):
                (options.logs / f"{workers}-{index}.log").write_text("\n".join(process.said), encoding="utf-8")
        return figures


async def warm_up(world: ScaleWorld, people: Sequence[Person], length: int) -> None:
    """Have pieces made until every process has made one: what it loads at its first piece is none of the next one's."""
    while not all(any('"composed"' in said for said in each.said) for each in world.workers or world.bots):
        ledger = ScaleLedger(len(people))
        watching = asyncio.create_task(watch(world, ledger))
        try:
            await asyncio.gather(
                *(
                    ask_again_and_again(world, person, world.channels[index % len(world.channels)], length, ledger)
                    for index, person in enumerate(people)
                )
            )
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    await settle(world, ScaleLedger(0))


async def settle(world: ScaleWorld, ledger: ScaleLedger) -> None:
    """Wait until the bots have nothing left to do, as far as they get there."""
    for _ in range(_LOOKS):
        await read_rows(world, ledger)
        messages = [each for channel in world.channels for each in channel.messages.values()]
        if not ledger.on_the_way and not any(message.loading for message in messages):
            return
        await asyncio.sleep(1)


def judge(world: ScaleWorld, figures: ScaleFigures) -> None:
    """Hold the rows against what stands on Discord."""
    messages = [each for channel in world.channels for each in channel.messages.values()]
    copies = Counter(number for message in messages if (number := piece_of(message)) is not None)
    for number, state in sorted(figures.ledger.states.items()):
        if state != "delivered" or not copies[number]:
            figures.lost.append(f"#{number} is {state}, with {copies[number]} messages")
        if copies[number] > 1:
            figures.doubled.append(f"#{number} has {copies[number]} messages")
    figures.lost += [f"message {each.id} thinks for ever" for each in messages if each.loading]


def line(name: str, value: object) -> None:
    """Print one figure."""
    sys.stdout.write(f"{name:<34} {value}\n")
    sys.stdout.flush()


def report(workers: int, figures: ScaleFigures, weather: Weather | None) -> None:
    """Print what a run came to."""
    ledger = figures.ledger
    line("workers", workers or "none: one bot with SQLite, one piece at a time")
    if weather is not None:
        line("  killed", dict(weather.kills))
    states = Counter(ledger.states.values())
    line("  accepted, delivered", f"{len(ledger.states)}, {states['delivered']}")
    for name, found in (("lost", figures.lost), ("doubled", figures.doubled)):
        line(f"  {name}", f"{len(found)} {'; '.join(found[:8])}".rstrip())
    means = [statistics.fmean(each) for each in ledger.waits.values()]
    if means:
        line("  mean wait of a server", f"{min(means):.1f} to {max(means):.1f} s, {max(means) / min(means):.2f} times")
    told = sorted(ledger.acknowledged)
    line("  acknowledged after", f"p99 {told[len(told) * 99 // 100] * 1000:.0f} ms, at most {told[-1] * 1000:.0f} ms")
    if figures.cancels:
        line("  broken off after a cancel", f"at most {max(figures.cancels) * 1000:.0f} ms, of {len(figures.cancels)}")
    line("  other answers", dict(ledger.troubles) or "none")
    made = sum(len(each) for each in ledger.waits.values())
    line("  pieces a minute", f"{60 * made / figures.seconds:.1f}, over {figures.seconds:.0f} s")
    line("  load of the machine", f"{os.getloadavg()[1]:.1f} on {cores()} cores, mean of 5 minutes")


async def rage(options: argparse.Namespace) -> bool:
    """Run in bad weather with each number of workers; whether nothing was lost or came twice."""
    holds = True
    for workers in options.workers:
        weather = Weather(options.kill_every, options.pieces, random.Random(options.seed))
        figures = await run(options, workers, weather)
        report(workers, figures, weather)
        holds = holds and not figures.lost and not figures.doubled
    return holds


async def compare(options: argparse.Namespace) -> bool:
    """Run in fair weather, by turns on a file and with each number of workers, and print what a piece costs."""
    spent: dict[int, list[float]] = {}
    heard = True
    for _ in range(options.rounds):
        for workers in (0, *options.workers):
            figures = await run(options, workers, None)
            report(workers, figures, None)
            assert figures.cpu is not None
            composing = 1000 * figures.cpu.pop("composing") / options.pieces
            beside = {name: 1000 * each / options.pieces for name, each in figures.cpu.items()}
            spent.setdefault(workers, []).append(sum(beside.values()))
            shares = ", ".join(f"{name} {each:.1f}" for name, each in beside.items())
            line("  processor time of a piece", f"composing {composing:.0f} ms, and beside it {shares}")
            whole = composing + spent[workers][-1]
            line("  limit of the cores", f"{60_000 * cores() / whole:.0f} pieces a minute")
            heard = heard and max(figures.cancels, default=0.0) <= _CANCEL_HEARD
    alone = statistics.fmean(spent[0])
    for workers in options.workers:
        mean = statistics.fmean(spent[workers])
        line(f"{workers} workers beside SQLite", f"{mean - alone:+.1f} ms a piece, {mean:.1f} beside {alone:.1f}")
    return heard


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scale", description=__doc__)
    parser.add_argument("--pieces", type=int, default=500)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--servers", type=int, default=12)
    parser.add_argument("--shards", type=int, default=3, help="each of them a bot process")
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4], help="each number of them is one run")
    parser.add_argument("--length", type=int, default=5, help="seconds of each piece")
    parser.add_argument("--kill-every", type=float, default=10.0, help="seconds between two kills of a worker")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm", action="store_true", help="kill nothing, and measure what a piece costs")
    parser.add_argument("--cancels", type=int, default=10, help="pieces that are cancelled while they are made")
    parser.add_argument("--rounds", type=int, default=2, help="of the comparison")
    parser.add_argument("--logs", type=Path, help="folder for what the processes said")
    options = parser.parse_args()
    return 0 if asyncio.run((compare if options.calm else rage)(options)) else 1


if __name__ == "__main__":
    sys.exit(main())
