"""Weights with which the best of several candidates is chosen, fitted to tell people's pieces from a model's own.

Logistic regression on how far the measures of both are from what is usual finds what gives a machine away. That is not
the same in every style: a model that plays too few notes at once in choir music may play enough of them on the piano.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.utils.class_weight import compute_sample_weight

from composer.card import EVERY_STYLE
from composer.conditions import KINDS_OF_PIANO, STYLES
from composer.ranking import JUDGED_ANYWAY, cost_of
from training.rivals import FEWEST_PIECES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from training.rivals import Example

    Weights = Mapping[str, tuple[float, float]]

_STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Inverse strengths of regularisation that are tried."""

_FEWEST_OF_A_FAMILY = 12
"""Pieces; on fewer no weights are fitted for themselves."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights and how well they do on pieces that they were not fitted on.

    Attributes:
        weights: For `ModelCard.ranking`.
        strength: Of `_STRENGTHS`, the one that did best.
        auc: "before" and "after": how well the costs tell people's stretches from candidates; 0.5 is not at all.
        picked: "first", "before" and "after": how well boosted trees tell people's stretches from the candidate that is
            picked so; what is harder to tell is better.
        examples: Their number.
    """

    weights: dict[str, tuple[float, float]]
    strength: float
    auc: dict[str, float]
    picked: dict[str, float]
    examples: int


def fit_by_family(found: Sequence[Example]) -> dict[str, Fitted]:
    """Fit the weights on all examples, as those of `EVERY_STYLE`, and on those of each family that has enough.

    A family is a style, or all kinds of piano music; it goes by its name or by `STYLES[0]`.
    """
    families: dict[str, list[Example]] = {EVERY_STYLE: list(found)}
    for example in found:
        families.setdefault(family_of(example.style), []).append(example)
    return {name: fit(own) for name, own in families.items() if name == EVERY_STYLE or _enough(own)}


def family_of(style: str) -> str:
    """The family of a style, see `fit_by_family`."""
    return STYLES[0] if style in KINDS_OF_PIANO else style


def _enough(found: Sequence[Example]) -> bool:
    return len({example.piece for example in found}) >= _FEWEST_OF_A_FAMILY


def fit(found: Sequence[Example]) -> Fitted:
    """Fit the weights, and measure them on pieces left out in turn."""
    found = _telling(found)
    names = sorted(found[0].human)
    folds = _folds(found)
    losses = {
        strength: np.mean([_loss(left_out, _weights(learned, names, strength)) for learned, left_out in folds])
        for strength in _STRENGTHS
    }
    strength = min(losses, key=lambda one: losses[one])
    return Fitted(
        weights=_weights(found, names, strength),
        strength=strength,
        auc={
            "before": _mean(_auc(left_out, {}) for _, left_out in folds),
            "after": _mean(_auc(left_out, _weights(learned, names, strength)) for learned, left_out in folds),
        },
        picked=_picked(folds, names, strength),
        examples=len(found),
    )


def _telling(found: Sequence[Example]) -> list[Example]:
    """Only the measures that every profile has and in which candidates differ: others cannot say which is the best.

    Nor those that `composer.ranking` judges whatever the weights are: a person's rest of some bars is no reason to
    prefer a machine's silence.
    """
    candidates = [own for example in found for own in example.candidates]
    shared = set.intersection(*(set(own) for own in candidates))
    differing = {name for name in shared if len({own[name] for own in candidates}) > 1}
    names = differing - JUDGED_ANYWAY

    def cut(far: Mapping[str, float]) -> dict[str, float]:
        return {name: value for name, value in far.items() if name in names}

    return [replace(one, human=cut(one.human), candidates=tuple(map(cut, one.candidates))) for one in found]


def _folds(found: Sequence[Example]) -> list[tuple[list[Example], list[Example]]]:
    """(to learn from, left out), each piece left out once."""
    splits = GroupKFold(FEWEST_PIECES).split(found, groups=[example.piece for example in found])
    return [([found[place] for place in learned], [found[place] for place in out]) for learned, out in splits]


def _mean(values: Iterable[float]) -> float:
    return round(float(np.mean(list(values))), 4)


def _loss(found: Sequence[Example], weights: Weights) -> float:
    """Mean logistic loss of preferring a person's stretch to the candidates beside it (Bradley and Terry 1952)."""
    ahead = [cost_of(one.human, weights) - cost_of(own, weights) for one in found for own in one.candidates]
    return float(np.logaddexp(0, ahead).mean())


def _auc(found: Sequence[Example], weights: Weights) -> float:
    """How well the costs tell people's stretches, which should be cheap, from all candidates."""
    people = [cost_of(example.human, weights) for example in found]
    composed = [cost_of(own, weights) for example in found for own in example.candidates]
    return _separation(people, composed)


def _separation(people: Sequence[float], composed: Sequence[float]) -> float:
    """Chance that a composed piece has the higher value of the two, half of a draw counted."""
    return float(roc_auc_score([False] * len(people) + [True] * len(composed), [*people, *composed]))


def _picked(
    folds: Sequence[tuple[Sequence[Example], Sequence[Example]]], names: Sequence[str], strength: float
) -> dict[str, float]:
    """See `Fitted.picked`; judged by trees that saw neither the left-out pieces nor the weights."""
    found: dict[str, list[float]] = {"first": [], "before": [], "after": []}
    for learned, left_out in folds:
        rows, composed = _labelled(learned)
        # Not scikit-learn's faster kind, whose threads wait for each other: on busy cores minutes instead of seconds.
        trees = GradientBoostingClassifier(random_state=0)
        trees.fit(_table(rows, names), composed, sample_weight=compute_sample_weight("balanced", composed))
        people = _doubts(trees, [example.human for example in left_out], names)
        rules = {"before": {}, "after": _weights(learned, names, strength)}
        picks = {"first": [example.candidates[0] for example in left_out]} | {
            rule: [min(example.candidates, key=partial(cost_of, weights=weights)) for example in left_out]
            for rule, weights in rules.items()
        }
        for rule, chosen in picks.items():
            found[rule].append(_separation(people, _doubts(trees, chosen, names)))
    return {rule: _mean(values) for rule, values in found.items()}


def _doubts(
    trees: GradientBoostingClassifier, rows: Sequence[Mapping[str, float]], names: Sequence[str]
) -> list[float]:
    """How likely each is to be composed, to the trees."""
    chances: list[float] = trees.predict_proba(_table(rows, names))[:, 1].tolist()
    return chances


def _labelled(found: Sequence[Example]) -> tuple[list[Mapping[str, float]], list[bool]]:
    """All stretches and pieces, and whether each was composed."""
    rows: list[Mapping[str, float]] = [row for example in found for row in (example.human, *example.candidates)]
    return rows, [place > 0 for example in found for place in range(1 + len(example.candidates))]


def _weights(found: Sequence[Example], names: Sequence[str], strength: float) -> dict[str, tuple[float, float]]:
    """Costs of each distance and its square: the logarithm of the odds that a machine composed it."""
    rows, composed = _labelled(found)
    values = _table(rows, names)
    deviations = np.maximum(values.std(axis=0), 1e-9)
    regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000)
    regression.fit((values - values.mean(axis=0)) / deviations, composed)
    plain, square = np.split(regression.coef_[0] / deviations, 2)
    return {name: (round(float(a), 4), round(float(b), 4)) for name, a, b in zip(names, plain, square, strict=True)}


def _table(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> NDArray[np.float64]:
    """Distances, then their squares."""
    far = np.array([[row[name] for name in names] for row in rows])
    return np.hstack([far, far**2])


def told(found: Mapping[str, Fitted], *, candidates: int) -> str:
    """What was found, in lines for a terminal."""
    lines = [
        f"{found[EVERY_STYLE].examples} stretches of people's pieces, {candidates} candidates beside each",
        "areas under the curve: the costs, people against candidates; and boosted trees, people against the one picked",
        f"{'':10} {'stretches':>9} {'costs before':>12} {'after':>6} {'trees first':>12} {'before':>6} {'after':>6}",
    ]
    for name, fitted in found.items():
        auc, picked = fitted.auc, fitted.picked
        areas = f"{auc['before']:12.3f} {auc['after']:6.3f} {picked['first']:12.3f} {picked['before']:6.3f}"
        lines.append(f"{name:10} {fitted.examples:9} {areas} {picked['after']:6.3f}")
    for name, fitted in found.items():
        heaviest = sorted(fitted.weights.items(), key=lambda item: -max(map(abs, item[1])))
        lines += [
            f"{name}: weights (C = {fitted.strength}) of each distance and of its square",
            *(f"{measure:18} {plain:+.3f} {square:+.3f}" for measure, (plain, square) in heaviest),
        ]
    return "\n".join(lines)
