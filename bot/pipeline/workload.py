"""The pieces that wait and those in the making: how far each is, and when the next begins."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.domain.generation import GenerationState, Queued
from bot.domain.summaries import Standing
from bot.pipeline.estimates import waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.generation import Generation, Progress
    from bot.pipeline.estimates import Speeds
    from bot.storage.sharing.turns import InTheMaking, Waiting


class Workload:
    """Generations of this bot from when they wait until they are made.

    Those that are composed already, or in a worker's hands, come first: they have had their turn.
    """

    def __init__(self, speeds: Speeds, *, workers: int) -> None:
        """Begin empty.

        Args:
            speeds: Speeds by which waits are estimated.
            workers: Number of pieces that are made at the same time, on this machine.
        """
        self._speeds = speeds
        self._paces: Sequence[float] = [1.0] * workers
        self._waiting: dict[int, Generation] = {}
        self._order: Sequence[Waiting] = ()
        self._elsewhere: dict[int, float] = {}
        self._making: dict[int, Generation] = {}
        self._begun: dict[int, float] = {}
        self._progress: dict[int, Progress] = {}

    def __contains__(self, number: int) -> bool:
        """Whether a generation waits or is in the making."""
        return number in self._waiting or number in self._making

    def places_are(self, paces: Sequence[float]) -> None:
        """Reckon with other places at which pieces are made, see `bot.pipeline.estimates.waits`."""
        self._paces = paces

    @property
    def places(self) -> int:
        """Pieces that are made at the same time."""
        return len(self._paces)

    @property
    def waiting(self) -> int:
        """Pieces in the queue."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """Pieces in the making."""
        return len(self._making)

    @property
    def to_compose(self) -> set[int]:
        """Numbers of the pieces that wait to be composed."""
        return {number for number, each in self._waiting.items() if each.state is GenerationState.ACCEPTED}

    @property
    def to_go_on(self) -> Generation | None:
        """The generation that waits longest of those that had their turn: it is composed, or in a worker's hands."""
        return next((each for each in self._waiting.values() if each.state is not GenerationState.ACCEPTED), None)

    def add(self, generation: Generation) -> None:
        """Let a generation wait for its turn."""
        self._waiting[generation.number] = generation

    def note_order(self, order: Sequence[Waiting], making: Iterable[InTheMaking] = ()) -> None:
        """Note in which order pieces will be taken, this bot's and others', and what is in the making elsewhere."""
        self._order = order
        now = time.monotonic()
        # A clock that is wrong makes no piece younger than it is, nor older than it can be.
        self._elsewhere = {
            each.number: now + min(max(work - each.since, 0.0), work)
            for each in making
            for work in [self._speeds.work(each.model, each.seconds)]
        }

    def remove(self, number: int) -> None:
        """Take a generation out that waits; one in the making stays."""
        self._waiting.pop(number, None)

    def begin(self, generation: Generation) -> bool:
        """Have a generation in the making, whose turn it is; False if it does not wait any more."""
        number = generation.number
        if self._waiting.pop(number, None) is None:
            return False
        self._making[number] = generation
        self._begun[number] = time.monotonic()
        self._progress[number] = Queued(0, 0.0)
        return True

    def note_progress(self, number: int, progress: Progress) -> bool:
        """Note how far a generation is; False if it is not in the making."""
        if number in self._begun:
            self._progress[number] = progress
        return number in self._begun

    def finish(self, number: int) -> None:
        """Know nothing of a generation that was in the making."""
        for known in (self._making, self._begun, self._progress):
            known.pop(number, None)

    def progress(self, number: int) -> Progress | None:
        """How far a generation is; None if it is not on the way here."""
        return next((line.progress for line in self.standings() if line.generation.number == number), None)

    def standings(self) -> list[Standing]:
        """Generations in the making, then those that wait, in the order in which they will be taken."""
        ahead = self._in_order()
        begins = waits(self._work_left(), [work for _, work in ahead], self._paces)
        making = [Standing(each, self._progress[number]) for number, each in self._making.items()]
        return making + [
            Standing(self._waiting[number], Queued(place, wait))
            for place, ((number, _), wait) in enumerate(zip(ahead, begins, strict=True), start=1)
            if number in self._waiting
        ]

    def _in_order(self) -> list[tuple[int, float]]:
        """Numbers of the pieces that wait, other bots' among them, and the seconds of work that each will take."""
        begun = [number for number, each in self._waiting.items() if each.state is not GenerationState.ACCEPTED]
        to_compose = [each for each in self._order if each.number not in self._making]
        known = {*begun, *(each.number for each in to_compose)}
        new = [each for number, each in self._waiting.items() if number not in known]
        return [
            *((number, 0.0) for number in begun),
            *((each.number, self._speeds.work(each.model, each.seconds)) for each in to_compose),
            *((each.number, self._work_of(each)) for each in new),
        ]

    def room_in(self) -> float:
        """Seconds until the next waiting piece begins."""
        waiting = (line.progress for line in self.standings())
        return next((progress.wait for progress in waiting if isinstance(progress, Queued) and progress.position), 0.0)

    def _work_left(self) -> list[float]:
        now = time.monotonic()
        ours = [max(self._work_of(each) - (now - self._begun[number]), 0.0) for number, each in self._making.items()]
        others = [max(ends - now, 0.0) for number, ends in self._elsewhere.items() if number not in self]
        return ours + others

    def _work_of(self, generation: Generation) -> float:
        return self._speeds.work(generation.options.model, generation.options.seconds)
