"""Whether boosted trees tell generated pieces from people's, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_FOLDS = 5
_ROUNDS = 3
_SHUFFLES = 1
_TREES = 60
_LEAF = 8
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Tell:
    """What one feature gives away.

    Attributes:
        feature: Name of the feature, see `Description.features`.
        people: Mean of the feature over people's pieces.
        generated: Mean of the feature over generated ones.
        alone: Area under the curve of this feature alone; above 0.5 generated pieces have more of it.
        importance: How much the trees' area shrinks when the feature is shuffled among held-out pieces.
    """

    feature: str
    people: float
    generated: float
    alone: float
    importance: float


@dataclass(frozen=True, slots=True)
class Discrimination:
    """A discriminator's answer.

    Attributes:
        area: Area under its receiver operating characteristic on pieces of works that it was not trained on: 0.5 is
            chance, 1 tells every piece.
        deviation: Standard deviation between rounds of cross-validation.
        interval: The middle 95 per cent of the area where works are drawn anew with replacement (bootstrap).
        gap: Mean over all features of 2 |area - 0.5|, each feature's area by itself: it tells sets apart where trees
            know every piece.
        unlearned: Area of trees that were trained on other engines' pieces; None where there are none.
        tells: Importance of every feature, the most important first.
    """

    area: float
    deviation: float
    interval: tuple[float, float]
    gap: float
    unlearned: float | None
    tells: tuple[Tell, ...]


def discriminate(
    people: Sequence[Mapping[str, float]],
    generated: Sequence[Mapping[str, float]],
    works: Sequence[str],
    *,
    others: Sequence[Mapping[str, float]] = (),
    seed: int = 0,
) -> Discrimination:
    """Train boosted trees to tell the two sets apart, cross-validated by work.

    Args:
        people: Features of each of their pieces.
        generated: Features of each generated piece.
        works: Work of each piece, people's first; those of one work are trained on together or not at all.
        others: Features of pieces by other engines, to train trees on that never saw these.
        seed: Seed of folds and shuffles.
    """
    names = list(people[0])
    values = _table(names, (*people, *generated))
    is_generated = np.array([False] * len(people) + [True] * len(generated))
    rounds = [_cross_validate(values, is_generated, works, seed=seed + at) for at in range(_ROUNDS)]
    areas = [area_under_curve(answers, is_generated) for answers, _ in rounds]
    importances = np.mean([importance for _, importance in rounds], axis=0)
    interval = _bootstrap([answers for answers, _ in rounds], is_generated, works, seed=seed)
    tells = [
        _tell_of(name, values[:, at], is_generated, importance=float(importances[at])) for at, name in enumerate(names)
    ]
    tells.sort(key=lambda tell: -tell.importance)
    return Discrimination(
        area=float(np.mean(areas)),
        deviation=float(np.std(areas)),
        interval=interval,
        gap=float(np.mean([2 * abs(tell.alone - 0.5) for tell in tells])),
        unlearned=_area_unlearned(values, is_generated, works, _table(names, others), seed=seed) if others else None,
        tells=tuple(tells),
    )


def _table(names: Sequence[str], pieces: Sequence[Mapping[str, float]]) -> Numbers:
    return np.array([[piece[name] for name in names] for piece in pieces])


def _bootstrap(
    rounds: Sequence[Numbers], is_generated: NDArray[np.bool_], works: Sequence[str], *, seed: int
) -> tuple[float, float]:
    """The middle 95 per cent of the mean area of the rounds' answers, works drawn with replacement (Efron 1979)."""
    rng = np.random.default_rng(seed)
    _, work = np.unique(works, return_inverse=True)
    members = [np.flatnonzero(work == one) for one in range(work.max() + 1)]
    areas: list[float] = []
    while len(areas) < _RESAMPLES:
        places = np.concatenate([members[one] for one in rng.integers(len(members), size=len(members))])
        if 0 < is_generated[places].sum() < len(places):
            drawn = [area_under_curve(answers[places], is_generated[places]) for answers in rounds]
            areas.append(float(np.mean(drawn)))
    low, high = np.quantile(areas, (0.025, 0.975))
    return float(low), float(high)


def _area_unlearned(
    values: Numbers, is_generated: NDArray[np.bool_], works: Sequence[str], others: Numbers, *, seed: int
) -> float:
    """Area of trees that learned people's other works and other engines' pieces, and never these."""
    answers = np.zeros(len(values))
    for train, held_out in _folds(values, is_generated, works, seed=seed):
        people = values[train][~is_generated[train]]
        trees = _make_trees(seed)
        with threadpool_limits(1):
            trees.fit(np.concatenate([people, others]), np.repeat([False, True], [len(people), len(others)]))
            answers[held_out] = trees.predict_proba(values[held_out])[:, 1]
    return area_under_curve(answers, is_generated)


def _folds(
    values: Numbers, is_generated: NDArray[np.bool_], works: Sequence[str], *, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    folds = GroupKFold(min(_FOLDS, len(set(works))), shuffle=True, random_state=seed)
    yield from folds.split(values, is_generated, works)


def _make_trees(seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=_TREES, min_samples_leaf=_LEAF, class_weight="balanced", random_state=seed
    )


def _cross_validate(
    values: Numbers, is_generated: NDArray[np.bool_], works: Sequence[str], *, seed: int
) -> tuple[Numbers, Numbers]:
    """The answer to each piece when it was held out, and the mean importance of each feature."""
    answers = np.zeros(len(values))
    importances = [np.zeros(values.shape[1])]
    for train, held_out in _folds(values, is_generated, works, seed=seed):
        trees = _make_trees(seed)
        # Its threads wait for each other by spinning: on a busy machine two were ten times slower than one.
        with threadpool_limits(1):
            trees.fit(values[train], is_generated[train])
            answers[held_out] = trees.predict_proba(values[held_out])[:, 1]
            if 0 < is_generated[held_out].sum() < len(held_out):
                importances.append(_measure_importances(trees, values[held_out], is_generated[held_out], seed=seed))
    return answers, np.sum(importances, axis=0) / max(len(importances) - 1, 1)


def _measure_importances(
    trees: HistGradientBoostingClassifier, values: Numbers, is_generated: NDArray[np.bool_], *, seed: int
) -> Numbers:
    """For each feature the area that is lost when it is shuffled among the pieces (Breiman 2001), in one prediction."""
    rng = np.random.default_rng(seed)
    features = values.shape[1]
    spoiled = np.tile(values, (features, _SHUFFLES, 1, 1))
    for feature in range(features):
        for shuffle in range(_SHUFFLES):
            spoiled[feature, shuffle, :, feature] = rng.permutation(values[:, feature])
    answers = trees.predict_proba(spoiled.reshape(-1, features))[:, 1].reshape(features, _SHUFFLES, len(values))
    whole = area_under_curve(trees.predict_proba(values)[:, 1], is_generated)
    return np.array([whole - np.mean([area_under_curve(row, is_generated) for row in rows]) for rows in answers])


def area_under_curve(answers: Numbers, is_generated: NDArray[np.bool_]) -> float:
    """Share of pairs of a generated piece and one by people of which the generated one gets the higher answer."""
    ranks = stats.rankdata(answers)[is_generated]
    generated = len(ranks)
    pairs = generated * (len(answers) - generated)
    return float(ranks.sum() - generated * (generated + 1) / 2) / pairs


def _tell_of(name: str, values: Numbers, is_generated: NDArray[np.bool_], *, importance: float) -> Tell:
    people, generated = values[~is_generated], values[is_generated]
    alone = area_under_curve(values, is_generated)
    return Tell(name, float(people.mean()), float(generated.mean()), alone, importance)
