"""Which notes are beamed together."""

from __future__ import annotations

import pytest

from composer.music.score import Metre
from composer.notation.rhythm.beams import beams_of, groups_of
from composer.notation.rhythm.engraving import engrave
from tests.composer.pieces import FOUR_FOUR, line
from tests.composer.tunes import note


def words_of(*notes, metre=FOUR_FOUR):
    ((voice,),) = engrave(notes, metre=metre, bars=1)
    return [" ".join(beams_of(voice, metre).get(index, [])) for index in range(len(voice))]


def test_four_eighths_are_joined_in_a_half_bar():
    assert words_of(*line([60] * 8, step=12)) == ["begin", "continue", "continue", "end"] * 2


def test_sixteenths_are_joined_by_beats():
    assert words_of(*line([60] * 16, step=6))[:4] == [
        "begin begin",
        "continue continue",
        "continue continue",
        "end end",
    ]


def test_dotted_eighth_and_sixteenth_have_a_hook():
    assert words_of(note(0, 18, 60), note(18, 6, 62), note(24, 72, 64))[:2] == ["begin", "end backward hook"]
    assert words_of(note(0, 6, 60), note(6, 18, 62), note(24, 72, 64))[:2] == ["begin forward hook", "end"]


def test_no_beam_runs_over_a_rest():
    assert words_of(note(0, 6, 60), note(18, 6, 62), note(24, 72, 64))[0] == ""


@pytest.mark.parametrize(
    ("metre", "sizes"),
    [
        (Metre(6, 8), [36, 36]), (Metre(3, 8), [36]), (Metre(5, 8), [24, 36]), (Metre(7, 8), [24, 24, 36]),
        (Metre(3, 4), [24] * 3), (Metre(2, 2), [24] * 4), (Metre(9, 16), [18] * 3),
    ],
    ids=str,
)  # fmt: skip
def test_groups_fill_the_bar(metre, sizes):
    assert [end - start for start, end in groups_of(metre)] == sizes
