"""What the machine gives this process: cores and memory, as a container limits them."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

RENDER_FOLDER = 107_000_000
"""Bytes of the temporary folder that a piece of 300 s takes while it is rendered, as measured."""

RENDER_MEMORY = 310_000_000
"""Bytes of memory that it takes beside, as measured: 26 MB here and up to 283 MB in FluidSynth, for an orchestra."""

_BOT_MEMORY = 300_000_000
"""Bytes of memory for all else; with three networks loaded, 217 MB were measured."""

_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_UNLIMITED = 1 << 60
"""Control groups of the first version write a number like this one where there is no limit."""


def cores(root: Path = Path("/")) -> int:
    """Count the cores that this process may use: those it may run on, and no more than its quota; at least 1.

    Args:
        root: Folder that holds `proc` and `sys`.
    """
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.floor(min([own, *_quotas(root)])))


def memory(root: Path = Path("/")) -> int:
    """Bytes of memory that this process may take, with all others of its container."""
    own: int = psutil.virtual_memory().total
    return min([own, *_memory_limits(root)])


def renders_at_once(folder: Path | None = None) -> int:
    """Count the pieces of 300 s that can be rendered at once, by free temporary room and memory; at least 1.

    Args:
        folder: Folder for temporary files; the system's otherwise. It may itself be in memory, as in a container.
    """
    folder = folder or Path(tempfile.gettempdir())
    each = RENDER_MEMORY + (RENDER_FOLDER if _lies_in_memory(folder) else 0)
    by_memory = (memory() - _BOT_MEMORY) // each
    return max(1, min(by_memory, shutil.disk_usage(folder).free // RENDER_FOLDER))


def _lies_in_memory(folder: Path) -> bool:
    mounts = {mount.mountpoint: mount.fstype for mount in psutil.disk_partitions(all=True)}
    above = (str(path) for path in (folder.absolute(), *folder.absolute().parents))
    return next((mounts[path] for path in above if path in mounts), "") in _IN_MEMORY


def _quotas(root: Path) -> Iterator[float]:
    """Cores that each control group allows in which this process is."""
    for group in _groups(root, "cpu"):
        quota, _, period = _text(group / "cpu.max").partition(" ")
        if not quota:
            quota, period = _text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us")
        if quota.isdecimal() and period.isdecimal() and int(period):
            yield int(quota) / int(period)


def _memory_limits(root: Path) -> Iterator[int]:
    for group in _groups(root, "memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            limit = _text(group / name)
            if limit.isdecimal() and int(limit) < _UNLIMITED:
                yield int(limit)


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Folders of the control groups in which this process is, of both versions, up to the topmost that is seen."""
    top = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            base = top
        elif controller in controllers.split(","):
            base = top / controllers if (top / controllers).is_dir() else top / controller
        else:
            continue
        own = base / path.lstrip("/")
        yield from (group for group in (own, *own.parents) if group.is_relative_to(base))


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
