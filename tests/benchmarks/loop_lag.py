"""How late the event loop is while two pieces are composed and rendered: `python -m tests.benchmarks.loop_lag`.

The whole bot but Discord: real models, FluidSynth and database. Beside the lag it tells how soon a piece that is being
composed or rendered is let go of when it is cancelled.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.app import open_app
from bot.domain.audience import Posted
from bot.domain.generation import Composing, Rendering
from bot.domain.order import Order
from bot.settings import Settings
from composer.music.given import Theme
from composer.music.score import Key, Metre, Mode, Note, Part, Score
from composer.performance import instruments, midi

if TYPE_CHECKING:
    from bot.app import App
    from bot.domain.audience import Delivery
    from bot.domain.generation import FinishedPiece, Generation, Post, Progress

_EVERY = 0.005
"""Seconds between two looks."""


class DeafAudience:
    """Notes when each piece was where."""

    def __init__(self) -> None:
        self.delivered: set[int] = set()
        self.progress: dict[int, Progress] = {}
        self.changed = asyncio.Event()

    def progressed(self, generation: Generation, progress: Progress, /) -> None:
        self.progress[generation.number] = progress
        self.changed.set()

    async def deliver(self, generation: Generation, _piece: FinishedPiece, /, *, again: bool) -> Delivery:  # noqa: ARG002
        self.delivered.add(generation.number)
        self.changed.set()
        return Posted(generation.channel_id, generation.number)

    def found(self, post: Post, /) -> None:
        """Nobody reacts here."""

    async def failed(self, generation: Generation, /) -> None:
        sys.exit(f"a piece failed: {generation.error}")

    async def cancelled(self, generation: Generation, /) -> None:
        """Nothing to note."""

    async def ready(self, generation: Generation, /) -> None:
        """Say nothing."""

    def resumed(self, generation: Generation, /) -> None:
        """Nothing to note."""


async def watch(lags: list[float]) -> None:
    """Measure until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _EVERY
        await asyncio.sleep(_EVERY)
        lags.append(loop.time() - due)


def order(number: int, seconds: float) -> Order:
    """One of different people on different servers."""
    return Order(
        request_id=time.time_ns(), user_id=number, guild_id=number, channel_id=number, wishes={"seconds": seconds}
    )


async def compose(app: App, listener: DeafAudience, *, pieces: int, seconds: float) -> list[float]:
    """Have pieces made, and measure the lag meanwhile."""
    lags: list[float] = []
    watching = asyncio.create_task(watch(lags))
    numbers = {(await app.orders.accept(order(place, seconds))).number for place in range(pieces)}
    while not numbers <= listener.delivered:
        listener.changed.clear()
        await listener.changed.wait()
    watching.cancel()
    return lags


async def read(app: App, files: int) -> list[float]:
    """Have large files of people's own read, ordered and given up, and measure the lag meanwhile."""
    lags: list[float] = []
    data = _large_file()
    watching = asyncio.create_task(watch(lags))
    for number in range(files):
        with app.side_work.place(number, number) as place:
            music = await app.orders.understand(data, place)
        asked = replace(order(20_000 + number, 60), theme=Theme(music=music, alone=True))
        await app.orders.cancel((await app.orders.accept(asked)).number)
    watching.cancel()
    return lags


def _large_file() -> bytes:
    """MIDI with nearly as many notes as are taken."""
    notes = [Note(at * 12, 12, 48 + at * 7 % 36, 80, Part.MELODY) for at in range(19_000)]
    score = Score(tuple(notes), Metre(4, 4), notes[-1].end // 96, Key(0, Mode.MAJOR))
    return midi.write(score, instrument=instruments.find("piano"), title="Large", settings={})


async def cancel(app: App, listener: DeafAudience, stage: type[Progress], seconds: float) -> float:
    """Seconds from a cancellation in that stage until nothing is in the making any more."""
    number = (await app.orders.accept(order(10_000, seconds))).number
    while not isinstance(listener.progress.get(number), stage):
        listener.changed.clear()
        await listener.changed.wait()
    await asyncio.sleep(0.15)
    started = time.perf_counter()
    await app.orders.cancel(number)
    while app.scheduler.workload.running:  # noqa: ASYNC110 - nobody tells when a thread has ended
        await asyncio.sleep(0.001)
    return time.perf_counter() - started


async def measure(options: argparse.Namespace) -> dict[str, float]:
    """All figures."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), workers=options.workers)
        async with open_app(settings) as app:
            listener = DeafAudience()
            await app.scheduler.start(listener)
            await compose(app, listener, pieces=1, seconds=10)
            lags = await compose(app, listener, pieces=options.pieces, seconds=options.seconds)
            reading = await read(app, options.reads)
            composing = [await cancel(app, listener, Composing, 300) for _ in range(options.cancels)]
            rendering = [await cancel(app, listener, Rendering, 60) for _ in range(options.cancels)]
            await app.scheduler.stop()
    figures = {f"lag p{share}": float(np.percentile(lags, share)) for share in (50, 95, 99, 100)}
    figures |= {f"reading lag p{share}": float(np.percentile(reading, share)) for share in (50, 99, 100)}
    return figures | {"cancel composing": max(composing), "cancel rendering": max(rendering), "looks": len(lags)}


def main() -> int:
    """Print a line of JSON, in seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--cancels", type=int, default=3)
    parser.add_argument("--reads", type=int, default=3, help="large files that are read")
    figures = asyncio.run(measure(parser.parse_args()))
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))  # noqa: T201 - a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
