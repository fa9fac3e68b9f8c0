"""How long things take, from how long they took."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_GUESS = 0.12
"""Seconds of work per second of music before anything was measured; on two cores wavenet takes about half of it."""

_WEIGHT = 0.3
"""Weight of the newest measurement in the running mean."""


class Speeds:
    """Seconds of work per second of music, by model: an exponential mean."""

    def __init__(self) -> None:
        self._speeds: dict[str, float] = {}

    def measured(self, model: str, *, music: float, work: float) -> None:
        """Learn from a finished piece of `music` seconds that took `work` seconds."""
        speed = work / music
        self._speeds[model] = speed + (1 - _WEIGHT) * (self._speeds.get(model, speed) - speed)

    def of(self, model: str) -> float | None:
        """What was measured; None before the first piece."""
        return self._speeds.get(model)

    def work(self, model: str, music: float) -> float:
        """Seconds that a piece will take."""
        return music * self._speeds.get(model, FIRST_GUESS)


def waits(left: Iterable[float], works: Iterable[float], workers: int) -> list[float]:
    """Seconds until each of the waiting pieces begins.

    Args:
        left: Seconds of work left of each piece in the making.
        works: Seconds of work of each waiting piece, in the order in which they are taken.
        workers: Number of pieces that are made at the same time, at least 1.
    """
    busy = list(left)
    free = busy + [0.0] * (workers - len(busy))
    heapq.heapify(free)
    begins = []
    for work in works:
        begins.append(free[0])
        heapq.heapreplace(free, free[0] + work)
    return begins
