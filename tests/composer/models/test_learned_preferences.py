from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from composer.models.learned_preferences import NONE, LearnedPreferences, from_values, read_liked, to_values
from composer.music.intervals import INTERVALS
from composer.music.score import Key, Mode
from composer.planning.plan import Plan, plan_piece
from composer.request import Request
from composer.styles.table import STYLES

SEEDS = range(300)


def planned(preferences: LearnedPreferences, **options) -> list[Plan]:
    requests = [Request(seconds=30, seed=seed, **options) for seed in SEEDS]
    return [plan_piece(request, np.random.default_rng(request.seed), preferences) for request in requests]


def share_of_minor(plans: list[Plan]) -> float:
    return float(np.mean([one.key.mode is Mode.MINOR for one in plans]))


def mean_tempo(plans: list[Plan]) -> float:
    return float(np.mean([one.beats_per_minute for one in plans]))


def mean_density(plans: list[Plan]) -> float:
    return float(np.mean([one.conditions.density for one in plans]))


def test_without_preferences_pieces_are_as_the_corpus_has_them():
    assert planned(NONE) == [plan_piece(Request(seconds=30, seed=seed), np.random.default_rng(seed)) for seed in SEEDS]
    assert share_of_minor(planned(NONE)) == pytest.approx(STYLES["piano"].statistics.minor, abs=0.08)


def test_each_preference_tilts_what_is_left_open():
    usual, tilted = planned(NONE), planned(LearnedPreferences(minor=1.5, tempo=-1.0, density=1.0))

    assert share_of_minor(tilted) > share_of_minor(usual) + 0.2
    assert mean_tempo(tilted) < mean_tempo(usual) - 10
    assert mean_density(tilted) > mean_density(usual) + 0.5


def test_what_is_asked_for_is_kept_whatever_a_model_leans_to():
    asked = planned(LearnedPreferences(minor=2.0, tempo=2.0), key=Key(2, Mode.MAJOR), tempo=60.0)

    assert {one.key for one in asked} == {Key(2, Mode.MAJOR)}
    assert mean_tempo(asked) == pytest.approx(60, rel=0.03)


def test_even_the_strongest_preference_leaves_the_other_choice():
    shares = (
        share_of_minor(planned(LearnedPreferences(minor=2.0))),
        share_of_minor(planned(LearnedPreferences(minor=-2.0))),
    )

    assert shares[0] < 1
    assert shares[1] > 0


def test_melodies_that_lean_to_leaps_take_wide_intervals_oftener_and_narrow_ones_less():
    own = tuple(step / 100 for step in INTERVALS)
    wide, narrow = (LearnedPreferences(leaps=leaps).of_intervals(own) for leaps in (1.0, -1.0))

    assert NONE.of_intervals(own) == own
    assert [step for step, leant, by_itself in zip(INTERVALS, wide, own, strict=True) if leant > by_itself] == [
        step for step in INTERVALS if abs(step) > 4
    ]
    assert [by_itself - low for low, by_itself in zip(narrow, own, strict=True)] == pytest.approx(
        [high - by_itself for high, by_itself in zip(wide, own, strict=True)]
    )
    assert len(LearnedPreferences(leaps=1.0).of_intervals(())) == len(INTERVALS)


def test_a_network_that_knows_ratings_is_asked_for_what_was_liked():
    assert {one.conditions.rating for one in planned(LearnedPreferences(rating=3))} == {3}
    assert {one.conditions.rating for one in planned(NONE)} == {0}


@pytest.mark.parametrize(
    "wrong", [{"minor": 2.1}, {"tempo": -3.0}, {"density": float("nan")}, {"leaps": 9.0}, {"rating": 4}]
)
def test_what_leans_too_far_is_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        LearnedPreferences(**wrong)


def test_preferences_of_model_and_server_add_up_and_go_only_so_far():
    own = LearnedPreferences(minor=1.5, leaps=0.5, measures={"groove": 1.0}, rating=3)

    both = own.plus(LearnedPreferences(minor=1.0, tempo=-0.4, measures={"groove": -0.2, "density": 1.0}))

    measures = {"groove": 0.8, "density": 1.0}
    assert both == LearnedPreferences(minor=2.0, tempo=-0.4, leaps=0.5, measures=measures, rating=3)


def test_damaged_preferences_in_a_file_are_none():
    assert read_liked({}) == read_liked({"liked": 3}) == read_liked({"liked": {"minor": 99}}) == NONE


def test_preferences_go_through_json():
    preferences = replace(NONE, minor=0.25, leaps=-0.5, rating=3)

    assert from_values(json.loads(json.dumps(asdict(preferences)))) == preferences
    assert from_values(json.loads(json.dumps(to_values(preferences)))) == preferences


def test_what_is_no_preference_is_refused():
    with pytest.raises(TypeError, match="loudness"):
        from_values({"loudness": 1.0})
