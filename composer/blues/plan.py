"""A blues lasts whole choruses, with a few bars before them: the tempo is found that fills the time so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.blues.chorus import CHORUS
from composer.planning.plan import RELEASE_SECONDS, Plan, plan_piece
from composer.request import FASTEST, SLOWEST

if TYPE_CHECKING:
    import numpy as np

    from composer.request import Request

_INTRODUCTIONS = {0: 0.0, 4: 0.08, 2: 0.12}
"""Bars before the first chorus, and what they cost beside a share of the tempo that is missed."""

_TAILS = (2, 4, 8)
"""Bars of a piece that has no time for a chorus: it is the end of one."""

_SLOWING = 1.86
"""Beats that the ritardando adds to a piece, see `composer.planning.plan`."""


def plan_blues(request: Request, rng: np.random.Generator) -> Plan:
    """Plan as for any style; where the tempo is open, in whole choruses.

    Args:
        request: Options that were asked for.
        rng: Random generator; decides what is not asked for.
    """
    state = rng.bit_generator.state
    plan = plan_piece(request, rng)
    if request.tempo is not None:
        return plan
    beats = plan.metre.bar_ticks / plan.metre.beat_ticks
    minutes = (request.seconds - RELEASE_SECONDS) / 60

    def tempo(bars: int) -> float:
        return (beats * bars + _SLOWING) / minutes

    def cost(bars: int) -> float:
        wanted = plan.beats_per_minute
        missed = max(tempo(bars) / wanted, wanted / tempo(bars)) - 1
        return missed + _INTRODUCTIONS.get(bars % CHORUS, 0.0)

    most = int(plan.bars * 2 // CHORUS + 2)
    options = [CHORUS * whole + over for whole in range(1, most + 1) for over in _INTRODUCTIONS]
    possible = [bars for bars in (*_TAILS, *options) if SLOWEST <= tempo(bars) <= FASTEST]
    if not possible:
        return plan
    rng.bit_generator.state = state
    return plan_piece(replace(request, tempo=tempo(min(possible, key=cost)), metre=plan.metre), rng)
