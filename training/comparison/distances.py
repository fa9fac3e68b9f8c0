"""How far two sets of pieces lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_GRID = 2048
_NARROWEST = 1e-3
_TINY = 1e-9


def density_overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Area that the densities of two sets of numbers share, 0 to 1.

    Densities by Gaussian kernels, as in Yang & Lerch 2020, "On the evaluation of generative models in music"; their
    width is Scott's, of each set by itself, and not below a thousandth of both sets' span.
    """
    low, high = min(*one, *other), max(*one, *other)
    span = high - low
    if span < _TINY:
        return 1.0
    grid = np.linspace(low - span / 2, high + span / 2, _GRID)
    densities = [_estimate_density(np.asarray(values, float), grid, _NARROWEST * span) for values in (one, other)]
    return float(np.minimum(*densities).sum())


def _estimate_density(values: Numbers, grid: Numbers, narrowest: float) -> Numbers:
    """Mass at each point of the grid, 1 in all."""
    width = max(float(values.std()) * len(values) ** -0.2, narrowest, float(grid[1] - grid[0]))
    mass = np.exp(-(((grid[:, None] - values) / width) ** 2) / 2).sum(axis=1)
    shares: Numbers = mass / mass.sum()
    return shares


def shared_mass(one: Numbers, other: Numbers) -> float:
    """Mass that two histograms share, 0 to 1; each adds up to 1."""
    return float(np.minimum(one, other).sum())


def wasserstein_distance(one: Sequence[float], other: Sequence[float], *, unit: float) -> float:
    """Work to turn one distribution into the other, in units of `unit`."""
    return float(stats.wasserstein_distance(one, other)) / max(unit, _TINY)


def wasserstein_of_histograms(support: Numbers, one: Numbers, other: Numbers) -> float:
    """The same between histograms over `support`, in standard deviations of the other one."""
    mean = float(support @ other)
    deviation = float(np.sqrt(((support - mean) ** 2) @ other))
    return float(stats.wasserstein_distance(support, support, one, other)) / max(deviation, _TINY)


def frechet_distance(one: Numbers, other: Numbers) -> float:
    """Fréchet distance of two sets, each taken for Gaussian (Heusel et al. 2017, FID), over measures.

    Args:
        one: Measures of a set, shape (pieces, measures).
        other: Measures of the set that gives each measure its unit: its standard deviation.
    """
    deviation = np.maximum(other.std(axis=0), _TINY)
    first, second = one / deviation, other / deviation
    gap = first.mean(axis=0) - second.mean(axis=0)
    covariances = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    # The eigenvalues of a product of two covariances are real and not negative but for rounding.
    roots = np.sqrt(np.maximum(linalg.eigvals(covariances[0] @ covariances[1]).real, 0))
    return max(0.0, float(gap @ gap + np.trace(covariances[0]) + np.trace(covariances[1]) - 2 * roots.sum()))
