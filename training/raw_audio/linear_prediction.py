"""What predicts samples without any network: adaptive linear prediction, the yardstick of the networks over samples.

Recursive least squares (Haykin 2002, "Adaptive Filter Theory", chapter 9) predicts each sample from those before, and
learns from each. Around the prediction lies Laplace's distribution, as wide as the errors of late were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.audio.mu_law import LEVELS, to_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDER = 48
"""Samples that a prediction is made from."""

_FORGETTING = 0.998
"""What the next sample leaves of the weight of one before."""

_ERROR_FORGETTING = 0.97
_RIDGE = 1e-3
_FLOOR = 1e-4
"""Smallest width of the distribution; the finest step of the levels is 2e-4 wide."""

_UNIFORM = 0.001
"""Share of the distribution that is spread over all levels, so that a surprise costs no more than 18 bits."""


def bits_per_sample(levels: NDArray[np.uint8], *, lead: int = 0, order: int = ORDER) -> float:
    """Mean bits that the levels of one recording cost after the first `lead`, each predicted from those before it."""
    samples = to_samples(levels).astype(np.float64)
    predictions, widths = _predict(samples, order)
    edges = to_samples(np.arange(LEVELS + 1) - 0.5).astype(np.float64)
    edges[0], edges[-1] = -np.inf, np.inf
    upper = _below(edges[levels.astype(int) + 1] - predictions, widths)
    lower = _below(edges[levels] - predictions, widths)
    mass = (1 - _UNIFORM) * np.maximum(upper - lower, 0.0) + _UNIFORM / LEVELS
    return float(-np.log2(mass[lead:]).mean())


def _predict(samples: NDArray[np.float64], order: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The prediction of each sample, and the mean size of the errors of late."""
    history = np.concatenate([np.zeros(order), samples])
    weights, inverse = np.zeros(order), np.eye(order) / _RIDGE
    predictions, widths = np.empty_like(samples), np.empty_like(samples)
    width = 0.1
    for index, sample in enumerate(samples):
        before = history[index : index + order]
        predictions[index], widths[index] = prediction, _ = weights @ before, max(width, _FLOOR)
        error = sample - prediction
        spread = inverse @ before
        gain = spread / (_FORGETTING + before @ spread)
        weights += gain * error
        inverse -= np.outer(gain, spread)
        inverse /= _FORGETTING
        # Long silence would let the inverse grow without bound.
        if index % 64 == 0:
            inverse = np.minimum(1.0, 1e6 / max(np.trace(inverse), 1e-9)) * (inverse + inverse.T) / 2
        width = _ERROR_FORGETTING * width + (1 - _ERROR_FORGETTING) * abs(error)
    return predictions, widths


def _below(distance: NDArray[np.float64], width: NDArray[np.float64]) -> NDArray[np.float64]:
    """Laplace's distribution function."""
    tail = 0.5 * np.exp(-np.abs(distance) / width)
    return np.where(distance < 0, tail, 1 - tail)
