"""How long things take, from how long they took."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FIRST_GUESS = 0.12
"""Seconds of work per second of music before anything was measured; on two cores wavenet takes about half of it."""

_WEIGHT = 0.3
"""Weight of the newest measurement in the running mean."""


class Speeds:
    """Seconds of work per second of music, by model: an exponential mean."""

    def __init__(self) -> None:
        self._speeds: dict[str, float] = {}
        self._told: Mapping[str, float] = {}

    def measured(self, model: str, *, music: float, work: float) -> None:
        """Learn from a finished piece of `music` seconds that took `work` seconds."""
        speed = work / music
        self._speeds[model] = speed + (1 - _WEIGHT) * (self._speeds.get(model, speed) - speed)

    def told(self, speeds: Mapping[str, float]) -> None:
        """Go by what was measured elsewhere from now on, wherever it was."""
        self._told = speeds

    def all(self) -> dict[str, float]:
        """What was measured here of each model."""
        return dict(self._speeds)

    def of(self, model: str) -> float | None:
        """What was measured; None before the first piece."""
        return self._told.get(model, self._speeds.get(model))

    def work(self, model: str, music: float) -> float:
        """Seconds that a piece will take."""
        return music * (self.of(model) or FIRST_GUESS)


def waits(left: Sequence[float], works: Iterable[float], paces: Sequence[float]) -> list[float]:
    """Seconds until each of the waiting pieces begins.

    Args:
        left: Seconds of work left of each piece in the making.
        works: Seconds of work of each waiting piece, in the order in which they are taken.
        paces: Of each place at which a piece is made, how much longer work takes there than here; at least one.
    """
    # Who is before others counts as the busy one: nobody knows who has which piece, and the first have most.
    free = [(left[place] if place < len(left) else 0.0, pace) for place, pace in enumerate(paces)]
    heapq.heapify(free)

    def begin(work: float) -> float:
        begins, pace = free[0]
        heapq.heapreplace(free, (begins + work * pace, pace))
        return begins

    for ahead in left[len(paces) :]:
        begin(ahead)
    return [begin(work) for work in works]
