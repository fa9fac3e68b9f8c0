"""Music without metre, as a score."""

from __future__ import annotations

import pytest

from composer.music.free_score import METRE, Clock, FreeNote, FreeScore
from composer.music.measures import measure
from composer.music.score import Part


@pytest.mark.parametrize("seconds", [0.4, 4.65, 59.65, 299.65])
def test_the_clock_s_bars_last_as_long_as_the_piece(seconds):
    score = FreeScore.of((), seconds=seconds, timbres=())

    assert score.seconds == pytest.approx(seconds)
    assert score.bars == Clock(seconds).bars
    assert 1 / score.metre.bar_ticks * score.seconds / score.bars < 0.016


def test_a_note_is_late_by_less_than_a_tick():
    with pytest.raises(ValueError, match="late by less than a tick"):
        FreeNote(0, 24, 60, 80, Part.MELODY, late=1.0)


def test_whoever_knows_metrical_scores_alone_can_measure_a_free_one():
    notes = tuple(FreeNote(start, 50, 60 + start % 7, 80, Part.MELODY, 0.5, 3.0) for start in range(0, 400, 37))

    measures = measure(FreeScore.of(notes, seconds=5, timbres=("Strings",)))

    assert measures["density"] == len(notes) * METRE.beat_ticks / (5 * METRE.bar_ticks)


def test_a_transposed_piece_keeps_its_timbres_and_glissandi():
    score = FreeScore.of((FreeNote(0, 50, 60, 80, Part.MELODY, 0.5, 3.0, 1),), seconds=5, timbres=("A", "B"))

    moved = score.transposed(2)

    assert isinstance(moved, FreeScore)
    assert moved.timbres == ("A", "B")
    assert moved.notes == (FreeNote(0, 50, 62, 80, Part.MELODY, 0.5, 3.0, 1),)
