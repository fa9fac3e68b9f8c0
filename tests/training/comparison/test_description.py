from __future__ import annotations

import numpy as np
import pytest

from composer.music.score import Note, Part
from tests.composer.pieces import line, score_of
from training.comparison.description import LENGTHS, SUPPORTS, describe_score

SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


def share(histogram: str, at: float, score) -> float:
    described = describe_score(score).histograms[histogram]
    return float(described[int(np.abs(SUPPORTS[histogram] - at).argmin())])


def test_pitch_classes_are_counted_by_windows_of_bars():
    measures = describe_score(score_of(*line((60, 62, 60, 62, 64, 65, 64, 65)), bars=2)).measures

    assert measures["entropy_1_bar"] == pytest.approx(1)
    assert measures["entropy_4_bars"] == pytest.approx(2)


def test_a_scale_holds_all_of_its_own_notes_and_seven_of_twelve_chromatic_ones():
    assert describe_score(score_of(*line(SCALE))).measures["scale_consistency"] == 1
    assert describe_score(score_of(*line(range(60, 72)), bars=3)).measures["scale_consistency"] == pytest.approx(7 / 12)


def test_bars_with_one_rhythm_share_their_groove():
    quarters, eighths = line((60, 62, 64, 65)), line((60,) * 8, step=12, start=96)

    same, other = score_of(*quarters, *line((60,) * 4, start=96)), score_of(*quarters, *eighths)

    assert describe_score(same).measures["groove_similarity"] == 1
    assert describe_score(other).measures["groove_similarity"] == pytest.approx(12 / 16)


def test_rests_do_not_count_as_silence_of_many_voices():
    chord = [Note(0, 24, pitch, 70, Part.MELODY) for pitch in (60, 64, 67)]

    measures = describe_score(score_of(*chord, *line((60,), start=96))).measures

    assert measures["polyphony"] == pytest.approx((3 * 24 + 24) / 48)
    assert measures["density"] == 4 / 8


def test_notes_are_sorted_into_classes_of_length_by_ratio():
    score = score_of(*line((60, 62), step=24), *line((64, 65), step=12, start=48))

    assert share("duration", 0, score) == 0.5
    assert share("duration", -1, score) == 0.5
    assert share("inter_onset", 0, score) == pytest.approx(2 / 3)


def test_every_class_of_length_is_its_own_nearest():
    for ticks in LENGTHS:
        assert share("duration", np.log2(ticks / 24), score_of(Note(0, ticks, 60, 70, Part.MELODY))) == 1


def test_intervals_are_those_of_the_top_line_and_far_leaps_count_as_the_farthest():
    below = line((40, 41, 43, 45), part=Part.ACCOMPANIMENT)

    score = score_of(*line((60, 62, 90, 62)), *below)

    assert share("interval", 2, score) == pytest.approx(1 / 3)
    assert share("interval", 13, score) == pytest.approx(1 / 3)
    assert share("interval", -13, score) == pytest.approx(1 / 3)


def test_range_is_that_of_each_bar():
    score = score_of(*line((60, 64)), *line((60, 84), start=96))

    assert share("range", 4, score) == 0.5
    assert share("range", 24, score) == 0.5


def test_drums_change_no_measure_of_pitch():
    strokes = [Note(at * 24, 6, 36, 90, Part.DRUMS) for at in range(8)]

    alone, accompanied = describe_score(score_of(*line(SCALE))), describe_score(score_of(*line(SCALE), *strokes))

    assert accompanied.measures == alone.measures
    assert accompanied.histograms["range"].tolist() == alone.histograms["range"].tolist()


def test_features_have_a_name_and_a_finite_number_each():
    features = describe_score(score_of(*line(SCALE))).features

    assert {"density", "melody_step", "interval +2", "duration 1q", "range +12"} <= set(features)
    assert "dynamics" not in features
    assert all(np.isfinite(value) for value in features.values())
