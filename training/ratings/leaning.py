"""The first way to learn: another choice among candidates, and other odds for what a request leaves open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.leanings import FARTHEST, Leanings
from composer.ranking import JUDGED_ANYWAY
from training.ratings.taste import CHOICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.card import ModelCard
    from training.ratings.taste import Taste

TILT = 0.5
"""How many times exp(liking) what is left open becomes as likely. At 1 nearly all pieces would be of the liked kind."""

_HEAVIEST = 2.0
"""Most that a deviation of a measure may cost or save a candidate for being liked, in nats."""


def leaned(card: ModelCard, taste: Taste) -> ModelCard:
    """A card that chooses by a taste as well: its weights in the ranking, its odds for mode, tempo and density.

    Both are products of experts: a candidate's cost is the logarithm of the odds that a machine composed it, from
    which those that it is liked are taken; a choice becomes as much likelier as it is liked.
    """
    return replace(card, ranking=_ranking(card, taste.weights), leanings=_leanings(card.leanings, taste.weights))


def _ranking(card: ModelCard, weights: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    measures = {name for profile in card.profiles.values() for name in profile} - JUDGED_ANYWAY
    # Without fitted weights every measure costs its square alike; see `composer.ranking.cost_of`.
    old = card.ranking or dict.fromkeys(sorted(measures), (0.0, 1 / max(len(measures), 1)))
    liked = {name: weight for name, weight in weights.items() if name not in JUDGED_ANYWAY.union(CHOICES)}
    found = {name: old.get(name, (0.0, 0.0)) for name in sorted(old.keys() | liked.keys())}
    return {
        name: (round(plain - _bounded(liked.get(name, 0.0), _HEAVIEST), 4), square)
        for name, (plain, square) in found.items()
    }


def _leanings(old: Leanings, weights: Mapping[str, float]) -> Leanings:
    return replace(
        old,
        minor=_bounded(old.minor + TILT * weights.get("minor", 0.0), FARTHEST),
        tempo=_bounded(old.tempo + TILT * weights.get("tempo", 0.0), FARTHEST),
        density=_bounded(old.density + TILT * weights.get("density", 0.0), FARTHEST),
    )


def _bounded(value: float, most: float) -> float:
    return round(min(max(value, -most), most), 4)
