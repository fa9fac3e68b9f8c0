"""Where slurs begin and end."""

from __future__ import annotations

from composer.notation.rhythm.engraving import engrave
from composer.notation.slurs import slurs_of
from tests.composer.pieces import FOUR_FOUR, line
from tests.composer.tunes import note


def slurred(*notes, bars=1, upbeat_bars=0):
    printed = engrave(notes, metre=FOUR_FOUR, bars=bars)
    slurs = slurs_of(printed, upbeat_bars=upbeat_bars)
    return [(bar * 96 + printed[bar][0][index].start, *words) for (bar, index), words in slurs.items()]


def test_legato_from_rest_to_rest_is_a_slur():
    assert slurred(*line([60, 62, 64])) == [(0, "start"), (48, "stop")]


def test_staccato_is_not_slurred():
    assert slurred(*(note(24 * beat, 8, 60 + beat) for beat in range(4))) == []


def test_repeated_note_begins_anew():
    assert slurred(*line([60, 62, 64, 64])) == [(0, "start"), (48, "stop")]


def test_slur_ends_after_four_bars():
    words = slurred(*line([60 + beat % 5 for beat in range(32)]), bars=8)

    assert words == [(0, "start"), (360, "stop"), (384, "start"), (744, "stop")]


def test_slur_binds_a_line_and_no_chords():
    chords = [note(24 * beat, 24, pitch) for beat in range(4) for pitch in (60 + beat, 64 + beat, 67 + beat)]
    thirds = [note(24 * beat, 24, pitch) for beat in range(4) for pitch in (60 + beat, 64 + beat)]

    assert slurred(*chords) == []
    assert slurred(*thirds) == [(0, "start"), (72, "stop")]


def test_upbeat_is_bound_to_the_four_bars_after_it():
    words = slurred(*line([60 + beat % 5 for beat in range(33)], start=72), bars=9, upbeat_bars=1)

    assert words == [(72, "start"), (456, "stop"), (480, "start"), (840, "stop")]
