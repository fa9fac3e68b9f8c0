"""An engine without network and file: one chord, held from the beginning to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.engine import Candidate, check_request
from composer.models.choosing import UNFITTED
from composer.models.identity import Identity
from composer.music.score import Mode, Note, Part, Score
from composer.planning.plan import plan_piece

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from composer.planning.plan import Plan
    from composer.request import Request

THIRDS = {Mode.MAJOR: 4, Mode.MINOR: 3}


class Drone:
    """Holds the tonic's triad."""

    identity = Identity(
        name="drone",
        version=1,
        architecture="held chord",
        licence="CC0-1.0",
        styles=("piano",),
        honours=frozenset({"instrument", "instrument_sound", "key", "metre", "tempo"}),
    )
    choosing = UNFITTED

    def check(self, request: Request) -> None:
        check_request(self.identity, request)

    def plan(self, request: Request, rng: np.random.Generator) -> Plan:
        return plan_piece(request, rng)

    def candidates(
        self, _request: Request, plan: Plan, _rng: np.random.Generator, progress: Callable[[int], None]
    ) -> list[Candidate]:
        for bar in range(1, plan.bars + 1):
            progress(bar)
        return [Candidate(held_chord(plan))]


def held_chord(plan: Plan) -> Score:
    """The tonic's triad, as long as the piece."""
    root = 60 + plan.key.tonic
    length = plan.bars * plan.metre.bar_ticks
    notes = (Note(0, length, root + above, 70, Part.MELODY) for above in (0, THIRDS[plan.key.mode], 7))
    return Score(tuple(notes), plan.metre, plan.bars, plan.key, plan.tempos)
