"""Chords of a page in a line."""

from __future__ import annotations

from composer.music.numerals import Numeral
from composer.sheet_music.chord_line import chords_by_bar, write_chords
from tests.composer.tunes import waltz

BAR = waltz().metre.bar_ticks
NUMERALS = (Numeral(0, "C: I"), Numeral(2 * BAR, "V65"), Numeral(2 * BAR + 24, "a: viio7"))


def test_chord_that_goes_on_stands_in_each_of_its_bars():
    assert write_chords(chords_by_bar(NUMERALS, waltz())[:4]) == "C: I | I | V65 a: viio7 | viio7"


def test_key_is_named_anew_where_a_page_begins():
    assert write_chords(chords_by_bar(NUMERALS, waltz())[3:5]) == "a: viio7 | viio7"


def test_chords_without_a_key_are_written_as_they_are():
    assert write_chords(chords_by_bar((Numeral(0, "I7"), Numeral(BAR, "IV7")), waltz())[:2]) == "I7 | IV7"


def test_music_without_chords_has_no_line():
    assert not chords_by_bar((), waltz())
    assert not write_chords(())
