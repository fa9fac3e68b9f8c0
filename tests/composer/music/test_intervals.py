from __future__ import annotations

import pytest

from composer.music.intervals import INTERVALS, LARGEST_INTERVAL, interval_shares, interval_shares_by_kind
from composer.music.score import Note, Part
from tests.composer.pieces import line, score_of


def test_shares_of_a_scale_and_of_a_repeated_note() -> None:
    scale = score_of(*line([60, 62, 64, 65]), bars=1)
    repeated = score_of(*line([60, 60, 60]), bars=1)

    found = dict(zip(INTERVALS, interval_shares([scale, repeated]), strict=True))

    assert found[0] == 0.5
    assert found[2] == pytest.approx(1 / 3)
    assert found[1] == pytest.approx(1 / 6)
    assert sum(found.values()) == pytest.approx(1)


def test_pieces_in_which_no_melody_moves_have_no_shares() -> None:
    bass = score_of(Note(0, 24, 40, 75, Part.BASS), Note(24, 24, 43, 75, Part.BASS), bars=1)

    assert not interval_shares([bass]).any()


def test_melodies_are_parted_by_how_often_they_repeat_a_note() -> None:
    restless = [score_of(*line([60, 62, 64, 65, 67]), bars=2)] * 10
    stubborn = [score_of(*line([60, 60, 60, 60, 62]), bars=2)] * 10
    some = [score_of(*line([60, 60, 62, 60, 64]), bars=2)] * 10

    kinds = interval_shares_by_kind([*stubborn, *restless, *some], 3)

    assert [float(kind[LARGEST_INTERVAL]) for kind in kinds] == [0.0, 0.25, 0.75]


def test_too_few_pieces_for_several_kinds_are_one() -> None:
    pieces = [score_of(*line([60, 62, 64]), bars=1), score_of(*line([60, 60, 60]), bars=1)]

    (kind,) = interval_shares_by_kind(pieces, 3)

    assert kind.tolist() == interval_shares(pieces).tolist()
