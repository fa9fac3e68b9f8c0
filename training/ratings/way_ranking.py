"""The first way to learn, ranking: another choice among candidates, and other odds for what a request leaves open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.decoding.ranking import JUDGED_ANYWAY
from composer.models.card import changed
from composer.models.learned_preferences import FARTHEST
from training.ratings.taste import CHOICES

if TYPE_CHECKING:
    from composer.models.card import ModelCard
    from training.ratings.taste import TasteModel

TILT = 0.5
"""How many times exp(liking) what is left open becomes as likely. At 1 nearly all pieces would be of the liked kind."""


def with_taste(card: ModelCard, taste: TasteModel) -> ModelCard:
    """A card that chooses by a taste as well: among candidates, and by its odds for mode, tempo, density and intervals.

    Both are products of experts: a candidate's cost is the logarithm of the odds that a machine composed it, from
    which those that it is liked are taken; a choice becomes as much likelier as it is liked. What is liked adds up
    from round to round, and only so far.
    """
    old, weights = card.choosing.preferences, taste.weights
    measures = dict(old.measures)
    for name, weight in sorted(weights.items()):
        if name not in JUDGED_ANYWAY.union(CHOICES) and (name in measures or weight):
            measures[name] = _bound(measures.get(name, 0.0) + weight)
    preferences = replace(
        old,
        minor=_bound(old.minor + TILT * weights.get("minor", 0.0)),
        tempo=_bound(old.tempo + TILT * weights.get("tempo", 0.0)),
        density=_bound(old.density + TILT * weights.get("density", 0.0)),
        leaps=_bound(old.leaps + TILT * weights.get("melody_step", 0.0)),
        measures=measures,
    )
    return changed(card, preferences=preferences)


def _bound(value: float) -> float:
    return round(min(max(value, -FARTHEST), FARTHEST), 4)
