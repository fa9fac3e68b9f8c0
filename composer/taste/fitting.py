"""A server's taste as a logistic model of its votes, whose weights are drawn towards those of all servers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

SPREADS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.65, 0.9)
"""Standard deviations of a server's weights around the shared ones that are tried; at 0 there is but the shared taste.
Weights are nats for a deviation of the trait."""

_BIAS_SPREAD = 2.0
"""Standard deviation of the logarithm of the odds of a thumb up, which is the server's own."""

_NEWTON_STEPS = 25
_STILL = 1e-8
"""Largest step of a weight at which the mode is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionTable:
    """Pieces in numbers, and the weight of what was said for and against each.

    A pair of pieces is a row, too: its traits are those of the first less those of the second, and it has no bias. So
    battles are read as by Bradley and Terry (1952), "Rank analysis of incomplete block designs", Biometrika 39.

    Attributes:
        names: Name of each trait.
        traits: Shape (pieces, traits), in deviations.
        biased: 1 of a piece and 0 of a pair, shape (pieces,).
        liked: Weight of the votes for each piece, shape (pieces,).
        disliked: Weight of the votes against it, shape (pieces,).
        families: Number of each piece's family, shape (pieces,); pieces that were asked for alike are one.
    """

    names: tuple[str, ...]
    traits: Matrix
    biased: Matrix
    liked: Matrix
    disliked: Matrix
    families: NDArray[np.int64]

    def rows(self, which: NDArray[np.bool_]) -> OpinionTable:
        """Some of the pieces."""
        return OpinionTable(
            names=self.names,
            traits=self.traits[which],
            biased=self.biased[which],
            liked=self.liked[which],
            disliked=self.disliked[which],
            families=self.families[which],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedTaste:
    """The weights of a taste, and how much of them is known.

    Attributes:
        weights: What a deviation of each trait adds to the logarithm of the odds of a thumb up, shape (traits,).
        bias: The same, of a piece without any.
        deviations: Standard deviation of each weight as far as it is not known, shape (traits,).
        spread: Standard deviation of servers' weights around the shared ones, one of `SPREADS`.
        known: Share of each weight that is the server's own, 0 to 1, shape (traits,): 1 less this is the shrinkage.
        evidence: Logarithm of the evidence for this spread over that for the shared taste alone (the Bayes factor).
    """

    weights: Matrix
    bias: float
    deviations: Matrix
    spread: float
    known: Matrix
    evidence: float = 0.0

    def odds(self, table: OpinionTable) -> Matrix:
        """The logarithm of the odds of a thumb up of each piece, shape (pieces,)."""
        return np.asarray(table.traits @ self.weights + self.bias * table.biased)


def fit_weights(table: OpinionTable, shared: Matrix, *, spreads: Sequence[float] = SPREADS) -> FittedTaste:
    """Fit weights that are normally distributed around the shared ones, with the spread that explains the votes best.

    The weights are those of the highest posterior probability. The spread maximises the evidence by Laplace's method
    (MacKay 1992, "The evidence framework applied to classification networks", Neural Computation 4): an empirical Bayes
    estimate, as in Gelman et al. 2013, "Bayesian Data Analysis", chapters 5 and 16. With the spread go the shrinkage
    factors, `(posterior variance) / (prior variance)`.

    Args:
        table: Votes of one server.
        shared: Weights of all servers, shape (traits,).
        spreads: Spreads to choose from, of which the first is held against the best.
    """
    fits = [_fit_spread(table, shared, spread) for spread in spreads]
    best, evidence = max(fits, key=lambda fit: fit[1])
    return replace(best, evidence=evidence - fits[0][1])


def _fit_spread(table: OpinionTable, shared: Matrix, spread: float) -> tuple[FittedTaste, float]:
    """The taste at one spread, and the logarithm of its evidence."""
    if spread == 0.0:
        weights, covariance, evidence = _climb(table, np.empty((len(table.liked), 0)), table.traits @ shared, 1.0)
        zeros = np.zeros(len(shared))
        return FittedTaste(weights=shared, bias=weights[0], deviations=zeros, spread=0.0, known=zeros), evidence
    found, covariance, evidence = _climb(table, table.traits, table.traits @ shared, spread)
    variances = np.diag(covariance)[1:]
    taste = FittedTaste(
        weights=shared + found[1:],
        bias=float(found[0]),
        deviations=np.sqrt(variances),
        spread=spread,
        known=1 - variances / spread**2,
    )
    return taste, evidence


def _climb(table: OpinionTable, traits: Matrix, offset: Matrix, spread: float) -> tuple[Matrix, Matrix, float]:
    """Newton's method on the posterior: its mode, its covariance there, and the logarithm of the evidence.

    The first weight is the bias. Votes may weigh any fraction.
    """
    rows = np.column_stack([table.biased, traits])
    precision = np.array([_BIAS_SPREAD**-2, *[spread**-2] * traits.shape[1]])
    weights: Matrix = np.zeros(len(precision))
    both = table.liked + table.disliked
    for _ in range(_NEWTON_STEPS):
        shares = 1 / (1 + np.exp(-(rows @ weights + offset)))
        slope = rows.T @ (table.liked - both * shares) - precision * weights
        curvature = (rows.T * (both * shares * (1 - shares))) @ rows + np.diag(precision)
        step = np.linalg.solve(curvature, slope)
        weights = weights + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < _STILL:
            break
    odds = rows @ weights + offset
    likelihood = float(-(table.liked * np.logaddexp(0, -odds) + table.disliked * np.logaddexp(0, odds)).sum())
    _, determinant = np.linalg.slogdet(curvature)
    prior = 0.5 * float(np.log(precision).sum() - (precision * weights**2).sum())
    covariance: Matrix = np.asarray(np.linalg.inv(curvature), np.float64)
    return weights, covariance, likelihood + prior - 0.5 * float(determinant)


def losses(taste: FittedTaste, table: OpinionTable) -> Matrix:
    """What the votes on each piece cost a taste, in nats, shape (pieces,)."""
    odds = taste.odds(table)
    return np.asarray(table.liked * np.logaddexp(0, -odds) + table.disliked * np.logaddexp(0, odds))


def mean_weights(tastes: Sequence[Mapping[str, float]], names: Sequence[str]) -> Matrix:
    """The shared weights, from those of servers: their mean, with one more server that wants nothing.

    That is where the expectation-maximisation of a normal hierarchy comes to rest whose mean is as far from nothing as
    servers are from it (Dempster, Laird and Rubin 1977); each server counts alike, however many votes it has.
    """
    rows = [[one.get(name, 0.0) for name in names] for one in tastes]
    means: Matrix = np.array([[0.0] * len(names), *rows]).sum(axis=0) / (len(rows) + 1)
    return means
