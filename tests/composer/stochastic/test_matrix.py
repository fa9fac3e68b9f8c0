"""The matrix of timbres and time."""

from __future__ import annotations

import numpy as np
import pytest

from composer.stochastic.laws import cell_counts
from composer.stochastic.matrix import MEAN_UNITS, columns_in, draw_matrix
from tests.composer.stochastic.statistics import chi_square

SIZES = pytest.mark.parametrize(("timbres", "columns"), [(2, 3), (3, 3), (3, 15), (4, 45), (7, 3), (7, 28)])


def matrices(timbres, columns, number=40):
    return [draw_matrix(timbres, columns, np.random.default_rng(seed)) for seed in range(number)]


@SIZES
def test_every_matrix_holds_the_counts_that_poisson_expects(timbres, columns):
    expected = cell_counts(timbres * columns, MEAN_UNITS)

    for matrix in matrices(timbres, columns):
        assert tuple(np.bincount(matrix.ravel())) == expected


@SIZES
def test_every_matrix_begins_and_ends_with_sound_and_keeps_its_holes_apart(timbres, columns):
    for matrix in matrices(timbres, columns):
        silent = np.flatnonzero(~matrix.any(axis=0))
        assert matrix[:, 0].any()
        assert matrix[:, -1].any()
        assert 2 * len(silent) >= columns or (np.diff(silent) > 1).all()


def test_long_pieces_have_a_hole():
    assert all(not matrix.any(axis=0).all() for matrix in matrices(7, 15))


def test_each_kind_of_cell_is_spread_over_the_columns_by_poisson():
    singles = np.concatenate([(matrix == 1).sum(axis=0) for matrix in matrices(7, 28, 100)])
    mean = 65 / 28
    shares = [np.exp(-mean)]
    for units in range(1, 5):
        shares.append(shares[-1] * mean / units)
    counts = [int((singles == units).sum()) for units in range(5)]

    expected = [*(share * len(singles) for share in shares), (1 - sum(shares)) * len(singles)]
    assert singles.mean() == pytest.approx(mean)
    # A column has room for seven, and one of each matrix is emptied: so nearly, but not quite.
    assert chi_square([*counts, len(singles) - sum(counts)], expected) < 40
    assert singles.var() == pytest.approx(mean, rel=0.15)


def test_columns_last_longer_in_longer_pieces():
    lengths = [seconds / columns_in(seconds) for seconds in (5, 30, 60, 180, 300)]

    assert lengths == sorted(lengths)
    assert columns_in(148) == 28
    assert 1 < lengths[0] < lengths[-1] < 7
