from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from composer.music.score import Metre, Note, Part, Score
from composer.tokens import vocabulary
from composer.tokens.tokenizer import STROKE, decode, encode, quantised
from composer.tokens.vocabulary import BAR, END, START, Kind, token_of
from tests.composer.pieces import line, score_of, scores, steadily


def decoded(tokens: list[int], like: Score) -> Score:
    return decode(tokens, metre=like.metre, key=like.key, tempos=like.tempos)


def pitch(value: int, part: Part = Part.MELODY) -> int:
    return token_of(Kind.PITCH, value, part)


def drum(value: int) -> int:
    return token_of(Kind.DRUM, value, Part.DRUMS)


def position(ticks: int) -> int:
    return token_of(Kind.POSITION, ticks)


def duration(ticks: int) -> int:
    return token_of(Kind.DURATION, ticks)


def velocity(value: int) -> int:
    return token_of(Kind.VELOCITY, value)


@steadily
@given(scores())
def test_any_quantised_score_comes_back_from_its_tokens(score: Score) -> None:
    fitted = quantised(score)

    assert decoded(encode(fitted), fitted) == fitted


@steadily
@given(scores())
def test_quantising_twice_is_quantising_once(score: Score) -> None:
    once = quantised(score)

    assert quantised(once) == once


@steadily
@given(scores())
def test_no_note_sounds_twice_at_once_in_a_quantised_score(score: Score) -> None:
    ends: dict[tuple[Part, int], int] = {}

    for note in quantised(score).notes:
        assert note.start >= ends.get((note.part, note.pitch), 0)
        ends[note.part, note.pitch] = note.end


@steadily
@given(scores())
def test_quantising_moves_no_onset(score: Score) -> None:
    assert {note.start for note in quantised(score).notes} <= {note.start for note in score.notes}


def test_a_note_is_said_with_duration_and_velocity() -> None:
    score = score_of(Note(24, 24, 60, 75, Part.MELODY), bars=1)

    assert encode(score) == [START, BAR, position(24), pitch(60), duration(24), velocity(75), END]


def test_what_equals_the_note_before_goes_without_saying() -> None:
    chord = (Note(0, 48, 64, 75, Part.MELODY), Note(0, 48, 60, 75, Part.MELODY))
    after = Note(48, 48, 62, 75, Part.MELODY)

    tokens = encode(score_of(*chord, after, bars=1))

    assert tokens[2:-1] == [
        *(position(0), pitch(64), duration(48), velocity(75), pitch(60)),
        *(position(48), pitch(62), duration(48)),
    ]


def test_velocity_is_remembered_part_by_part() -> None:
    notes = [*line([72, 74], velocity=85), *line([48, 50], part=Part.ACCOMPANIMENT, velocity=45)]

    tokens = encode(score_of(*notes, bars=1))

    assert [vocabulary.EVENTS[token].value for token in tokens if token in vocabulary.token_range(Kind.VELOCITY)] == [
        85,
        45,
    ]


def test_silent_bars_are_said() -> None:
    assert encode(score_of(bars=3)) == [START, BAR, BAR, BAR, END]


def test_what_follows_the_end_is_not_read() -> None:
    score = score_of(*line([60]), bars=1)

    assert decoded([*encode(score), BAR, BAR], score) == score


def test_note_may_ring_on_after_the_last_bar() -> None:
    score = score_of(Note(48, 96, 60, 75, Part.MELODY), bars=1)

    assert quantised(score) == score
    assert decoded(encode(score), score) == score


def test_durations_and_velocities_become_the_nearest_known() -> None:
    fitted = quantised(score_of(Note(0, 23, 60, 64, Part.MELODY)))

    assert fitted.notes == (Note(0, 24, 60, 65, Part.MELODY),)


def test_pitches_beyond_the_piano_move_into_it_by_octaves() -> None:
    fitted = quantised(score_of(Note(0, 24, 0, 75, Part.BASS), Note(0, 24, 127, 75, Part.MELODY)))

    assert [note.pitch for note in fitted.notes] == [103, 24]


def test_drums_that_nobody_knows_are_left_out() -> None:
    fitted = quantised(score_of(Note(0, 24, 34, 75, Part.DRUMS), Note(0, 24, 35, 75, Part.DRUMS)))

    assert fitted.notes == (Note(0, STROKE, 35, 75, Part.DRUMS),)


def test_drum_rolls_come_back_from_their_tokens() -> None:
    roll = line([38, 38, 38], step=3, part=Part.DRUMS)

    fitted = quantised(score_of(*roll, bars=1))

    assert [note.duration for note in fitted.notes] == [3, 3, STROKE]
    assert decoded(encode(fitted), fitted) == fitted


def test_longer_of_two_notes_on_one_key_stays() -> None:
    notes = (Note(0, 24, 60, 95, Part.MELODY), Note(0, 48, 60, 75, Part.MELODY))

    assert quantised(score_of(*notes)).notes == notes[1:]


def test_same_key_may_sound_in_two_parts() -> None:
    notes = (Note(0, 24, 60, 75, Part.MELODY), Note(0, 48, 60, 75, Part.ACCOMPANIMENT))

    assert quantised(score_of(*notes)).notes == notes


def test_note_ends_where_its_key_is_struck_again() -> None:
    notes = (Note(0, 96, 60, 75, Part.MELODY), Note(36, 24, 60, 75, Part.MELODY))

    assert quantised(score_of(*notes)).notes == (replace(notes[0], duration=36), notes[1])


def test_note_after_the_last_bar_is_left_out() -> None:
    assert quantised(score_of(*line([60, 62], step=96), bars=1)).notes == line([60], step=96)


@pytest.mark.parametrize(
    ("note", "fault"),
    [
        (Note(0, 11, 60, 75, Part.MELODY), "duration 11"),
        (Note(0, 24, 60, 64, Part.MELODY), "velocity 64"),
        (Note(0, 24, 20, 75, Part.MELODY), "pitch 20"),
        (Note(0, 6, 34, 75, Part.DRUMS), "drum 34"),
        (Note(192, 24, 60, 75, Part.MELODY), "after the last bar"),
    ],
)
def test_what_has_no_token_is_not_encoded(note: Note, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        encode(score_of(note))


@pytest.mark.parametrize(
    ("tokens", "fault"),
    [
        ([-1], "no token -1"),
        ([vocabulary.VOCABULARY_SIZE], "no token"),
        ([START, position(0)], "in no bar"),
        ([START, BAR, position(96)], "in no bar"),
        ([START, BAR, pitch(60)], "before any position"),
        ([START, BAR, position(0), BAR, pitch(60)], "before any position"),
        ([START, BAR, position(24), position(24)], "not after"),
        ([START, BAR, duration(24)], "belongs to no note"),
        ([START, BAR, position(0), drum(36), duration(24)], "belongs to no note"),
        ([START, BAR, position(0), pitch(60), duration(24), velocity(75), position(24), velocity(75)], "to no note"),
        ([START, BAR, position(0), pitch(60), velocity(75), END], "without duration"),
        ([START, BAR, position(0), pitch(60), duration(24), END], "without duration or velocity"),
        ([START, BAR, START], "start after"),
    ],
)
def test_tokens_that_make_no_sense_are_refused(tokens: list[int], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        decoded(tokens, score_of())


def test_bars_are_as_long_as_the_metre_says() -> None:
    score = score_of(*line([60, 62, 64], step=36), bars=3, metre=Metre(3, 8))

    assert [note.start for note in decoded(encode(score), score).notes] == [0, 36, 72]
