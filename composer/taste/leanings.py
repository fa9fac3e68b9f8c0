"""A taste as what it does: other odds for what a request leaves open, and another choice among candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.decoding.ranking import JUDGED_ANYWAY
from composer.models.learned_preferences import FARTHEST, LearnedPreferences
from composer.taste.traits import CHOICES, MINOR, TEMPO

if TYPE_CHECKING:
    from collections.abc import Mapping

TILT = 0.5
"""How many times exp(liking) what is left open becomes as likely. At 1 nearly all pieces would be of the liked kind."""


def preferences_of(weights: Mapping[str, float]) -> LearnedPreferences:
    """Preferences of a taste, both products of experts.

    A candidate's cost is the logarithm of the odds that a machine composed it, from which those that it is liked are
    taken; a choice becomes as much likelier as it is liked.

    Args:
        weights: Trait of `traits.piece_traits` -> what it adds to the logarithm of the odds of a thumb up.
    """
    measures = {
        name: bounded(weight)
        for name, weight in sorted(weights.items())
        if weight and name not in JUDGED_ANYWAY.union(CHOICES)
    }
    return LearnedPreferences(
        minor=bounded(TILT * weights.get(MINOR, 0.0)),
        tempo=bounded(TILT * weights.get(TEMPO, 0.0)),
        density=bounded(TILT * weights.get("density", 0.0)),
        leaps=bounded(TILT * weights.get("melody_step", 0.0)),
        measures=measures,
    )


def bounded(value: float) -> float:
    """A leaning as it may be, in four decimals."""
    return round(min(max(value, -FARTHEST), FARTHEST), 4)
