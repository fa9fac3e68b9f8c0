"""The bot takes what its container gives it, and not what the host has."""

from __future__ import annotations

import os
import shutil
import tempfile
from types import SimpleNamespace
from typing import TYPE_CHECKING

import psutil
import pytest

from bot import machine
from bot.retraining.process_limits import environment
from bot.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

V2 = {
    "proc/self/cgroup": "0::/system.slice/cadenza.service\n",
    "sys/fs/cgroup/system.slice/cpu.max": "max 100000\n",
    "sys/fs/cgroup/system.slice/cadenza.service/cpu.max": "250000 100000\n",
    "sys/fs/cgroup/system.slice/memory.max": "800000000\n",
    "sys/fs/cgroup/system.slice/cadenza.service/memory.max": "max\n",
}
V2_IN_A_CONTAINER = {
    "proc/self/cgroup": "0::/\n",
    "sys/fs/cgroup/cpu.max": "200000 100000",
    "sys/fs/cgroup/memory.max": "800000000",
}
V1 = {
    "proc/self/cgroup": "4:memory:/docker/abc\n3:cpuset:/docker/abc\n1:cpu,cpuacct:/docker/abc\n",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "200000",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "800000000",
}
UNLIMITED = {
    "proc/self/cgroup": "1:cpu:/\n2:memory:/\n0::/\n",
    "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
    "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
}
HALF_A_CORE = {**V2_IN_A_CONTAINER, "sys/fs/cgroup/cpu.max": "50000 100000"}


@pytest.fixture(autouse=True)
def _large_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=64_000_000_000))


def host(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("files", "cores", "memory"),
    [
        (V2, 2, 800_000_000),
        (V2_IN_A_CONTAINER, 2, 800_000_000),
        (V1, 2, 800_000_000),
        (UNLIMITED, 8, 64_000_000_000),
        (HALF_A_CORE, 1, 800_000_000),
        ({}, 8, 64_000_000_000),
    ],
)
def test_what_a_control_group_allows_is_found(tmp_path, files, cores, memory):
    root = host(files, tmp_path)

    assert machine.cores(root) == cores
    assert machine.memory(root) == memory


def test_composing_and_training_take_their_threads_from_the_same_count(monkeypatch):
    for affinity, threads in ((1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, count=affinity: set(range(count)))
        monkeypatch.setattr(machine, "_quotas", lambda _: [])

        assert Settings(_env_file=None).threads == threads  # type: ignore[call-arg]
        assert environment({})["TF_NUM_INTRAOP_THREADS"] == str(threads)


@pytest.mark.parametrize(
    ("memory", "free", "in_memory", "renders"),
    [
        (2_000_000_000, 256_000_000, True, 2),
        (2_000_000_000, 2_000_000_000, True, 4),
        (2_000_000_000, 2_000_000_000, False, 5),
        (1_000_000_000, 2_000_000_000, True, 1),
        (400_000_000, 2_000_000_000, True, 1),
        (64_000_000_000, 1_000_000, False, 1),
    ],
)
def test_as_many_pieces_are_rendered_as_fit_into_memory_and_temporary_folder(
    monkeypatch, memory, free, in_memory, renders
):
    own = SimpleNamespace(mountpoint=tempfile.gettempdir(), fstype="tmpfs" if in_memory else "ext4")
    mounts = [SimpleNamespace(mountpoint="/", fstype="ext4"), own]
    monkeypatch.setattr(machine, "memory", lambda: memory)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: mounts)

    assert machine.renders_at_once() == renders
