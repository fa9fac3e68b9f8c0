from __future__ import annotations

import numpy as np
import pytest

from composer.music.score import Metre
from composer.planning.plan import Plan, plan_piece
from composer.planning.style_statistics import DEVIATION, STATISTICS, MetreStatistics, StyleStatistics
from composer.request import Request
from composer.tokens.conditions import STYLES


def planned(**options) -> list[Plan]:
    return [plan_piece(Request(seconds=60, **options), np.random.default_rng(seed)) for seed in range(200)]


def mean_density(plans: list[Plan]) -> float:
    return float(np.mean([one.conditions.density for one in plans]))


def test_every_style_has_statistics_that_can_be_drawn_from():
    assert set(STATISTICS) == set(STYLES)
    for usual in STATISTICS.values():
        assert sum(own.weight for own in usual.metres.values()) == pytest.approx(100, abs=7)


def test_beats_of_a_compound_metre_are_slower_and_fuller_than_those_of_three_eight():
    compound, quick = planned(metre=Metre(6, 8)), planned(metre=Metre(3, 8))

    assert mean_density(compound) > mean_density(quick) + 1
    slow, fast = (np.mean([one.beats_per_minute for one in plans]) for plans in (compound, quick))
    assert slow < fast - DEVIATION


def test_slow_pieces_have_more_notes_in_a_beat_than_fast_ones():
    assert mean_density(planned(tempo=44.0, metre=Metre(4, 4))) > mean_density(planned(tempo=150.0, metre=Metre(4, 4)))


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


def test_asking_for_a_tempo_leaves_metre_key_and_form_as_they_were():
    open_, asked = planned(), planned(tempo=100.0)

    same = [(one.key, one.form) == (other.key, other.form) for one, other in zip(open_, asked, strict=True)]
    assert all(same)


def test_statistics_without_a_choice_are_refused():
    with pytest.raises(ValueError, match="density class"):
        MetreStatistics(1, 90.0, (0,) * 6)
    with pytest.raises(ValueError, match="need a metre"):
        StyleStatistics({}, 0.3)
