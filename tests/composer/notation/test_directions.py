"""Dynamics, hairpins and octave lines, from velocities and clefs."""

from __future__ import annotations

from composer.notation.clefs import HIGH, TREBLE
from composer.notation.directions import DYNAMICS, WEDGE, dynamics_of, octave_lines
from composer.performance.expression import BALANCE
from tests.composer.pieces import FOUR_FOUR
from tests.composer.tunes import note


def marks_of(*velocities):
    """(bar, kind, text) of the marks of a part with one note a bar, as loud as its players mean it."""
    notes = [note(96 * bar, 96, 60, velocity=own) for bar, own in enumerate(velocities)]
    meant = [own.velocity + BALANCE[own.part] for own in notes]
    played = [note(own.start, own.duration, own.pitch, velocity=loud) for own, loud in zip(notes, meant, strict=True)]
    found = dynamics_of(played, FOUR_FOUR, len(velocities))
    return [(bar, mark.kind, mark.text) for bar, marks in sorted(found.items()) for mark in marks]


def test_one_loudness_has_one_mark():
    assert marks_of(75, 77, 74, 76, 75) == [(0, DYNAMICS, "mf")]


def test_lasting_change_has_a_mark_of_its_own():
    marks = marks_of(*[48] * 4, *[104] * 4)

    assert marks[0] == (0, DYNAMICS, "p")
    assert (DYNAMICS, "ff") in [(kind, text) for _, kind, text in marks]


def test_growing_loudness_is_a_hairpin_from_its_first_bar_to_its_last():
    marks = marks_of(60, 60, 60, 66, 72, 78, 84, 90, 90, 90)

    wedges = [(bar, text) for bar, kind, text in marks if kind == WEDGE]
    assert [text for _, text in wedges] == ["crescendo", "stop"]
    assert wedges[0][0] < wedges[1][0]


def test_silent_bars_have_no_marks():
    assert dynamics_of([note(192, 96, 60, velocity=75)], FOUR_FOUR, 4).keys() == {2}
    assert dynamics_of([], FOUR_FOUR, 2) == {}


def test_octave_line_begins_and_stops_with_its_clef():
    lines = octave_lines([TREBLE, HIGH, HIGH, TREBLE], FOUR_FOUR)

    assert [(bar, mark.text) for bar, marks in sorted(lines.items()) for mark in marks] == [(1, "down"), (2, "stop")]
