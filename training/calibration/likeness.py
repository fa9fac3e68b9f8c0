"""How like people's pieces those are that are taken from a model's candidates by one rule or another."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy import special
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.utils.class_weight import compute_sample_weight

from composer.decoding.ranking import cost_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from numpy.typing import NDArray

    from training.calibration.paired_pieces import HeldOutExample

    Weights = Mapping[str, tuple[float, float]]
    Folds = Sequence[tuple[Sequence[HeldOutExample], Sequence[HeldOutExample]]]

_Rule = TypeVar("_Rule", bound="Hashable")

TINY = 1e-9
"""Deviations are at least this, so that they can be divided by."""


def choice_chances(example: HeldOutExample, weights: Weights | None) -> list[float]:
    """Chance of each candidate to be taken: the first without weights, the cheapest where they are empty, or by lot."""
    number = len(example.candidates)
    if weights is None:
        return [1.0] + [0.0] * (number - 1)
    costs = [cost_of(own, weights) + forfeit for own, forfeit in zip(example.candidates, example.forfeits, strict=True)]
    if not weights:
        cheapest = costs.index(min(costs))
        return [float(place == cheapest) for place in range(number)]
    drawn: list[float] = special.softmax(np.negative(costs)).tolist()
    return drawn


def likeness_gap(
    folds: Folds, more: NDArray[np.float64], names: Sequence[str], rules: Sequence[Weights | None]
) -> float:
    """See `training.calibration.fit_ranking.Fitted`.

    Args:
        folds: (learned from, left out).
        more: Further rows of people's pieces.
        names: Names of the measures.
        rules: Weights of each fold by which candidates beside the pieces left out are taken, see `choice_chances`.
    """
    left_out = [(example, weights) for (_, out), weights in zip(folds, rules, strict=True) for example in out]
    people = np.vstack([likeness_table([example.human for example, _ in left_out], names), more])
    taken = np.mean(
        [choice_chances(example, weights) @ likeness_table(example.candidates, names) for example, weights in left_out],
        axis=0,
    )
    deviations = np.maximum(people.std(axis=0), TINY)
    return round(float(np.abs((taken - people.mean(axis=0)) / deviations).mean()), 4)


def _measure_separation(people: Sequence[float], composed: Sequence[float], likely: Sequence[float]) -> float:
    """Chance that a composed piece, as likely as it is to be taken, has the higher value of the two."""
    labels = [False] * len(people) + [True] * len(composed)
    return float(roc_auc_score(labels, [*people, *composed], sample_weight=[*([1.0] * len(people)), *likely]))


def told_apart(
    folds: Folds, names: Sequence[str], rules: Mapping[_Rule, Sequence[Weights | None]]
) -> dict[_Rule, float]:
    """See `fit_ranking.Fitted`; judged by trees that saw neither the left-out pieces nor the weights."""
    found: dict[_Rule, list[float]] = {rule: [] for rule in rules}
    for fold, (learned, left_out) in enumerate(folds):
        rows, composed = _label_pieces(learned)
        # Not scikit-learn's faster kind, whose threads wait for each other: on busy cores minutes instead of seconds.
        trees = GradientBoostingClassifier(random_state=0)
        trees.fit(likeness_table(rows, names), composed, sample_weight=compute_sample_weight("balanced", composed))
        people = _doubts_of_trees(trees, [example.human for example in left_out], names)
        candidates = _doubts_of_trees(trees, [own for example in left_out for own in example.candidates], names)
        for rule, by_fold in rules.items():
            likely = [chance for example in left_out for chance in choice_chances(example, by_fold[fold])]
            found[rule].append(_measure_separation(people, candidates, likely))
    return {rule: round(float(np.mean(values)), 4) for rule, values in found.items()}


def _doubts_of_trees(
    trees: GradientBoostingClassifier, rows: Sequence[Mapping[str, float]], names: Sequence[str]
) -> list[float]:
    """How likely each is to be composed, to the trees."""
    doubts: list[float] = trees.predict_proba(likeness_table(rows, names))[:, 1].tolist()
    return doubts


def _label_pieces(found: Sequence[HeldOutExample]) -> tuple[list[Mapping[str, float]], list[bool]]:
    """All stretches and pieces, and whether each was composed."""
    rows: list[Mapping[str, float]] = [row for example in found for row in (example.human, *example.candidates)]
    return rows, [place > 0 for example in found for place in range(1 + len(example.candidates))]


def likeness_table(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> NDArray[np.float64]:
    """Distances, then their squares; shape (rows, twice the names)."""
    far = np.array([[row[name] for name in names] for row in rows]).reshape(len(rows), len(names))
    return np.hstack([far, far**2])
