from __future__ import annotations

import shutil
from collections import namedtuple
from typing import TYPE_CHECKING

import structlog

from bot.monitoring.disk import ENOUGH_DISK, DiskWatch
from bot.monitoring.health import Health

if TYPE_CHECKING:
    from pathlib import Path

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as the library's own


async def test_a_disk_that_becomes_full_is_told_once_and_so_is_its_end(tmp_path: Path, monkeypatch):
    health = Health()
    watch = DiskWatch(tmp_path, health)

    with structlog.testing.capture_logs() as said:
        for free in (ENOUGH_DISK, ENOUGH_DISK - 1, 5, ENOUGH_DISK * 2, ENOUGH_DISK * 2):
            monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: Usage(0, 0, free))
            await watch.look()

    assert [line["event"] for line in said] == ["disk nearly full", "disk has room again"]
    assert "cadenza_disk_free_bytes 1e+09" in health.metrics.text().decode()
