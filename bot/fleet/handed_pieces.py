"""The pieces that a bot has handed out, and what becomes of each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.generation import Composing, GenerationState, Rendering

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.generation import Generation, Progress
    from bot.storage.workers.leases import Handed, Leases


@dataclass(slots=True)
class Waiter:
    """Whoever waits for one piece.

    Attributes:
        generation: The piece, as it was handed out.
        show: Called with its progress.
        standing: How it stands now; None once it is gone.
        changed: Set when that may have changed.
    """

    generation: Generation
    show: Callable[[Generation, Progress], None]
    standing: Handed | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    shown: Progress | None = None

    def note(self, standing: Handed | None) -> None:
        """Take note of how it stands, and show how far it is."""
        self.standing = standing
        self.changed.set()
        if standing is None or not standing.is_held:
            return
        if standing.state is GenerationState.COMPOSED:
            self.tell(Rendering())
        elif standing.progress is not None:
            self.note_bars(standing.progress)

    def note_bars(self, bars: str) -> None:
        """Show progress such as "9/24", as long as it is composed."""
        bar, _, of = bars.partition("/")
        if bar.isdecimal() and of.isdecimal() and not isinstance(self.shown, Rendering):
            self.tell(Composing(int(bar), int(of)))

    def tell(self, progress: Progress) -> None:
        """Show progress, unless it was shown, or more was."""
        before = self.shown
        if isinstance(progress, Composing) and isinstance(before, Composing) and progress.bar <= before.bar:
            return
        if progress != before:
            self.shown = progress
            self.show(self.generation, progress)


class HandedPieces:
    """Waits for pieces, by what is told and, should that be lost, by what the rows say."""

    def __init__(self, leases: Leases, *, every: float) -> None:
        """Wait for none yet.

        Args:
            leases: The rows.
            every: Seconds between two looks at the rows while nothing is told.
        """
        self._leases = leases
        self._every = every
        self._waiters: dict[int, Waiter] = {}
        self._wake = asyncio.Event()

    def hear(self, word: str) -> None:
        """Take note of a word that a worker told."""
        what, _, rest = word.partition(":")
        number, _, bars = rest.partition(":")
        if number.isdecimal() and (waiter := self._waiters.get(int(number))) is not None:
            if what == "progress":
                waiter.note_bars(bars)
            else:
                self._wake.set()

    def wake(self) -> None:
        """Look at the rows now."""
        self._wake.set()

    def open(self, generation: Generation, show: Callable[[Generation, Progress], None]) -> Waiter:
        """Begin to wait for a piece."""
        waiter = self._waiters[generation.number] = Waiter(generation, show)
        self._wake.set()
        return waiter

    def close(self, number: int) -> None:
        """Wait for a piece no longer."""
        self._waiters.pop(number, None)

    async def look_again_and_again(self) -> None:
        """Look at the rows until cancelled; raises whatever the database does."""
        while True:
            wake = asyncio.create_task(self._wake.wait())
            try:
                await asyncio.wait({wake}, timeout=self._every)
            finally:
                wake.cancel()
            self._wake.clear()
            numbers = list(self._waiters)
            if not numbers:
                continue
            standing = await self._leases.standing(numbers)
            for number in numbers:
                if number in self._waiters:
                    self._waiters[number].note(standing.get(number))
