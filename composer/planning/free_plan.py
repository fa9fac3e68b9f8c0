"""The plan of music without metre: nothing is settled but its length."""

from __future__ import annotations

from composer.music.free_score import KEY, METRE, Clock
from composer.planning.plan import Plan
from composer.tokens.conditions import Conditions


def plan_free_music(seconds: float) -> Plan:
    """The plan of music that sounds for so many seconds; its bars only measure time, see `Clock`."""
    clock = Clock(seconds)
    return Plan(
        metre=METRE,
        bars=clock.bars,
        key=KEY,
        beats_per_minute=0.0,
        tempos=(clock.tempo,),
        conditions=Conditions(),
        free=True,
    )
