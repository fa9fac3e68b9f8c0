from __future__ import annotations

import numpy as np
import pytest

from training.calibration.fit_recall import LADDER, find_strength

RISING = np.array([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3], [0.4, 0.4], [0.5, 0.5]])
ONE = np.ones(2)


@pytest.mark.parametrize(
    ("people", "recall"),
    [(0.3, LADDER[2]), (0.25, (LADDER[1] + LADDER[2]) / 2), (0.0, LADDER[0]), (0.9, LADDER[-1])],
)
def test_the_strength_is_that_whose_structure_is_nearest(people: float, recall: float) -> None:
    assert find_strength(RISING, np.full(2, people), ONE) == pytest.approx(recall)


def test_what_varies_much_from_piece_to_piece_weighs_little() -> None:
    people, varying = np.array([0.2, 0.4]), np.array([0.1, 1.0])

    assert find_strength(RISING, people, varying) == pytest.approx(LADDER[1], abs=0.06)
    assert find_strength(RISING, people, varying[::-1]) == pytest.approx(LADDER[3], abs=0.06)
