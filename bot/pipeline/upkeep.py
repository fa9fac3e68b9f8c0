"""What is looked after every few minutes while the bot runs."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.errors import report

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.monitoring.health import Health

EVERY = 120.0
"""Seconds between two looks."""


@asynccontextmanager
async def upkeep(
    looks: Mapping[str, Callable[[], Awaitable[None]]], health: Health, *, every: float = EVERY
) -> AsyncIterator[None]:
    """Take each look now and then until the block ends; one that fails hinders neither the others nor the next time.

    Args:
        looks: Functions that look after something, by a short word under which their failures are counted.
        health: Counter of the failures.
        every: Seconds between two looks.
    """
    task = asyncio.create_task(_go_on(looks, health, every))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _go_on(looks: Mapping[str, Callable[[], Awaitable[None]]], health: Health, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        for name, look in looks.items():
            try:
                await look()
            except Exception as error:  # noqa: BLE001 - it is tried again, and the other looks are taken
                health.failed(name)
                report(error, f"{name} failed")
