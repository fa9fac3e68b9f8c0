"""What is told while a piece comes into being: the newest news, not every one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

INTERVAL = 3.0
"""Seconds between two edits of one message."""

NewsT = TypeVar("NewsT")


class ThrottledEdits(Generic[NewsT]):
    """Shows the newest news: at most one edit in `INTERVAL`, and none where nothing changed.

    Belongs to one event loop.
    """

    def __init__(
        self,
        edit: Callable[[NewsT], Awaitable[None]],
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is shown yet; `edit` shows and raises nothing, `pause` waits for some seconds."""
        self._edit = edit
        self._pause = pause
        self._wanted: NewsT | None = None
        self._shown: NewsT | None = None
        self._task: asyncio.Task[None] | None = None
        self._pausing = self._closed = False

    def show(self, news: NewsT) -> None:
        """Show it as soon as may be, instead of what is not shown yet."""
        self._wanted = news
        if self._task is None and not self._closed and news != self._shown:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Show nothing more; return when no edit is under way, so that the last word can follow."""
        self._closed = True
        if self._task is None:
            return
        if self._pausing:
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while not self._closed and self._wanted is not None and self._wanted != self._shown:
                self._shown = self._wanted
                await self._edit(self._shown)
                await self._rest()
        finally:
            self._task = None

    async def _rest(self) -> None:
        if self._closed:
            return
        self._pausing = True
        try:
            await self._pause(INTERVAL)
        finally:
            self._pausing = False
