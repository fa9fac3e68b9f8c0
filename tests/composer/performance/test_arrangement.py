"""Which voice plays which note."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from composer.music.score import Metre, Note, Part
from composer.performance.arrangement import arrange
from composer.performance.instruments import INSTRUMENTS, PIANO, find
from tests.composer.tunes import note, piece, waltz

FLUTE = find("flute")


def played(score, instrument):
    """(start, duration, pitch) by part."""
    return {
        track.part: [(note.start, note.duration, note.pitch) for note in track.notes]
        for track in arrange(score, instrument).tracks
    }


def random_score(rng):
    """Notes of every part anywhere on the keyboard, overlapping at random and ringing on after the end."""
    notes = [
        Note(
            int(rng.integers(0, 380)),
            int(rng.integers(1, 97)),
            int(rng.integers(21, 109)) if part is not Part.DRUMS else int(rng.integers(35, 82)),
            int(rng.integers(1, 128)),
            part,
        )
        for part in Part
        for _ in range(100)
    ]
    return piece(*notes, bars=4)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_every_note_lies_in_its_voices_range_and_ends_with_the_piece(instrument, rng):
    score = random_score(rng)

    for track in arrange(score, instrument).tracks:
        for own in track.notes:
            assert track.voice.lowest <= own.pitch <= track.voice.highest
            assert own.end <= score.ticks
            assert own.part is track.part


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_no_key_is_struck_while_it_sounds(instrument, rng):
    for track in arrange(random_score(rng), instrument).tracks:
        free: dict[int, int] = {}
        for own in track.notes:
            assert own.start >= free.get(own.pitch, 0)
            free[own.pitch] = own.end


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_notes_keep_their_pitch_class_and_onset(instrument, rng):
    score = random_score(rng)

    tracks = arrange(score, instrument).tracks

    struck = {(own.start, own.pitch % 12) for track in tracks for own in track.notes}
    asked = {(own.start, own.pitch % 12) for own in score.notes if own.start < score.ticks}
    assert struck >= asked
    again = {start for start, _ in struck - asked}
    assert not again or (instrument.melody.rolled and min(again) >= score.ticks - score.metre.bar_ticks)


def test_piano_plays_a_pieces_notes_as_they_are():
    score = waltz()

    tracks = arrange(score, PIANO).tracks

    assert sorted(own for track in tracks for own in track.notes) == sorted(score.notes)
    assert [(track.name, track.program, track.channel) for track in tracks] == [
        ("Piano, right hand", 0, 0),
        ("Piano, left hand", 0, 1),
    ]


def test_parts_without_notes_have_no_track():
    assert arrange(piece(), PIANO).tracks == ()


def test_drums_go_to_the_drum_channel_and_keep_their_keys():
    score = piece(note(0, 6, 36, Part.DRUMS), note(0, 24, 60))

    drums = arrange(score, find("music-box")).tracks[-1]

    assert (drums.name, drums.channel) == ("Drums", 9)
    assert [own.pitch for own in drums.notes] == [36]


def test_solo_plays_the_top_of_a_chord_and_the_piano_the_rest():
    score = piece(note(0, 24, 76), note(0, 24, 72), note(0, 24, 67), note(0, 48, 48, Part.ACCOMPANIMENT))

    parts = played(score, FLUTE)

    assert parts[Part.MELODY] == [(0, 24, 76)]
    assert parts[Part.ACCOMPANIMENT] == [(0, 24, 72), (0, 24, 67), (0, 48, 48)]


def test_inner_voice_below_a_held_note_is_no_part_of_the_solo():
    score = piece(note(0, 96, 79), note(24, 24, 72), note(48, 24, 74))

    parts = played(score, FLUTE)

    assert parts[Part.MELODY] == [(0, 96, 79)]
    assert parts[Part.ACCOMPANIMENT] == [(24, 24, 72), (48, 24, 74)]


def test_solo_note_that_overlaps_its_successor_a_little_ends_where_that_begins():
    score = piece(note(0, 30, 79), note(24, 24, 76))

    assert played(score, FLUTE) == {Part.MELODY: [(0, 24, 79), (24, 24, 76)]}


def test_solo_note_ends_where_a_higher_one_begins():
    score = piece(note(0, 96, 72), note(24, 24, 76))

    assert played(score, FLUTE)[Part.MELODY] == [(0, 24, 72), (24, 24, 76)]


def test_solo_plays_one_note_at_a_time(rng):
    solo = arrange(random_score(rng), FLUTE).tracks[0].notes

    assert all(before.end <= after.start for before, after in pairwise(solo))


def test_tune_below_the_flute_moves_up_as_a_whole():
    tune = (55, 60, 57, 65)
    score = piece(*(note(24 * beat, 24, pitch) for beat, pitch in enumerate(tune)))

    assert [pitch for *_, pitch in played(score, FLUTE)[Part.MELODY]] == [67, 72, 69, 77]


def test_single_stray_note_moves_alone():
    tune = (59, *[72, 74, 76] * 16)
    score = piece(*(note(24 * beat, 24, pitch) for beat, pitch in enumerate(tune)), bars=20)

    assert [pitch for *_, pitch in played(score, FLUTE)[Part.MELODY]][:4] == [71, 72, 74, 76]


def test_hands_of_one_instrument_move_together():
    score = piece(note(0, 24, 72), note(0, 24, 48, Part.ACCOMPANIMENT), bars=2)

    assert played(score, find("music-box")) == {Part.MELODY: [(0, 24, 84)], Part.ACCOMPANIMENT: [(0, 24, 60)]}


def test_accompaniment_too_low_for_its_voice_goes_to_the_bass():
    score = piece(note(0, 24, 40, Part.ACCOMPANIMENT), note(24, 24, 60, Part.ACCOMPANIMENT))

    parts = played(score, find("quartet"))

    assert parts == {Part.ACCOMPANIMENT: [(24, 24, 60)], Part.BASS: [(0, 24, 40)]}


def test_two_notes_that_fold_onto_one_key_become_one():
    organ = find("organ")
    low, high = note(0, 48, 24, velocity=50), note(0, 24, 36, velocity=90)
    score = piece(low, high, *(note(48, 12, pitch) for pitch in range(48, 90)))

    folded = [own for own in arrange(score, organ).tracks[0].notes if own.start == 0]

    assert folded == [replace(high, duration=48)]


def test_note_ends_where_its_key_is_struck_again():
    score = piece(note(0, 48, 60), note(24, 48, 60))

    assert played(score, PIANO) == {Part.MELODY: [(0, 24, 60), (24, 48, 60)]}


def test_hands_may_hold_the_same_key():
    score = piece(note(0, 96, 60), note(24, 24, 60, Part.ACCOMPANIMENT))

    assert played(score, PIANO) == {Part.MELODY: [(0, 96, 60)], Part.ACCOMPANIMENT: [(24, 24, 60)]}


def test_notes_after_the_last_bar_are_left_out():
    score = piece(note(48, 100, 60), note(72, 24, 64), metre=Metre(3, 4))

    assert played(score, PIANO) == {Part.MELODY: [(48, 24, 60)]}


def test_order_in_which_notes_were_given_does_not_matter(rng):
    score = random_score(rng)
    shuffled = replace(score, notes=tuple(score.notes[index] for index in rng.permutation(len(score.notes))))

    assert arrange(shuffled, PIANO) == arrange(score, PIANO)


def test_a_marimba_strikes_its_last_chord_again_and_again():
    score = piece(note(0, 96, 60), note(96, 96, 60), bars=2)

    (track,) = arrange(score, find("marimba")).tracks

    assert [(own.start, own.duration) for own in track.notes] == [(0, 96), *((96 + 12 * n, 12) for n in range(8))]
    velocities = [own.velocity for own in track.notes[1:]]
    assert velocities == sorted(velocities, reverse=True)
