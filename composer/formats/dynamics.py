"""How loud notes are by the dynamics written over them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MEZZO_FORTE = 75
VELOCITIES = {
    "pppp": 25, "ppp": 30, "pp": 40, "p": 52, "mp": 64, "mf": MEZZO_FORTE, "f": 88, "ff": 101, "fff": 112, "ffff": 115,
}  # fmt: skip
"""Velocity of each dynamic, about evenly from the softest to the loudest that tokens hold."""

_LASTING = {"fp": "p", "sfp": "p", "sfpp": "pp", "ffp": "p"}
"""What stays of a dynamic that is loud for one note only."""


def velocities_at(marks: Iterable[tuple[int, str | None]]) -> Callable[[int], int]:
    """The velocity that holds at each tick; marks that name no loudness of their own change nothing.

    Of marks at one tick the last holds.
    """
    lasting = ((at, _LASTING.get(name or "", name or "")) for at, name in marks)
    known = sorted(((at, VELOCITIES[name]) for at, name in lasting if name in VELOCITIES), key=lambda mark: mark[0])
    times = [at for at, _ in known]

    def at(tick: int) -> int:
        place = bisect_right(times, tick) - 1
        return known[place][1] if place >= 0 else MEZZO_FORTE

    return at
