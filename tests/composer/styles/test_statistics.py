from __future__ import annotations

import pytest

from composer.music.score import Metre
from composer.styles.statistics import MetreStatistics, StyleStatistics


def test_in_a_metre_that_is_not_usual_it_is_as_in_the_others_on_average():
    usual = StyleStatistics(
        {
            Metre(3, 4): MetreStatistics(3, 100.0, (0, 0, 1, 0, 0, 0)),
            Metre(2, 4): MetreStatistics(1, 60.0, (0, 0, 0, 0, 1, 0)),
        },
        0.3,
    )

    assert usual.within(Metre(3, 4)).tempo == 100
    assert usual.within(Metre(7, 8)) == MetreStatistics(4, 90.0, (0, 0, 0.75, 0, 0.25, 0))


def test_statistics_without_a_choice_are_refused():
    with pytest.raises(ValueError, match="density class"):
        MetreStatistics(1, 90.0, (0,) * 6)
    with pytest.raises(ValueError, match="a style needs a metre"):
        StyleStatistics({}, 0.3)
