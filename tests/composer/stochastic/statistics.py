"""How far what was drawn lies from a law: Kolmogorov's distance, and chi-square."""

from __future__ import annotations

import numpy as np

ONE_IN_A_THOUSAND = 1.95
"""Kolmogorov's distance times the root of the number of draws, which one sample in a thousand exceeds."""


def kolmogorov(drawn, distribution) -> float:
    """Greatest distance of the drawn values from a distribution function, times the root of their number."""
    values = np.sort(np.asarray(drawn, float))
    expected = distribution(values)
    steps = np.arange(len(values) + 1) / len(values)
    distance = max(np.abs(expected - steps[1:]).max(), np.abs(expected - steps[:-1]).max())
    return float(distance * np.sqrt(len(values)))


def chi_square(counts, expected) -> float:
    """Chi-square of counts, in standard deviations above its mean."""
    counts, expected = np.asarray(counts, float), np.asarray(expected, float)
    freedom = len(counts) - 1
    return float((((counts - expected) ** 2 / expected).sum() - freedom) / np.sqrt(2 * freedom))
