"""Limits on a process and all that it starts: it gives way to others, and is ended when it takes too much."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from bot.machine import cores

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NICENESS = 15
"""On a scale to 19: a composing thread gets thirty times the processor time of a training one, by Linux's weights."""

LOOKS_EVERY = 0.5
"""Seconds between two looks at the memory. A limit on addresses (RLIMIT_AS) would not do: a training that held 3.8 GB
had 6.5 GB of them, and importing TensorFlow alone takes 2."""

_SECRET = ("DISCORD_", "CADENZA_", "ADMIN_IDS")
"""Beginnings of variables that are none of a trainer's business."""

_MEGABYTE = 1_000_000


class ProcessLimits:
    """Watches a process that leads a group of its own.

    Attributes:
        broken: The limit that was broken, "memory" or "deadline", and why the group was ended; None if none was.
    """

    def __init__(self, pid: int, *, megabytes: float, seconds: float) -> None:
        """Begin to count the time.

        Args:
            pid: Process id of the leader.
            megabytes: Megabytes that all of the group may hold in memory.
            seconds: Seconds that it may take.
        """
        self._pid = pid
        self._megabytes = megabytes
        self._deadline = asyncio.get_running_loop().time() + seconds
        self.broken: str | None = None

    def lower(self) -> None:
        """Let everything else go first."""
        with suppress(psutil.Error, OSError):
            process = psutil.Process(self._pid)
            process.nice(max(process.nice(), NICENESS))
            if hasattr(psutil, "IOPRIO_CLASS_IDLE"):  # on Linux
                process.ionice(psutil.IOPRIO_CLASS_IDLE)

    async def watch(self) -> None:
        """Look until the leader is gone or a limit is broken; then the group is ended."""
        while self.broken is None:
            await asyncio.sleep(LOOKS_EVERY)
            megabytes = held(self._pid)
            if megabytes is None:
                break  # what it started may live on, and keep its pipes open
            if megabytes > self._megabytes:
                self.broken = "memory"
            elif asyncio.get_running_loop().time() > self._deadline:
                self.broken = "deadline"
        self.kill()

    def kill(self) -> None:
        """End the whole group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)


def held(pid: int) -> float | None:
    """Megabytes that a process and its descendants hold in memory; None if it is gone."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return None
    return sum(_resident(each) for each in family) / _MEGABYTE


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """The variables of a trainer: none that is secret, and threads for one core fewer than there are."""
    threads = str(max(cores() - 1, 1))
    kept = {name: value for name, value in base.items() if not name.startswith(_SECRET)}
    return kept | {
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "TF_NUM_INTRAOP_THREADS": threads,
        "TF_NUM_INTEROP_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def end_left_behind(folder: Path) -> int:
    """End what a bot that was killed left training into a folder; how many processes that were.

    They are known by their command lines, which name the folder: a number may be another process's by now.
    """
    left = [process for process in psutil.process_iter(["cmdline"]) if str(folder) in (process.info["cmdline"] or ())]
    for process in left:
        with suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    psutil.wait_procs(left, timeout=5)
    return len(left)
