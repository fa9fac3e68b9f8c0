"""Who plays what of notes that several share."""

from __future__ import annotations

from composer.music.score import Part
from composer.performance.arrangement import TIMPANI_CHANNEL, arrange
from composer.performance.instruments import find
from composer.performance.sections import share_out
from tests.composer.pieces import line
from tests.composer.tunes import note, piece

QUARTET, CHOIR, ORCHESTRA = find("quartet"), find("choir"), find("orchestra")


def inner(*notes):
    """Pitches of second violin and viola."""
    shared = share_out(notes, (*QUARTET.inner, QUARTET.accompaniment))
    return [[own.pitch for own in part] for part in shared]


def test_two_notes_at_once_are_for_two_players():
    assert inner(note(0, 24, 67), note(0, 24, 60), note(24, 24, 69), note(24, 24, 59)) == [[67, 69], [60, 59]]


def test_a_line_of_single_notes_stays_with_the_player_who_is_near():
    assert inner(*line([74, 76, 77]), *line([52, 50, 48], start=72)) == [[74, 76, 77], [52, 50, 48]]


def test_note_that_begins_while_one_player_is_busy_is_for_the_other():
    assert sorted(inner(note(0, 96, 67), note(24, 24, 66))) == [[66], [67]]


def test_nobody_loses_a_note():
    chord = [note(0, 24, pitch) for pitch in range(48, 84, 4)]

    shared = share_out(chord, (*ORCHESTRA.inner, ORCHESTRA.accompaniment))

    assert sorted(own.pitch for part in shared for own in part) == [own.pitch for own in chord]


def test_quartet_has_four_players_and_choir_four_voices():
    notes = [
        *line([76, 77]),
        *line([67, 69], part=Part.ACCOMPANIMENT),
        *line([60, 60], part=Part.ACCOMPANIMENT),
        *line([48, 41], part=Part.BASS),
    ]

    for preset in (QUARTET, CHOIR):
        tracks = arrange(piece(*notes), preset).tracks
        assert len({track.channel for track in tracks}) == len(tracks) == 4


def test_timpani_strike_tonic_and_dominant_where_a_loud_bar_begins():
    bass = [
        note(96 * bar, 96, pitch, Part.BASS, velocity=50 + bar) for bar, pitch in enumerate([36, 43, 38, 36, 43, 36])
    ]

    tracks = arrange(piece(*bass, bars=6), ORCHESTRA).tracks

    (timpani,) = [track for track in tracks if track.channel == TIMPANI_CHANNEL]
    assert [(own.start, own.pitch) for own in timpani.notes] == [(288, 48), (384, 43), (480, 48)]
