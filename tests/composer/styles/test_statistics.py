from __future__ import annotations

import pytest

from composer.music.score import Metre
from composer.styles.statistics import MetreStatistics, StyleStatistics, read_statistics


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


def test_an_upbeat_is_drawn_by_its_share():
    usual = read_statistics(0.3, "3/4 32 112 0 5 25 36 27 6 12:5 24:15").metres[Metre(3, 4)]

    assert [usual.upbeat(lot) for lot in (0, 0.04, 0.06, 0.19, 0.21, 0.99)] == [12, 12, 24, 24, 0, 0]


def test_more_upbeats_than_pieces_are_refused():
    with pytest.raises(ValueError, match="more upbeats"):
        MetreStatistics(1, 90.0, (1,) * 6, {12: 0.6, 24: 0.5})
