from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from composer.music.repetition import structure_indicators
from tests.composer.pieces import FOUR_FOUR, line, score_of

if TYPE_CHECKING:
    from composer.music.score import Score

BAR = FOUR_FOUR.bar_ticks
TUNES = {"a": (60, 64, 67, 64), "b": (62, 65, 69, 65), "c": (61, 66, 70, 63), "d": (59, 56, 68, 71)}


def tune(bars: str) -> Score:
    """A bar of four quarters for each letter, equal for equal letters."""
    notes = [note for at, letter in enumerate(bars) for note in line(TUNES[letter], start=at * BAR)]
    return score_of(*notes, bars=len(bars))


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
