from __future__ import annotations

import pytest

from composer.taste.signals import SignalCount, signal_weight

ALL = SignalCount(400, 600)


def test_what_nobody_voted_beside_weighs_nothing():
    assert signal_weight(SignalCount(), ALL) == pytest.approx(0, abs=0.01)


def test_what_goes_with_thumbs_up_speaks_for_a_piece_and_the_other_against():
    favourite, another = signal_weight(SignalCount(90, 10), ALL), signal_weight(SignalCount(20, 80), ALL)

    assert 0.7 < favourite < 0.9
    assert -0.6 < another < -0.3


def test_the_more_votes_the_surer_and_never_more_than_a_vote():
    few, many = (signal_weight(SignalCount(number, 0), ALL) for number in (5, 5000))

    assert 0 < few < many < 1
    assert -1 < signal_weight(SignalCount(0, 5000), ALL) < -0.99


def test_without_any_votes_nothing_is_known():
    assert signal_weight(SignalCount(), SignalCount()) == 0
