"""Keys go down and up as people's do, and the score stays readable from the file."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from composer.performance.arrangement import arrange
from composer.performance.instruments import PIANO, find
from composer.performance.midi import read, write
from composer.performance.midi_events import PULSES
from composer.performance.timing import RELEASE, keep_in_tick, plain_times, played_times

MILLISECONDS = 60_000 / 100 / 480
"""Of a MIDI tick at a hundred quarters a minute."""


def piece(*notes: Note, bars: int = 16) -> Score:
    return Score(notes, Metre(4, 4), bars, Key(0, Mode.MAJOR), (Tempo(0, 100.0),))


def both_hands(step: int = 12) -> Score:
    hands = ((Part.MELODY, 72), (Part.ACCOMPANIMENT, 48))
    return piece(
        *(
            Note(start, step, low + start // step % 5 * 2, 70, part)
            for start in range(0, 15 * 96, step)
            for part, low in hands
        )
    )


def downs(score: Score) -> list[dict[int, int]]:
    """For each hand, MIDI ticks from the grid to where each onset's key goes down."""
    rng = np.random.default_rng(1)
    return [
        {
            note.start: down - note.start * PULSES
            for note, (down, _) in zip(track.notes, played_times(track, score, rng), strict=True)
        }
        for track in arrange(score, PIANO).tracks
    ]


def test_hands_are_some_ten_milliseconds_apart_and_the_melody_leads() -> None:
    right, left = downs(both_hands())
    apart = np.array([right[start] - left[start] for start in sorted(right) if start]) * MILLISECONDS

    assert 5 < apart.std() < 20
    assert -10 < apart.mean() < 0


def held(*notes: Note) -> list[float]:
    """Share of its length that each note's key is down."""
    score = piece(*notes)
    (track,) = arrange(score, PIANO).tracks
    times = played_times(track, score, np.random.default_rng(2))
    return [(up - down) / (note.duration * PULSES) for note, (down, up) in zip(track.notes, times, strict=True)]


def line(*pitches: int) -> list[Note]:
    return [Note(number * 24, 24, pitch, 70, Part.MELODY) for number, pitch in enumerate(pitches)]


def test_steps_are_bound_leaps_are_parted_and_keys_that_are_struck_again_go_up_early() -> None:
    steps, leaps, again = (np.mean(held(*line(*pitches))[:-1]) for pitches in ([60, 62] * 10, [60, 72] * 10, [60] * 20))

    assert again < leaps < 1 < steps < 1.1


def test_long_notes_are_held_to_their_end() -> None:
    first, *_ = held(Note(0, 72, 60, 70, Part.MELODY), Note(72, 24, 67, 70, Part.MELODY))

    assert first == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", ["piano", "flute", "quartet", "band"])
def test_notes_are_read_back_as_they_are_written(name: str) -> None:
    score = both_hands()

    again, _ = read(write(score, instrument=find(name), title="", settings={}, played=True))

    assert sorted(again.notes) == sorted(own for track in arrange(score, find(name)).tracks for own in track.notes)
    assert again.bars == score.bars


def test_a_key_goes_up_before_it_is_struck_again(rng: np.random.Generator) -> None:
    notes = [
        Note(int(start), int(rng.integers(1, 30)), int(rng.integers(60, 66)), 70, Part.MELODY)
        for start in rng.integers(0, 15 * 96, 400)
    ]
    score = piece(*notes)

    for track in arrange(score, PIANO).tracks:
        times = played_times(track, score, rng)
        lanes: dict[int, list[tuple[int, int]]] = {}
        for note, (down, up) in zip(track.notes, times, strict=True):
            assert 0 <= down < up <= score.ticks * PULSES
            lanes.setdefault(note.pitch, []).append((down, up))
        assert all(one[1] < other[0] for lane in lanes.values() for one, other in pairwise(sorted(lane)))


def test_a_drummer_is_late_where_the_stroke_before_was_late() -> None:
    score = piece(*(Note(start, 6, 42, 70, Part.DRUMS) for start in range(0, 16 * 96, 6)))
    (track,) = arrange(score, find("band")).tracks

    times = played_times(track, score, np.random.default_rng(4))

    late = np.array([down - note.start * PULSES for note, (down, _) in zip(track.notes, times, strict=True)][1:])
    assert 4 < late.std() * MILLISECONDS < 12
    assert np.corrcoef(late[1:], late[:-1])[0, 1] > 0.15


def test_a_distance_from_the_grid_stays_within_half_a_tick_of_the_score() -> None:
    assert list(keep_in_tick(np.array([-100.0, -4.0, 0.0, 3.0, 100.0]))) == [-9, -4, 0, 3, 9]


def test_what_begins_a_piece_with_an_upbeat_is_read_back_as_long_as_it_is() -> None:
    notes = [Note(72, 24, pitch, 70, Part.ACCOMPANIMENT) for pitch in range(40, 70, 3)]
    score = Score(tuple(notes), Metre(4, 4), 4, Key(0, Mode.MAJOR), (Tempo(0, 100.0),), opening=72)

    for name in ("piano", "organ"):
        again, _ = read(write(score, instrument=find(name), title="", settings={}, played=True))
        assert {note.duration for note in again.notes} == {24}


def test_equal_pieces_are_played_alike_and_others_are_not() -> None:
    written = [write(both_hands(step), instrument=PIANO, title="", settings={}, played=True) for step in (12, 12, 24)]

    assert written[0] == written[1] != written[2]


def test_without_players_every_note_stands_on_the_grid() -> None:
    (track,) = arrange(piece(*line(60, 62, 62)), PIANO).tracks

    assert plain_times(track) == ((0, 480), (480, 960 - RELEASE), (960, 1440))
