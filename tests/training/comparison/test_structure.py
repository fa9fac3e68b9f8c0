from __future__ import annotations

import pytest

from composer.score import Note, Part, Score
from tests.composer.pieces import FOUR_FOUR, line, score_of
from training.comparison.structure import chord_irregularity, chords, structure_indicators

BAR = FOUR_FOUR.bar_ticks
TUNES = {"a": (60, 64, 67, 64), "b": (62, 65, 69, 65), "c": (61, 66, 70, 63), "d": (59, 56, 68, 71)}
C, F, G, A_MINOR = (48, 52, 55), (53, 57, 60), (55, 59, 62), (57, 60, 64)


def tune(bars: str) -> Score:
    """A bar of four quarters for each letter, equal for equal letters."""
    notes = [note for at, letter in enumerate(bars) for note in line(TUNES[letter], start=at * BAR)]
    return score_of(*notes, bars=len(bars))


def harmony(*roots: tuple[int, int, int], ticks: int = BAR) -> Score:
    notes = [
        Note(at * ticks, ticks, pitch, 70, Part.ACCOMPANIMENT) for at, chord in enumerate(roots) for pitch in chord
    ]
    return score_of(*notes, bars=max(1, len(roots) * ticks // BAR))


def test_a_piece_that_never_repeats_has_no_structure():
    chromatic = [note for at in range(12) for note in line((60 + at, 72 + at), step=48, start=at * BAR)]

    indicators = structure_indicators(score_of(*chromatic, bars=12))

    assert indicators == {"structure_short": 0, "structure_middle": 0, "structure_long": 0}


def test_a_section_that_comes_back_shows_in_its_span():
    indicators = structure_indicators(tune("abcdbacdabcdbacd"))

    assert indicators["structure_long"] == pytest.approx(2 * 0.5 * 0.5 / (0.5 + 0.5))
    assert indicators["structure_long"] > structure_indicators(tune("abcdbacddcbacabd"))["structure_long"]


def test_a_motif_that_goes_on_and_on_covers_nearly_the_whole_piece():
    indicators = structure_indicators(tune("ab" * 8))

    assert indicators["structure_short"] == pytest.approx(7 / 8)


def test_a_phrase_of_a_few_bars_is_found_in_a_short_piece():
    indicators = structure_indicators(tune("abcdabcd"))

    assert indicators["structure_middle"] == pytest.approx(0.5)
    assert indicators["structure_long"] == 0


def test_chords_are_read_by_half_bars_and_count_when_they_change():
    score = harmony(C, C, F, G, A_MINOR, A_MINOR, ticks=BAR // 2)

    assert chords(score) == [(0, 0), (5, 0), (7, 0), (9, 1)]


def test_a_progression_that_comes_again_is_less_irregular():
    assert chord_irregularity(harmony(C, F, G, A_MINOR, F, C)) == 1
    assert chord_irregularity(harmony(C, F, G, C, F, G, C, F, G)) == pytest.approx(3 / 7)


def test_a_piece_on_one_chord_has_no_progression():
    assert chord_irregularity(harmony(C, C, C)) == 0
