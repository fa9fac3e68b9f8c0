from __future__ import annotations

import numpy as np
import pytest

from training.comparison.distances import (
    density_overlap,
    frechet_distance,
    shared_mass,
    wasserstein_distance,
    wasserstein_of_histograms,
)


def test_equal_numbers_share_their_whole_area(rng):
    numbers = rng.normal(size=50).tolist()

    assert density_overlap(numbers, numbers) == pytest.approx(1)


def test_numbers_far_apart_share_nothing(rng):
    numbers = rng.normal(size=50)

    assert density_overlap(numbers.tolist(), (numbers + 100).tolist()) == pytest.approx(0, abs=1e-6)


def test_two_draws_of_one_distribution_share_most(rng):
    assert density_overlap(rng.normal(size=400).tolist(), rng.normal(size=400).tolist()) > 0.85


@pytest.mark.parametrize(("other", "area"), [([2.0, 2.0], 1), ([3.0, 3.0], 0)])
def test_constants_are_the_same_or_they_are_not(other, area):
    assert density_overlap([2.0, 2.0, 2.0], other) == pytest.approx(area, abs=1e-6)


def test_histograms_share_what_both_have():
    assert shared_mass(np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.5, 0.5])) == 0.5


def test_distance_is_the_way_between_the_means_in_the_given_unit():
    assert wasserstein_distance([0.0, 1.0], [4.0, 5.0], unit=2.0) == pytest.approx(2)


def test_distance_of_histograms_is_in_deviations_of_the_second():
    support = np.array([0.0, 1.0, 2.0, 3.0])

    assert wasserstein_of_histograms(support, np.array([0, 0, 0.5, 0.5]), np.array([0.5, 0.5, 0, 0])) == 4


def test_frechet_distance_is_nothing_for_the_same_pieces_and_the_squared_gap_for_moved_ones(rng):
    pieces = rng.normal(size=(60, 3))
    moved = pieces + 2 * pieces.std(axis=0) * np.array([1, 0, 0])

    assert frechet_distance(pieces, pieces) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(moved, pieces) == pytest.approx(4, rel=1e-6)


def test_frechet_distance_sees_a_spread(rng):
    pieces = rng.normal(size=(60, 1)).repeat(2, axis=1) + rng.normal(size=(60, 2))

    assert frechet_distance(3 * pieces - 2 * pieces.mean(axis=0), pieces) > 1
