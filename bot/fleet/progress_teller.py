"""Tells bots how far pieces are, as it happens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.storage.dialects.link import Link

_EVERY = 0.2
"""Seconds between two words: nobody reads faster."""


class PieceProgress:
    """How far the pieces are that are made here."""

    def __init__(self) -> None:
        self.bars: dict[int, str] = {}
        self._changed: set[int] = set()
        self._news = asyncio.Event()

    def note(self, number: int, bar: int, bars: int) -> None:
        """Note how many bars of a piece are begun, and how many it has."""
        self.bars[number] = f"{bar}/{bars}"
        self._changed.add(number)
        self._news.set()

    def forget(self, number: int) -> None:
        """Know nothing of a piece any more."""
        self.bars.pop(number, None)
        self._changed.discard(number)

    async def news(self) -> list[str]:
        """Wait for news, and give them as words that are told."""
        await self._news.wait()
        self._news.clear()
        words = [f"progress:{number}:{self.bars[number]}" for number in sorted(self._changed)]
        self._changed.clear()
        return words


class ProgressTeller:
    """Tells the news over a link."""

    def __init__(self, link: Link, progress: PieceProgress) -> None:
        self._link = link
        self._progress = progress

    async def tell_again_and_again(self) -> None:
        """Tell until cancelled, or until the link is cut: the rows say how far each piece is, too."""
        while True:
            words = await self._progress.news()
            if words:
                await self._link.tell(*words)
            await asyncio.sleep(_EVERY)
