"""The pieces that wait and those in the making: how far each is, and when the next begins."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.domain.generation import Queued
from bot.domain.summaries import Standing
from bot.pipeline.estimates import waits
from bot.pipeline.fair_queue import FairQueue, Ticket

if TYPE_CHECKING:
    from bot.domain.generation import Generation, Progress
    from bot.pipeline.estimates import Speeds


class Workload:
    """Generations from when they wait until they are made."""

    def __init__(self, speeds: Speeds, *, workers: int) -> None:
        """Begin empty.

        Args:
            speeds: Speeds by which waits are estimated.
            workers: Number of pieces that are made at the same time.
        """
        self._speeds = speeds
        self._workers = workers
        self._queue = FairQueue()
        self._known: dict[int, Generation] = {}
        self._begun: dict[int, float] = {}
        self._progress: dict[int, Progress] = {}

    def __contains__(self, number: int) -> bool:
        """Whether a generation waits or is in the making."""
        return number in self._known

    @property
    def waiting(self) -> int:
        """Pieces in the queue."""
        return len(self._queue)

    @property
    def running(self) -> int:
        """Pieces in the making."""
        return len(self._begun)

    def add(self, generation: Generation) -> None:
        """Let a generation wait for its turn."""
        self._known[generation.number] = generation
        self._queue.add(Ticket(generation.number, generation.guild_id, generation.user_id))

    def remove(self, number: int) -> None:
        """Take a generation out that waits; one in the making stays."""
        if self._queue.remove(number):
            self._known.pop(number, None)

    def begin_next(self) -> Generation | None:
        """The generation whose turn it is, from now on in the making; None if none waits."""
        number = self._queue.take()
        if number is None:
            return None
        self._begun[number] = time.monotonic()
        self._progress[number] = Queued(0, 0.0)
        return self._known[number]

    def note_progress(self, number: int, progress: Progress) -> bool:
        """Note how far a generation is; False if it is not in the making."""
        if number in self._begun:
            self._progress[number] = progress
        return number in self._begun

    def finish(self, number: int) -> None:
        """Know nothing of a generation that was in the making."""
        for known in (self._known, self._begun, self._progress):
            known.pop(number, None)

    def progress(self, number: int) -> Progress | None:
        """How far a generation is; None if it is not on the way here."""
        return next((line.progress for line in self.standings() if line.generation.number == number), None)

    def standings(self) -> list[Standing]:
        """Generations in the making, then those that wait, in the order in which they will be taken."""
        order = self._queue.order()
        begins = waits(self._work_left(), [self._work_of(number) for number in order], self._workers)
        making = [Standing(self._known[number], self._progress[number]) for number in self._begun]
        return making + [
            Standing(self._known[number], Queued(place, wait))
            for place, (number, wait) in enumerate(zip(order, begins, strict=True), start=1)
        ]

    def room_in(self) -> float:
        """Seconds until the next waiting piece begins."""
        waiting = (line.progress for line in self.standings())
        return next((progress.wait for progress in waiting if isinstance(progress, Queued) and progress.position), 0.0)

    def _work_left(self) -> list[float]:
        now = time.monotonic()
        return [max(self._work_of(number) - (now - begun), 0.0) for number, begun in self._begun.items()]

    def _work_of(self, number: int) -> float:
        options = self._known[number].options
        return self._speeds.work(options.model, options.seconds)
