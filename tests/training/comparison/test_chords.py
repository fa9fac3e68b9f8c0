from __future__ import annotations

import pytest

from composer.music.score import Note, Part, Score
from tests.composer.pieces import FOUR_FOUR, score_of
from training.comparison.chords import chord_irregularity, find_chords

BAR = FOUR_FOUR.bar_ticks
C, F, G, A_MINOR = (48, 52, 55), (53, 57, 60), (55, 59, 62), (57, 60, 64)


def harmony(*roots: tuple[int, int, int], ticks: int = BAR) -> Score:
    notes = [
        Note(at * ticks, ticks, pitch, 70, Part.ACCOMPANIMENT) for at, chord in enumerate(roots) for pitch in chord
    ]
    return score_of(*notes, bars=max(1, len(roots) * ticks // BAR))


def test_chords_are_read_by_half_bars_and_count_when_they_change():
    score = harmony(C, C, F, G, A_MINOR, A_MINOR, ticks=BAR // 2)

    assert find_chords(score) == [(0, 0), (5, 0), (7, 0), (9, 1)]


def test_a_progression_that_comes_again_is_less_irregular():
    assert chord_irregularity(harmony(C, F, G, A_MINOR, F, C)) == 1
    assert chord_irregularity(harmony(C, F, G, C, F, G, C, F, G)) == pytest.approx(3 / 7)


def test_a_piece_on_one_chord_has_no_progression():
    assert chord_irregularity(harmony(C, C, C)) == 0
