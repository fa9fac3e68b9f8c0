"""Pieces of the grammar before anybody plays them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.grammar.draft import write
from composer.grammar.lots import Lots
from composer.planning.plan import Plan, plan_piece
from composer.request import Request

if TYPE_CHECKING:
    from composer.grammar.writing import FourPartPiece

STYLES = ("piano", "quartet", "choir")


def planned(style: str, *, seed: int, **options) -> Plan:
    """The plan of a request."""
    request = Request(**{"style": style, "seed": seed, "seconds": 60, **options})
    return plan_piece(request, np.random.default_rng(seed))


def written(style: str, *, seed: int, creativity: float = 0.5, **options) -> FourPartPiece:
    """One piece in four parts."""
    return write(planned(style, seed=seed, **options), style, Lots(np.random.default_rng(seed), creativity))
