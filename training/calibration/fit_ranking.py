"""Weights by which one of several candidates is drawn, fitted so that what is drawn is as people's pieces are.

A model's candidates differ from people's pieces in the mean, and by how much is not the same in every style. To choose
always the one that is most like people's would overshoot: pieces whose melodies do not reach far enough would be
followed by ones that reach too far. So a candidate is drawn with a chance of exp(-cost), and the costs are those with
which what is drawn has people's means and mean squares: of all ways to that the one that leaves the model's own
distribution least (the principle of maximum entropy, Jaynes 1957; as an exponential family Berger, Della Pietra and
Della Pietra 1996, "A Maximum Entropy Approach to Natural Language Processing").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special
from sklearn.model_selection import GroupKFold

from composer.decoding.ranking import JUDGED_ANYWAY
from composer.models.choosing import EVERY_STYLE
from composer.styles.table import KINDS_OF_PIANO, PIANO
from training.calibration import likeness
from training.calibration.paired_pieces import FEWEST_PIECES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.calibration.likeness import Weights
    from training.calibration.paired_pieces import HeldOutExample, Stretch

_STRENGTHS = (0.03, 0.1, 0.3, 1.0)
"""Strengths of regularisation that are tried: the gap in deviations that a weight of 1 leaves."""

_ALIKE = 0.15
"""Area by which two strengths differ by chance, times the root of the number of examples. Of those that differ by less
the strongest is taken (Breiman et al. 1984, the rule of one standard error): the weakest fits what it has seen."""

_FIRST, _BEFORE, _AFTER = "first", "before", "after"

_MOST = 2.0
"""Nats for a deviation: what no candidate has enough of shall not outweigh everything else."""

_FEWEST_OF_A_FAMILY = 12
"""Pieces; on fewer no weights are fitted for themselves."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights and how well they do on pieces that they were not fitted on.

    Attributes:
        weights: Weights for `Choosing.ranking`.
        strength: The largest of `_STRENGTHS` with which they are hardest to tell, or all but hardest.
        gap: "first", "before" and "after": mean difference, over measures and their squares, of the candidates that
            come first, are picked without fitted weights, or are drawn with them from people's stretches, in
            deviations.
        told: Three figures again: how well boosted trees tell people's stretches from these candidates. What is harder
            to tell is better, and 0.5 is not at all.
        examples: Number of examples.
    """

    weights: dict[str, tuple[float, float]]
    strength: float
    gap: dict[str, float]
    told: dict[str, float]
    examples: int


def fit_by_family(found: Sequence[HeldOutExample], others: Sequence[Stretch] = ()) -> dict[str, Fitted]:
    """Fit the weights on all examples, as those of `EVERY_STYLE`, and on those of each family that has enough.

    A family is a style, or all kinds of piano music; it goes by its name or by `PIANO`.

    Args:
        found: What a model composed beside people's pieces.
        others: More of people's, so that their means are less a matter of chance.
    """
    families: dict[str, tuple[list[HeldOutExample], list[Stretch]]] = {EVERY_STYLE: (list(found), list(others))}
    for example in found:
        families.setdefault(family_of(example.style), ([], []))[0].append(example)
    for stretch in others:
        families.setdefault(family_of(stretch.style), ([], []))[1].append(stretch)
    return {
        name: fit_weights(own, more) for name, (own, more) in families.items() if name == EVERY_STYLE or _is_enough(own)
    }


def family_of(style: str) -> str:
    """The family of a style, see `fit_by_family`."""
    return PIANO if style in KINDS_OF_PIANO else style


def _is_enough(found: Sequence[HeldOutExample]) -> bool:
    return len({example.piece for example in found}) >= _FEWEST_OF_A_FAMILY


def fit_weights(
    found: Sequence[HeldOutExample], others: Sequence[Stretch] = (), *, unweighed: frozenset[str] = JUDGED_ANYWAY
) -> Fitted:
    """Fit the weights, and measure them on pieces left out in turn; see `fit_by_family`.

    Args:
        found: What a model composed beside people's pieces.
        others: More of people's.
        unweighed: Measures that get no weights. What `composer.decoding.ranking` judges whatever the weights are need
            none: a person's rest of some bars is no reason to prefer a machine's silence.
    """
    found = _keep_telling_measures(found, unweighed)
    names = sorted(found[0].human)
    more = likeness.likeness_table([stretch.human for stretch in others if set(names) <= set(stretch.human)], names)
    folds = _leave_one_out(found)
    none: list[Weights | None] = [None] * len(folds)
    plain: list[Weights | None] = [{}] * len(folds)
    fitted = {
        strength: [_fit_weights(learned, more, names, strength) for learned, _ in folds] for strength in _STRENGTHS
    }
    told = likeness.told_apart(folds, names, {_FIRST: none, _BEFORE: plain, **fitted})
    most = min(told[one] for one in _STRENGTHS) + _ALIKE / len(found) ** 0.5
    strength = max(one for one in _STRENGTHS if told[one] <= most)
    return Fitted(
        weights=_fit_weights(found, more, names, strength),
        strength=strength,
        gap={
            _FIRST: likeness.likeness_gap(folds, more, names, none),
            _BEFORE: likeness.likeness_gap(folds, more, names, plain),
            _AFTER: likeness.likeness_gap(folds, more, names, fitted[strength]),
        },
        told={_FIRST: told[_FIRST], _BEFORE: told[_BEFORE], _AFTER: told[strength]},
        examples=len(found),
    )


def _keep_telling_measures(found: Sequence[HeldOutExample], unweighed: frozenset[str]) -> list[HeldOutExample]:
    """Only the measures that every profile has and in which candidates differ: others cannot say which is the best."""
    candidates = [own for example in found for own in example.candidates]
    shared = set.intersection(*(set(own) for own in candidates))
    differing = {name for name in shared if len({own[name] for own in candidates}) > 1}
    names = differing - unweighed

    def cut(far: Mapping[str, float]) -> dict[str, float]:
        return {name: value for name, value in far.items() if name in names}

    return [replace(one, human=cut(one.human), candidates=tuple(map(cut, one.candidates))) for one in found]


def _leave_one_out(found: Sequence[HeldOutExample]) -> list[tuple[list[HeldOutExample], list[HeldOutExample]]]:
    """(to learn from, left out), each piece left out once."""
    splits = GroupKFold(FEWEST_PIECES).split(found, groups=[example.piece for example in found])
    return [([found[place] for place in learned], [found[place] for place in out]) for learned, out in splits]


def _fit_weights(
    found: Sequence[HeldOutExample], more: NDArray[np.float64], names: Sequence[str], strength: float
) -> dict[str, tuple[float, float]]:
    """Costs of each distance and its square, in nats, with which what is drawn has people's means.

    The minimum of a convex function, the regularised dual of maximum entropy: its gradient is how far people's means
    are above those of what is drawn.
    """
    people = np.vstack([likeness.likeness_table([example.human for example in found], names), more])
    composed = np.stack([likeness.likeness_table(example.candidates, names) for example in found])
    forfeits = np.array([example.forfeits for example in found])
    units = np.maximum(np.maximum(composed.std(axis=(0, 1)), people.std(axis=0)), likeness.TINY)
    candidates, wanted = composed / units, people.mean(axis=0) / units

    def dual(costs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        gains = -(candidates @ costs) - forfeits
        drawn = np.einsum("ec,ecn->n", special.softmax(gains, axis=1), candidates) / len(candidates)
        value = special.logsumexp(gains, axis=1).mean() + wanted @ costs + strength / 2 * costs @ costs
        return float(value), wanted - drawn + strength * costs

    bounds = [(-_MOST, _MOST)] * len(units)
    solved = optimize.minimize(dual, np.zeros(len(units)), jac=True, method="L-BFGS-B", bounds=bounds)
    plain, square = np.split(solved.x / units, 2)
    return {name: (round(float(a), 4), round(float(b), 4)) for name, a, b in zip(names, plain, square, strict=True)}


def format_table(found: Mapping[str, Fitted], *, candidates: int) -> str:
    """What was found, in lines for a terminal."""
    examples = max(fitted.examples for fitted in found.values())
    lines = [
        f"{examples} stretches of people's pieces, {candidates} candidates beside each",
        "people's stretches and the candidate that comes first, is picked without weights, and is drawn with them:",
        "mean gap in deviations, and area under the curve of boosted trees",
        f"{'':10} {'stretches':>9} "
        + " ".join(f"{head:>10}" for head in ("gap first", "before", "after", "area first", "before", "after")),
    ]
    for name, fitted in found.items():
        figures = [f"{values[when]:10.3f}" for values in (fitted.gap, fitted.told) for when in values]
        lines.append(f"{name:10} {fitted.examples:9} {' '.join(figures)}")
    for name, fitted in found.items():
        heaviest = sorted(fitted.weights.items(), key=lambda item: -max(map(abs, item[1])))
        lines += [
            f"{name}: weights (strength {fitted.strength}) of each distance and of its square",
            *(f"{measure:18} {plain:+.3f} {square:+.3f}" for measure, (plain, square) in heaviest),
        ]
    return "\n".join(lines)
