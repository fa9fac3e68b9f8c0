"""A blues lasts whole choruses, with a few bars before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.blues.chorus import CHORUS
from composer.planning.rounds import plan_rounds
from composer.request import FASTEST, SLOWEST

if TYPE_CHECKING:
    import numpy as np

    from composer.planning.plan import Plan
    from composer.request import Request

_INTRODUCTIONS = {0: 0.0, 4: 0.08, 2: 0.12}
"""Bars before the first chorus, and what they cost beside a share of the tempo that is missed."""

_TAILS = (2, 4, 8)
"""Bars of a piece that has no time for a chorus: it is the end of one."""

_MOST_CHORUSES = 85
"""What five minutes hold at `FASTEST`, in bars of one beat."""


def plan_blues(request: Request, rng: np.random.Generator) -> Plan:
    """Plan as for any style; where the tempo is open, in whole choruses.

    Args:
        request: Options that were asked for.
        rng: Random generator; decides what is not asked for.
    """
    whole = range(CHORUS, CHORUS * _MOST_CHORUSES, CHORUS)
    rounds = {bars + over: cost for bars in whole for over, cost in _INTRODUCTIONS.items()}
    tails = {bars: _INTRODUCTIONS.get(bars % CHORUS, 0.0) for bars in _TAILS}
    return plan_rounds(request, rng, tails | rounds, slowest=SLOWEST, fastest=FASTEST)
