"""Plans of music that goes round and round: the tempo is found that fills the time with whole rounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.planning.plan import RELEASE_SECONDS, Plan, plan_piece

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from composer.request import Request

_SLOWING = 1.86
"""Beats that the ritardando adds to a piece, see `composer.planning.plan`."""


def plan_rounds(
    request: Request, rng: np.random.Generator, choices: Mapping[int, float], *, slowest: float, fastest: float
) -> Plan:
    """Plan as for any style; where the tempo is open, with one of some numbers of bars.

    Args:
        request: Options that were asked for.
        rng: Random generator; decides what is not asked for.
        choices: Numbers of bars, and what each costs beside a share of the tempo that is missed.
        slowest: Felt beats a minute below which no piece is planned, where there is a choice.
        fastest: Those above which none is.
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
        wanted = min(max(plan.beats_per_minute, slowest), fastest)
        return max(tempo(bars) / wanted, wanted / tempo(bars)) - 1 + choices[bars]

    possible = [bars for bars in choices if slowest <= tempo(bars) <= fastest]
    if not possible:
        return plan
    rng.bit_generator.state = state
    return plan_piece(replace(request, tempo=tempo(min(possible, key=cost)), metre=plan.metre), rng)
