from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from composer.decoding.ranking import (
    Verdict,
    best_candidate,
    cost_of,
    distances,
    draw_by_verdict,
    judge,
    weights_with_liking,
)
from composer.music.score import Key, Metre, Mode, Note, Part, Score

if TYPE_CHECKING:
    from collections.abc import Mapping

    Weights = Mapping[str, tuple[float, float]]

USUAL = {"density": (1.0, 0.2), "melody_step": (2.0, 0.5)}


def verdict(
    pitches: list[int], *, nats: float = 1.0, weights: Mapping[str, tuple[float, float]] = MappingProxyType({})
):
    notes = tuple(Note(index * 24, 24, pitch, 70, Part.MELODY) for index, pitch in enumerate(pitches))
    score = Score(notes, Metre(4, 4), len(pitches) // 4, Key(0, Mode.MAJOR))
    return judge(score, nats=nats, usual_nats=1.0, profile=USUAL, weights=weights)


TUNE = [60, 62, 64, 62, 60, 62, 64, 65, 67, 64, 62, 60]


def test_a_piece_like_its_style_beats_one_that_leaps():
    assert best_candidate([verdict([60, 80, 55, 90] * 3), verdict(TUNE)]) == 1


def test_a_loop_loses():
    assert best_candidate([verdict([60] * 12), verdict(TUNE)]) == 1


def test_one_figure_from_end_to_end_loses():
    assert verdict(TUNE * 9).cost > verdict(TUNE * 8).cost + 5


def test_an_unlikely_piece_costs_and_a_likely_one_is_not_rewarded():
    usual, unlikely, likely = (verdict(TUNE, nats=nats).cost for nats in (1.0, 2.0, 0.5))

    assert usual < unlikely
    assert usual == likely


def test_of_equals_the_first_is_kept():
    assert best_candidate([verdict(TUNE), verdict(TUNE)]) == 0


def test_fitted_weights_decide_what_is_better():
    leaping, stepping = [60, 72] * 6, TUNE

    for sign, winner in ((1, 1), (-1, 0)):
        weights = {"melody_step": (0.5 * sign, 0.0)}
        assert best_candidate([verdict(leaping, weights=weights), verdict(stepping, weights=weights)]) == winner


def test_weights_are_of_a_distance_and_its_square():
    far = {"density": 2.0, "melody_step": -3.0}

    assert cost_of(far, {"density": (1.0, 0.25), "melody_step": (0.5, 0.0), "groove": (9.0, 9.0)}) == 2 + 1 - 1.5


def test_distances_are_in_deviations_and_bounded():
    far = distances({"density": 1.5, "melody_step": 99.0, "groove": 1.0}, {**USUAL, "returns": (0.0, 1.0)})

    assert far == {"density": pytest.approx(2.5), "melody_step": 5.0}


def test_a_loop_loses_whatever_the_weights():
    fond_of_loops = {"melody_step": (1.0, 0.0)}

    assert best_candidate([verdict([60] * 12, weights=fond_of_loops), verdict(TUNE, weights=fond_of_loops)]) == 1


def test_a_piece_that_sounds_in_another_key_loses():
    in_g = [67, 69, 71, 72, 74, 72, 71, 69, 66, 67, 62, 67]

    assert best_candidate([verdict(in_g), verdict(TUNE)]) == 1
    assert verdict(in_g).cost > verdict(TUNE).cost + 5


def test_what_people_like_saves_what_it_would_cost():
    weights = {"density": (0.5, 0.25)}

    assert weights_with_liking(weights, {}, USUAL) == weights
    assert weights_with_liking(weights, {"density": 0.75, "melody_step": 1.0}, USUAL) == {
        "density": (-0.25, 0.25),
        "melody_step": (-1.0, 0.0),
    }
    assert weights_with_liking({}, {"density": 0.5}, USUAL) == {"density": (-0.5, 0.5), "melody_step": (0.0, 0.5)}


def test_a_candidate_is_drawn_as_often_as_its_cost_allows():
    verdicts = [Verdict(cost, {}) for cost in (103.0, 102.0, 102.0)]

    lots = [draw_by_verdict(verdicts, (number + 0.5) / 1000) for number in range(1000)]
    assert lots == sorted(lots)
    shares = [lots.count(place) / 1000 for place in range(3)]
    assert shares == pytest.approx([0.155, 0.422, 0.422], abs=0.002)


def test_what_is_forbidden_is_hardly_ever_drawn():
    assert draw_by_verdict([Verdict(0.0, {}), Verdict(800.0, {})], 0.999999) == 0
