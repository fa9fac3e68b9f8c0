"""Waiting for something to come true, without asking again and again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Changes:
    """Whoever changes anything tells; whoever waits looks again then.

    Attributes:
        count: How often anything has changed.
    """

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self.count = 0

    def tell(self) -> None:
        """Say that something has changed."""
        self.count += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, happened: Callable[[], T], what: str = "it", *, seconds: float = 120) -> T:
        """Wait until `happened` is true, and return what it returns.

        Raises:
            TimeoutError: If it never is.
        """
        try:
            async with asyncio.timeout(seconds):
                while not (found := happened()):
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{what} did not happen in {seconds:g} seconds") from None
        return found
