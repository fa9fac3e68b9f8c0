"""Which clef a staff has in which bar."""

from __future__ import annotations

from composer.notation import clefs
from composer.notation.clefs import ALTO, BASS, HIGH, LOW, TREBLE, choose_clefs

MIDDLE_C = 28
PIANO = (TREBLE, BASS, HIGH, LOW)


def test_ledger_lines_are_counted_from_the_staff():
    assert [TREBLE.ledger_lines(MIDDLE_C + step) for step in (-2, 0, 2, 10, 12, 14)] == [2, 1, 0, 0, 1, 2]
    assert BASS.ledger_lines(MIDDLE_C) == 1
    assert ALTO.ledger_lines(MIDDLE_C) == 0
    assert clefs.TREBLE_BELOW.ledger_lines(MIDDLE_C) == 0


def test_clef_changes_where_the_music_moves_away_for_good():
    high, low = [MIDDLE_C + 7] * 4, [MIDDLE_C - 9] * 4

    assert choose_clefs([high, high, low, low], PIANO) == [TREBLE, TREBLE, BASS, BASS]


def test_a_single_low_note_changes_no_clef():
    high = [MIDDLE_C + 7] * 4

    assert choose_clefs([high, [*high, MIDDLE_C - 5], high], PIANO) == [TREBLE] * 3


def test_usual_clef_stays_where_another_saves_little():
    assert choose_clefs([[MIDDLE_C + 3] * 4], (ALTO, TREBLE)) == [ALTO]
    assert choose_clefs([[]], (BASS, TREBLE)) == [BASS]


def test_highest_notes_stand_under_an_octave_line():
    assert choose_clefs([[MIDDLE_C + 22] * 8] * 2, PIANO) == [HIGH, HIGH]
