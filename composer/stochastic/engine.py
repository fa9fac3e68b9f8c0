"""The engine that composes by the laws of chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.engine import Candidate, check_request
from composer.errors import RequestError
from composer.models.choosing import UNFITTED
from composer.models.identity import Identity
from composer.performance import instruments
from composer.performance.timbres import Sliding, timbres_of
from composer.planning.free_plan import plan_free_music
from composer.planning.plan import RELEASE_SECONDS
from composer.stochastic.piece import compose_sounds
from composer.styles.table import STYLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from composer.music.free_score import FreeScore
    from composer.performance.instruments import Instrument
    from composer.planning.plan import Plan
    from composer.request import Request

_FULL = 6
"""Timbres from which on blocks are what is heard first."""


class StochasticEngine:
    """Fills a matrix of timbres and time with sounds; one draw is one piece, so there is nothing to choose from."""

    identity = Identity(
        name="stochastic",
        version=1,
        architecture="laws of chance after Xenakis",
        licence="CC0-1.0",
        styles=("piano", "quartet", "orchestra"),
        honours=frozenset({"instrument", "instrument_sound", "density", "glissandi"}),
    )
    choosing = UNFITTED

    def check(self, request: Request) -> None:
        """Refuse glissandi where nobody can slide; see `Engine`."""
        check_request(self.identity, request)
        instrument = _instrument_of(request)
        if request.glissandi and not _can_slide(instrument):
            raise RequestError(
                f"nothing slides on {instrument.label}; "
                "leave out glissandi, or let a quartet, strings or an orchestra play",
                reason="no_sliding",
                values={"instrument": instrument.name},
            )

    def plan(self, request: Request, _rng: np.random.Generator) -> Plan:
        """Settle nothing but the length; see `Engine`."""
        return plan_free_music(request.seconds - RELEASE_SECONDS)

    def candidates(
        self, request: Request, plan: Plan, rng: np.random.Generator, progress: Callable[[int], None]
    ) -> list[Candidate]:
        """Draw the piece; see `Engine`."""
        instrument = _instrument_of(request)
        glissandi = 1.0 if request.glissandi is None else request.glissandi
        sounds = compose_sounds(
            timbres_of(instrument),
            seconds=request.seconds - RELEASE_SECONDS,
            density=1.0 if request.density is None else request.density,
            glissandi=glissandi if _can_slide(instrument) else 0.0,
            rng=rng,
            progress=lambda share: progress(round(share * plan.bars)),
        )
        return [Candidate(sounds.score, title=_title(sounds.score), remark=sounds.remark)]


def _instrument_of(request: Request) -> Instrument:
    return instruments.find(request.instrument or STYLES[request.style].instrument)


def _title(score: FreeScore) -> str:
    if len(score.timbres) >= _FULL:
        return "Blocks of sound"
    return "Points and glissandi" if any(note.glide for note in score.notes) else "Clouds of points"


def _can_slide(instrument: Instrument) -> bool:
    return any(timbre.sliding is not Sliding.NEVER for timbre in timbres_of(instrument))
