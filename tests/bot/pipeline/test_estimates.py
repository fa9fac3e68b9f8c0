from __future__ import annotations

import pytest

from bot.pipeline.estimates import FIRST_GUESS, Speeds, waits


def test_before_the_first_piece_there_is_a_guess():
    speeds = Speeds()

    assert speeds.of("wavenet") is None
    assert speeds.work("wavenet", 60) == pytest.approx(60 * FIRST_GUESS)


def test_the_first_piece_counts_whole_and_later_ones_in_part():
    speeds = Speeds()

    speeds.measured("wavenet", music=60, work=6)
    speeds.measured("wavenet", music=60, work=12)

    assert speeds.of("wavenet") == pytest.approx(0.1 + 0.3 * 0.1)


def test_models_are_measured_apart():
    speeds = Speeds()

    speeds.measured("wavenet", music=60, work=6)

    assert speeds.of("lstm") is None


def test_one_worker_does_one_after_the_other():
    assert waits([2.0], [3.0, 4.0, 5.0], [1.0]) == [2.0, 5.0, 9.0]


def test_two_workers_share_what_waits():
    assert waits([2.0, 5.0], [3.0, 4.0], [1.0, 1.0]) == [2.0, 5.0]


def test_an_idle_worker_begins_at_once():
    assert waits([2.0], [3.0, 4.0], [1.0, 1.0]) == [0.0, 2.0]


def test_waits_go_by_how_long_work_takes_at_each_place():
    assert waits([], [3.0, 3.0, 3.0], [0.5, 2.0]) == [0.0, 0.0, 1.5]


def test_a_piece_that_was_begun_beyond_all_places_is_before_those_that_wait():
    assert waits([2.0, 4.0], [3.0], [1.0]) == [6.0]


def test_what_was_measured_elsewhere_goes_before_what_was_measured_here():
    speeds = Speeds()
    speeds.measured("tiny", music=10.0, work=1.0)
    speeds.told({"tiny": 0.5})

    assert speeds.work("tiny", 10.0) == 5.0
    assert speeds.all() == {"tiny": 0.1}
