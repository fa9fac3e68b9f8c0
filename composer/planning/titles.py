"""A name for a piece, so that people can talk about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.music.score import Metre, Mode
from composer.styles.table import STYLES
from composer.titles import join_title

if TYPE_CHECKING:
    from composer.planning.plan import Plan

_SLOW, _FAST = 76.0, 112.0
_DENSE = 5
_TRIPLE = {Metre(3, 4), Metre(3, 8)}
_COMPOUND = frozenset({6, 9, 12})
"""Numerators of metres in which a beat has three units."""

_MARCHED = {Metre(2, 4), Metre(4, 4), Metre(2, 2)}
"""Metres that two feet can keep."""


def make_title(plan: Plan, *, style: str, density: int) -> str:
    """The title, after form and key: "Nocturne in E flat major".

    Args:
        plan: Plan of the piece.
        style: Style that was asked for.
        density: Density class of the piece.
    """
    return join_title(STYLES[style].title or _form(plan, density), plan.key)


def _form(plan: Plan, density: int) -> str:
    if plan.beats_per_minute < _SLOW:
        minor, major = "Elegy", "Nocturne"
        if plan.metre.numerator in _COMPOUND:
            minor = major = "Barcarolle"
    elif plan.metre in _TRIPLE:
        minor, major = ("Waltz", "Waltz") if plan.beats_per_minute >= _FAST else ("Mazurka", "Minuet")
    elif plan.metre.numerator in _COMPOUND:
        minor = major = "Gigue" if plan.beats_per_minute >= _FAST else "Pastorale"
    elif density >= _DENSE:
        minor = major = "Toccata" if plan.beats_per_minute >= _FAST else "Étude"
    elif plan.metre == Metre(2, 4) or plan.beats_per_minute >= _FAST:
        minor, major = "Capriccio", "March" if plan.metre in _MARCHED else "Capriccio"
    else:
        minor, major = "Prelude", "Romance"
    return minor if plan.key.mode is Mode.MINOR else major
