from __future__ import annotations

import asyncio

from bot.monitoring.health import Health
from bot.pipeline.upkeep import upkeep


async def test_a_look_that_fails_hinders_neither_the_others_nor_the_next_time():
    health, twice, looked = Health(), asyncio.Event(), []

    async def fail() -> None:
        looked.append("failing")
        raise OSError("not now")

    async def succeed() -> None:
        looked.append("well")
        if len(looked) == 4:
            twice.set()
            await asyncio.Event().wait()

    async with upkeep({"disk": fail, "backup": succeed}, health, every=0.0):
        await twice.wait()

    assert looked == ["failing", "well", "failing", "well"]
    assert 'cadenza_failures_total{code="disk"} 2.0' in health.metrics.text().decode()
