"""Note values, ties, rests and voices."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given

from composer.music.score import Metre, Part
from composer.notation.engraving import MOST_VOICES, Written, engrave
from tests.composer.pieces import FOUR_FOUR, line, scores, steadily
from tests.composer.tunes import note

PRINTABLE = {3, 4, 6, 8, 9, 12, 16, 18, 24, 32, 36, 48, 72, 96, 144}


def bars_of(*notes, metre=FOUR_FOUR, bars=1):
    """What is printed, as (duration, pitches) with ties as + behind the duration; rests have no pitches."""
    return [
        [[(f"{own.duration}{'+' * own.tied}", *own.pitches) for own in voice] for voice in voices]
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
    assert bars_of(note(72, 48, 60), bars=2) == [[[("72",), ("24+", 60)]], [[("24", 60), ("72",)]]]


@pytest.mark.parametrize(
    ("start", "duration", "values"),
    [
        (0, 60, ["48+", "12"]),
        (3, 21, ["9+", "12"]),
        (0, 84, ["72+", "12"]),
        (0, 36, ["36"]),
        (12, 24, ["24"]),
        (12, 36, ["12+", "24"]),
        (18, 12, ["6+", "6"]),
        (24, 72, ["72"]),
        (0, 15, ["12+", "3"]),
        (0, 20, ["24"]),
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


def test_triplets_stay_triplets():
    assert voice_of(*line([60, 62, 64], step=8), note(24, 72, 65)) == [("8", 60), ("8", 62), ("8", 64), ("72", 65)]


@pytest.mark.parametrize(("start", "written"), [(1, 0), (2, 3), (5, 4), (10, 9), (11, 12), (23, 24), (95, 93)])
def test_onset_off_the_grid_moves_to_the_nearest_place(start, written):
    ((voice,),) = engrave([note(start, 24, 60)], metre=FOUR_FOUR, bars=1)

    assert next(own.start for own in voice if own.pitches) == written


@pytest.mark.parametrize("duration", [18, 20, 21, 23, 24, 25])
def test_shortened_quarters_are_written_as_quarters(duration):
    notes = [note(24 * beat, duration, 60 + beat) for beat in range(4)]

    assert [length for length, *_ in voice_of(*notes)] == ["24"] * 4


def test_staccato_is_written_with_rests():
    assert voice_of(note(0, 12, 60), note(24, 72, 62)) == [("12", 60), ("12",), ("72", 62)]


def test_second_voice_holds_what_overlaps_and_has_gaps_instead_of_rests():
    assert bars_of(note(0, 48, 72), note(0, 24, 60), note(24, 24, 62)) == [
        [[("48", 72), ("48",)], [("24", 60), ("24", 62)]]
    ]


def test_higher_notes_stand_in_the_first_voice():
    ((first, second),) = bars_of(note(0, 24, 76), note(0, 96, 55), *line([77, 79, 81], start=24))

    assert [pitches for _, *pitches in first] == [[76], [77], [79], [81]]
    assert second == [("96", 55)]


def test_fifth_voice_takes_the_place_of_the_one_that_ends_first():
    held = [note(6 * index, 90 - 6 * index, 80 - index) for index in range(4)]

    (voices,) = engrave([*held, note(24, 24, 60)], metre=FOUR_FOUR, bars=1)

    assert len(voices) == MOST_VOICES
    assert 60 in {pitch for voice in voices for own in voice for pitch in own.pitches}


def test_fifth_length_at_one_onset_joins_a_chord():
    chord = [note(0, duration, 60 + duration // 12) for duration in (12, 24, 36, 48, 72)]

    (voices,) = engrave(chord, metre=FOUR_FOUR, bars=1)

    assert len(voices) == MOST_VOICES
    assert {pitch for voice in voices for own in voice for pitch in own.pitches} == {61, 62, 63, 64, 66}


@steadily
@given(scores())
def test_whatever_is_played_is_printed_in_values_that_fit_the_bar(score):
    ticks = score.ticks
    notes = [own for own in score.notes if own.start < ticks and own.part is not Part.DRUMS]

    printed = engrave(notes, metre=score.metre, bars=score.bars)

    assert len(printed) == score.bars
    for voices in printed:
        assert 1 <= len(voices) <= MOST_VOICES
        for voice in voices:
            now = 0
            for own in voice:
                assert own.start >= now
                assert own.duration in PRINTABLE or own == Written(0, score.metre.bar_ticks)
                now = own.start + own.duration
            assert now <= score.metre.bar_ticks


@steadily
@given(scores())
def test_every_pitch_is_printed_near_its_onset(score):
    notes = [own for own in score.notes if own.start < score.ticks]

    printed = engrave(notes, metre=score.metre, bars=score.bars)

    onsets = defaultdict(set)
    for bar, voices in enumerate(printed):
        for own in (own for voice in voices for own in voice if not own.tied_back):
            for pitch in own.pitches:
                onsets[pitch].add(bar * score.metre.bar_ticks + own.start)
    for played in notes:
        assert min(abs(onset - played.start) for onset in onsets[played.pitch]) <= 3


@steadily
@given(scores())
def test_ties_join_equal_chords_that_touch(score):
    notes = [own for own in score.notes if own.start < score.ticks]

    printed = engrave(notes, metre=score.metre, bars=score.bars)

    pieces = [
        (bar * score.metre.bar_ticks + own.start, own)
        for bar, voices in enumerate(printed)
        for voice in voices
        for own in voice
    ]
    ends = sorted((start + own.duration, own.pitches) for start, own in pieces if own.tied)
    assert ends == sorted((start, own.pitches) for start, own in pieces if own.tied_back)
