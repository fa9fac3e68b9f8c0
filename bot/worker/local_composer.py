"""The composer of this machine, which works in threads."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypedDict, TypeVar

from bot.domain.composer_port import to_request
from bot.domain.generation import Music
from composer.compose import compose
from composer.engine import Cancelled
from composer.heard.showing import draw_heard
from composer.models.learned_preferences import NONE
from composer.reading.limits import read_given
from composer.rendering import encode_within, render_original, sound_for_opus
from composer.sheet_music.midi_sheets import sheet_music_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.domain.order import Options
    from bot.worker.loaded_engines import LoadedEngines
    from composer.compose import Composition
    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.given import GivenMusic, Theme
    from composer.rendering import Rendition, Sheet
    from composer.sheet_music.sheet import SheetMusic

T = TypeVar("T")

PATIENCE = 0.2
"""Seconds that a cancelled task waits for its thread: levelling five minutes of sound takes longer than that, and then
the thread ends on its own."""


_SPARE = 16
"""Threads beyond those that work at the same time. One that was abandoned may run on for some seconds; whoever comes
next does not wait for it, and so no deadline passes before the work begins."""


WORKERS_NICENESS = 5
"""What threads of a worker and the processes that they start have, on Linux: whoever talks with people goes first.

A bot, its database and its workers may share one machine. Training has more, and so lets composing go first.
"""

_NICENESS = 1
"""What those of a bot have. With more, a thread that has the interpreter's lock would be kept from its processor by
other programs, and the bot's event loop with it: on a crowded machine it was late by seconds."""


class _Players(TypedDict):
    """What plays the music."""

    soundfont: Path
    networks: Path | None


class LocalComposer:
    """Composes in threads of this process."""

    def __init__(
        self,
        engines: LoadedEngines,
        *,
        soundfont: Path,
        threads: int,
        networks: Path | None = None,
        renders: int | None = None,
        niceness: int = _NICENESS,
    ) -> None:
        """Start no thread yet.

        Args:
            engines: Engines that compose.
            soundfont: File of the sounds, in SF2 or SF3 format.
            threads: Pieces composed or rendered at the same time.
            networks: Folder of networks that play instruments, which go before those that come with Cadenza.
            renders: Pieces rendered at the same time, where those are fewer.
            niceness: How far its threads give way to others.
        """
        self._engines = engines
        self._players: _Players = {"soundfont": soundfont, "networks": networks}
        self._threads = ThreadPoolExecutor(threads + _SPARE, "composer", _give_way, (niceness,))
        self._rendering = asyncio.Semaphore(renders or threads)

    async def compose(
        self,
        options: Options,
        progress: Callable[[int, int], None],
        *,
        theme: Theme | None = None,
        liked: LearnedPreferences = NONE,
    ) -> Music:
        """Compose, see `Composer`."""
        loop = asyncio.get_running_loop()
        shown = 0

        def work(check: Callable[[], None]) -> Music:
            def step(bar: int, bars: int) -> None:
                nonlocal shown
                check()
                if bar != shown:
                    shown = bar
                    loop.call_soon_threadsafe(progress, bar, bars)

            engine = self._engines.engine(options.model, options.version)
            return _music(compose(to_request(options), engine, theme=theme, liked=liked, progress=step))

        return await self._run(work)

    async def understand(self, data: bytes) -> GivenMusic:
        """Read in a process of its own, see `Composer`."""
        return await self._run(lambda _: read_given(data))

    async def draw(self, music: GivenMusic, title: str) -> bytes:
        """Draw what was heard, see `Composer`."""
        return await self._run(lambda _: draw_heard(music, title=title))

    async def render(self, music: bytes, sheet: Sheet) -> Rendition:
        """Render, see `Composer`."""
        async with self._rendering:
            return await self._run(lambda check: render_original(music, sheet, **self._players, check=check))

    async def smaller(self, music: bytes, sheet: Sheet, most_bytes: int) -> bytes | None:
        """Encode with less, see `Composer`."""
        async with self._rendering:
            return await self._run(lambda check: encode_within(music, sheet, most_bytes, **self._players, check=check))

    async def sound(self, music: bytes, sheet: Sheet) -> bytes:
        """Make sound for a voice channel, see `Composer`."""
        async with self._rendering:
            return await self._run(lambda check: sound_for_opus(music, sheet, **self._players, check=check))

    async def sheet_music(self, midi: bytes, *, title: str, remark: str, whole: bool) -> SheetMusic:
        """Draw, see `Composer`."""
        async with self._rendering:
            return await self._run(lambda _check: sheet_music_of(midi, title=title, remark=remark, whole=whole))

    async def _run(self, work: Callable[[Callable[[], None]], T]) -> T:
        """Run `work` in a thread; who is cancelled waits for its end, but no longer than `PATIENCE`."""
        stop = threading.Event()

        def check() -> None:
            if stop.is_set():
                raise Cancelled

        def checked() -> T:
            check()
            return work(check)

        running = asyncio.get_running_loop().run_in_executor(self._threads, checked)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            stop.set()
            running.add_done_callback(_let_go)
            await asyncio.wait({running}, timeout=PATIENCE)
            raise

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(cancel_futures=True)


def _give_way(niceness: int) -> None:
    """Let others go first from now on; elsewhere than on Linux that would hold for the whole process."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), niceness))


def _let_go(running: asyncio.Future[T]) -> None:
    """Take note of how an abandoned thread ended: nobody else does."""
    if not running.cancelled():
        running.exception()


def _music(composition: Composition) -> Music:
    plan, novelty = composition.plan, composition.novelty
    return Music(
        midi=composition.midi or None,
        sound=composition.sound or None,
        tokens=composition.tokens,
        title=composition.title,
        remark=composition.remark,
        shared_run=novelty.shared if novelty else None,
        people_run=novelty.people if novelty else None,
        chosen_key=None if plan.free else str(plan.key),
        chosen_metre=None if plan.free else str(plan.metre),
        beats_per_minute=None if plan.free else round(plan.beats_per_minute, 2),
        bars=None if plan.free else plan.bars,
        measures={name: round(value, 4) for name, value in composition.measures.items()},
        seconds_spent={stage: round(seconds, 4) for stage, seconds in composition.seconds_spent.items()},
    )
