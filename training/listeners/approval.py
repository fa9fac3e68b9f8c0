"""Mean approval of pieces, and how sure of it so many pieces make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RESAMPLES = 4000
_CONFIDENCE = 95.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % confidence interval."""

    mean: float
    low: float
    high: float


def mean_approval(shares: NDArray[np.float64], rng: np.random.Generator) -> Interval:
    """Mean approval over pieces, by the bootstrap (Efron 1979): pieces are drawn anew from those that there are.

    Args:
        shares: Each piece's approval; shape (pieces,).
        rng: Source of the draws.
    """
    return _interval_of(float(shares.mean()), _resample_means(shares, rng))


def approval_change(before: NDArray[np.float64], after: NDArray[np.float64], rng: np.random.Generator) -> Interval:
    """By how much approval rose from one model's pieces to another's, both made for the same requests.

    Args:
        before: Approval of each request's first piece; shape (requests,).
        after: Approval of each request's second piece; shape (requests,).
        rng: Source of the draws, in which the two stay together.
    """
    rose = after - before
    return _interval_of(float(rose.mean()), _resample_means(rose, rng))


def _resample_means(shares: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    means: NDArray[np.float64] = shares[rng.integers(len(shares), size=(_RESAMPLES, len(shares)))].mean(axis=1)
    return means


def _interval_of(value: float, resampled: NDArray[np.float64]) -> Interval:
    beyond = (100 - _CONFIDENCE) / 2
    low, high = np.percentile(resampled, [beyond, 100 - beyond])
    return Interval(value, float(low), float(high))
