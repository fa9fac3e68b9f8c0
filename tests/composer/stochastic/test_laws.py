"""The laws of chance, each against its distribution."""

from __future__ import annotations

import math

import numpy as np
import pytest

from composer.stochastic.laws import (
    cell_counts,
    exponential_gap,
    gliding_speed,
    linear_interval,
    pair_of_pitches,
)
from tests.composer.stochastic.statistics import ONE_IN_A_THOUSAND, kolmogorov

DRAWS = 4000


def drawn(law, scale, rng):
    return np.array([law(scale, rng) for _ in range(DRAWS)])


def linear(compass):
    return lambda x: 1 - (1 - x / compass) ** 2


def test_cells_of_achorripsis_hold_as_many_units_as_xenakis_counted():
    assert cell_counts(196, 0.6) == (107, 65, 19, 4, 1)


@pytest.mark.parametrize(("cells", "mean"), [(9, 0.6), (21, 0.6), (400, 0.6), (100, 3.0), (5, 0.01)])
def test_cells_are_as_many_as_there_are_and_as_full_as_poisson_expects(cells, mean):
    counts = cell_counts(cells, mean)

    assert sum(counts) == cells
    assert min(counts) >= 0
    for units, count in enumerate(counts[1:], 1):
        assert abs(count - cells * math.exp(-mean) * mean**units / math.factorial(units)) <= 0.5


def test_gaps_are_exponential(rng):
    gaps = drawn(exponential_gap, 4.0, rng)

    assert kolmogorov(gaps, lambda x: 1 - np.exp(-4 * x)) < ONE_IN_A_THOUSAND


def test_intervals_are_linear(rng):
    intervals = drawn(linear_interval, 70.0, rng)

    assert intervals.mean() == pytest.approx(70 / 3, rel=0.05)
    assert kolmogorov(intervals, linear(70)) < ONE_IN_A_THOUSAND


def test_pitches_fill_their_compass_evenly_and_stay_linear_from_pair_to_pair(rng):
    pitches = np.concatenate([pair_of_pitches(70.0, rng) for _ in range(DRAWS)])

    assert kolmogorov(pitches, lambda x: x / 70) < ONE_IN_A_THOUSAND
    assert kolmogorov(np.abs(pitches[1::2] - pitches[::2]), linear(70)) < ONE_IN_A_THOUSAND
    assert kolmogorov(np.abs(pitches[2::2] - pitches[1:-1:2]), linear(70)) < ONE_IN_A_THOUSAND


def test_speeds_are_gaussian_with_a_sign_by_coin(rng):
    speeds = drawn(gliding_speed, 7.0, rng)
    temperature = 7 * math.sqrt(math.pi)

    assert np.abs(speeds).mean() == pytest.approx(7, rel=0.05)
    assert kolmogorov(np.abs(speeds), lambda v: np.vectorize(math.erf)(v / temperature)) < ONE_IN_A_THOUSAND
    assert abs((speeds > 0).mean() - 0.5) < 0.03
