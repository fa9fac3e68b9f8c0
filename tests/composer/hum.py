"""An engine whose pieces are sound: one tone, hummed from the beginning to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.audio.mu_law import SAMPLE_RATE, to_levels
from composer.engine import Candidate, check_request
from composer.models.choosing import UNFITTED
from composer.models.identity import Identity
from composer.music.free_score import KEY, METRE, Clock, FreeScore
from composer.planning.plan import Plan
from composer.tokens.conditions import Conditions

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.request import Request

HERTZ = 440.0


class Hum:
    """Hums; the seed decides how loudly."""

    identity = Identity(
        name="hum",
        version=1,
        architecture="one tone",
        licence="CC0-1.0",
        styles=("piano",),
        honours=frozenset(),
        shortest=5,
        longest=15,
    )
    choosing = UNFITTED

    def check(self, request: Request) -> None:
        check_request(self.identity, request)

    def plan(self, request: Request, _rng: np.random.Generator) -> Plan:
        clock = Clock(request.seconds)
        return Plan(METRE, clock.bars, KEY, 0.0, (clock.tempo,), Conditions(), free=True)

    def candidates(
        self, request: Request, plan: Plan, rng: np.random.Generator, progress: Callable[[int], None]
    ) -> list[Candidate]:
        progress(plan.bars)
        time = np.arange(round(request.seconds * SAMPLE_RATE)) / SAMPLE_RATE
        tone = (0.3 + 0.1 * rng.random()) * np.sin(2 * np.pi * HERTZ * time)
        score = FreeScore.of((), seconds=request.seconds, timbres=())
        return [Candidate(score, title="Hum", remark="440 Hz", sound=to_levels(tone))]
