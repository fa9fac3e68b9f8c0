"""What is printed of one staff: values, ties, rests, triplets and voices."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from composer.music.score import Metre, Part
from composer.notation.rhythm.beams import beams_of
from composer.notation.rhythm.engraving import Written, engrave
from composer.notation.rhythm.values import NAMES
from tests.composer.pieces import FOUR_FOUR, line, scores, steadily
from tests.composer.tunes import note

PRINTABLE = {*NAMES, *(value * 3 // 2 for value in NAMES)}


def bars_of(*notes, metre=FOUR_FOUR, bars=1):
    """What is printed, as (duration, pitches); + stands for a tie, t for a triplet, . for a staccato dot."""
    return [
        [
            [(f"{own.duration}{'t' * own.triplet}{'+' * own.tied}{'.' * own.staccato}", *own.pitches) for own in voice]
            for voice in voices
        ]
        for voices in engrave(notes, metre=metre, bars=bars)
    ]


def voice_of(*notes, metre=FOUR_FOUR):
    ((voice,),) = bars_of(*notes, metre=metre)
    return voice


def test_quarters_are_quarters():
    assert voice_of(*line([60, 62, 64, 65])) == [("24", 60), ("24", 62), ("24", 64), ("24", 65)]


def test_notes_that_begin_and_end_together_are_a_chord():
    assert voice_of(note(0, 96, 67), note(0, 96, 60), note(0, 96, 64)) == [("96", 60, 64, 67)]


@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(5, 8), Metre(7, 4), Metre(12, 8)], ids=str)
def test_bar_without_notes_is_one_rest(metre):
    assert bars_of(metre=metre, bars=2) == [[[(str(metre.bar_ticks),)]]] * 2


def test_gaps_are_filled_with_rests():
    assert voice_of(note(24, 12, 60), note(48, 24, 62)) == [("24",), ("12", 60), ("12",), ("24", 62), ("24",)]


def test_note_across_the_bar_line_is_tied():
    assert bars_of(note(72, 48, 60), bars=2) == [[[("48",), ("24",), ("24+", 60)]], [[("24", 60), ("24",), ("48",)]]]


@pytest.mark.parametrize(
    ("start", "duration", "values"),
    [
        (0, 60, ["48+", "12"]),
        (0, 84, ["96"]),
        (0, 36, ["36"]),
        (12, 24, ["24"]),
        (12, 36, ["12+", "24"]),
        (18, 12, ["6+", "6"]),
        (24, 72, ["72"]),
        (6, 12, ["12"]),
    ],
)
def test_values_show_where_the_beats_are(start, duration, values):
    printed = [length for length, *pitches in voice_of(note(start, duration, 60)) if pitches]

    assert printed == values


@pytest.mark.parametrize(
    ("start", "duration", "values"),
    [(0, 36, ["36"]), (0, 72, ["72"]), (0, 48, ["36+", "12"]), (12, 24, ["24"]), (24, 24, ["12+", "12"])],
)
def test_compound_metres_are_grouped_in_threes(start, duration, values):
    printed = [length for length, *pitches in voice_of(note(start, duration, 60), metre=Metre(6, 8)) if pitches]

    assert printed == values


@pytest.mark.parametrize("duration", [18, 20, 21, 23, 24, 25])
def test_shortened_quarters_are_written_as_quarters(duration):
    notes = [note(24 * beat, duration, 60 + beat) for beat in range(4)]

    assert [length for length, *_ in voice_of(*notes)] == ["24"] * 4


def test_staccato_is_a_dot_and_no_scrap():
    notes = [note(24 * beat, 14, 60 + beat) for beat in range(4)]

    assert [length for length, *_ in voice_of(*notes)] == ["24."] * 4


def test_triplets_are_complete():
    assert voice_of(*line([60, 62, 64], step=8), note(24, 72, 65)) == [
        ("8t", 60), ("8t", 62), ("8t", 64), ("72", 65),
    ]  # fmt: skip
    assert voice_of(note(8, 8, 62), note(24, 72, 65)) == [("8t",), ("8t", 62), ("8t",), ("72", 65)]


def test_three_quarters_in_the_time_of_two_are_one_triplet():
    assert voice_of(*line([60, 62, 64], step=16), note(48, 48, 65)) == [
        ("16t", 60), ("16t", 62), ("16t", 64), ("48", 65),
    ]  # fmt: skip


def test_an_eighth_may_be_a_triplet_beside_a_plain_one():
    notes = (note(0, 12, 60), *line([62, 64, 65], start=12, step=4), note(24, 72, 67))

    assert voice_of(*notes) == [("12", 60), ("4t", 62), ("4t", 64), ("4t", 65), ("72", 67)]


def test_three_against_two_are_two_voices():
    ((first, second),) = bars_of(*line([76, 77, 79], step=8), *line([60, 62], step=12), note(24, 72, 76), bars=1)

    assert first[:3] == [("8t", 76), ("8t", 77), ("8t", 79)]
    assert second[:2] == [("12", 60), ("12", 62)]


@pytest.mark.parametrize(("start", "written"), [(1, 0), (2, 3), (5, 6), (7, 6), (10, 9), (11, 12), (23, 24), (95, 93)])
def test_onset_off_the_grid_moves_to_the_nearest_place(start, written):
    ((voice,),) = engrave([note(start, 24, 60)], metre=FOUR_FOUR, bars=1)

    assert next(own.start for own in voice if own.pitches) == written


def test_second_voice_holds_what_overlaps_and_rests_where_it_is_silent():
    assert bars_of(note(0, 48, 72), note(0, 24, 60), note(24, 24, 62), note(48, 48, 71)) == [
        [[("48", 72), ("48", 71)], [("24", 60), ("24", 62), ("48",)]]
    ]


def test_arpeggio_that_rings_is_one_voice():
    notes = [note(12 * index, 24, pitch) for index, pitch in enumerate([48, 55, 60, 64, 48, 55, 60, 64])]

    assert voice_of(*notes)[:-1] == [("12", pitch) for pitch in [48, 55, 60, 64, 48, 55, 60]]


def printed_of(score):
    notes = [own for own in score.notes if own.start < score.ticks and own.part is not Part.DRUMS]
    return notes, engrave(notes, metre=score.metre, bars=score.bars)


@steadily
@given(scores())
def test_whatever_is_played_is_a_page_of_complete_bars(score):
    notes = [own for own in score.notes if own.start < score.ticks and own.part is not Part.DRUMS]

    printed = engrave(notes, metre=score.metre, bars=score.bars)

    for voice in (voice for voices in printed for voice in voices):
        check_values(voice, score.metre)
        check_triplets(voice)
        check_beams(voice, score.metre)
    check_ties(printed, score.metre)
    check_onsets(printed, notes, score.metre)


def check_values(voice, metre):
    """Every voice fills its bar, with values that there are."""
    assert [own.start for own in voice] == [0, *(own.end for own in voice[:-1])]
    assert voice[-1].end == metre.bar_ticks
    for own in voice:
        value = Fraction(own.duration * 3, 2) if own.triplet else own.duration
        assert value in PRINTABLE or own == Written(0, metre.bar_ticks)


def check_triplets(voice):
    """Every triplet has more than one note, and lasts as long as a plain value."""
    inside: list[Written] = []
    for own in voice:
        assert own.triplet or not (inside or own.bracket)
        if own.triplet:
            assert bool(inside) == (own.bracket != "start")
            inside.append(own)
        if own.bracket == "stop":
            assert len(inside) > 1
            assert sum(part.duration for part in inside) in {12, 24, 48}
            inside = []
    assert not inside


def check_beams(voice, metre):
    """Every beam joins notes that touch, and ends where another of its notes stands."""
    beams = beams_of(voice, metre)
    assert all(voice[index].notes for index in beams)
    for level in range(3):
        words = [(index, own[level]) for index, own in sorted(beams.items()) if len(own) > level]
        opened = [index + 1 for index, word in words if word in {"begin", "continue"}]
        assert opened == [index for index, word in words if word in {"end", "continue"}]


def check_ties(printed, metre):
    """Ties join equal chords that touch."""
    pieces = [
        (bar * metre.bar_ticks + own.start, own)
        for bar, voices in enumerate(printed)
        for voice in voices
        for own in voice
    ]
    ends = sorted((start + own.duration, own.pitches) for start, own in pieces if own.tied)
    assert ends == sorted((start, own.pitches) for start, own in pieces if own.tied_back)


def check_onsets(printed, notes, metre):
    """Every pitch stands near its onset."""
    onsets = {
        (bar * metre.bar_ticks + own.start, pitch)
        for bar, voices in enumerate(printed)
        for own in (own for voice in voices for own in voice if not own.tied_back)
        for pitch in own.pitches
    }
    for played in notes:
        assert any((played.start + moved, played.pitch) in onsets for moved in range(-3, 4))
