"""MIDI files as another program reads them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import mido
import pytest

from composer.music.score import Metre, Part
from composer.performance.instruments import DRUMS, INSTRUMENTS, PIANO, find
from composer.performance.midi import write
from composer.performance.midi_events import PULSES
from composer.performance.timing import RELEASE
from tests.composer.pieces import line
from tests.composer.tunes import note, piece, waltz

SETTINGS = {"seed": 7, "style": "piano", "key": None, "length": 60.5}


def written(score, *, instrument=PIANO, title="Waltz in A minor", settings=SETTINGS, pedal=True):
    """The file as another program reads it."""
    data = write(score, instrument=instrument, title=title, settings=settings, pedal=pedal)
    return mido.MidiFile(file=BytesIO(data))


def timed(track):
    """(time, message), times in MIDI ticks from the beginning."""
    now, messages = 0, []
    for message in track:
        now += message.time
        messages.append((now, message))
    return messages


def of_type(track, *types):
    return [(time, message) for time, message in timed(track) if message.type in types]


def controls(track, control):
    return [(time, m.value) for time, m in of_type(track, "control_change") if m.control == control]


def test_file_is_of_format_1_with_480_ticks_a_quarter():
    file = written(waltz())

    assert (file.type, file.ticks_per_beat) == (1, 480)


def test_file_is_as_long_as_the_piece():
    score = waltz()

    assert written(score).length == pytest.approx(score.seconds, abs=1e-4)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_every_track_ends_with_the_last_bar(instrument):
    score = piece(note(0, 500, 60), note(90, 100, 48, Part.ACCOMPANIMENT), note(95, 30, 36, Part.DRUMS))

    file = written(score, instrument=instrument)

    for track in file.tracks:
        *before, (end, last) = timed(track)
        assert (end, last.type) == (1920, "end_of_track")
        assert all(time <= end for time, _ in before)


def test_first_track_conducts():
    first, *_ = written(waltz()).tracks

    assert first.name == "Waltz in A minor"
    assert [(m.numerator, m.denominator) for _, m in of_type(first, "time_signature")] == [(3, 4)]
    assert [m.key for _, m in of_type(first, "key_signature")] == ["Am"]
    assert [(time, m.tempo) for time, m in of_type(first, "set_tempo")] == [
        (0, 454545),
        (432 * 20, 500000),
        (504 * 20, 625000),
    ]


def test_settings_stand_in_a_text_event_that_any_program_can_read():
    data = write(waltz(), instrument=PIANO, title="", settings={"z": 1, "a": "é"})

    assert b'cadenza:{"a":"\\u00e9","z":1}' in data


def test_title_may_hold_any_letter():
    data = write(waltz(), instrument=PIANO, title="Étude für 二", settings={})

    assert "Étude für 二".encode() in data


def test_settings_without_meaning_in_json_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        write(waltz(), instrument=PIANO, title="", settings={"length": float("nan")})


def test_each_part_has_a_track_with_its_program_and_balance():
    score = piece(note(0, 24, 72), note(0, 24, 60, Part.ACCOMPANIMENT), note(0, 24, 40, Part.BASS))
    quartet = find("quartet")

    tracks = written(score, instrument=quartet).tracks[1:]

    for track, voice in zip(tracks, (quartet.melody, quartet.accompaniment, quartet.bass), strict=True):
        assert track.name == voice.name
        assert [m.program for _, m in of_type(track, "program_change")] == [voice.program]
        assert [controls(track, 7), controls(track, 10), controls(track, 91)] == [
            [(0, voice.volume)],
            [(0, voice.pan)],
            [(0, voice.reverb)],
        ]


def test_drums_play_on_channel_10():
    file = written(piece(note(0, 6, 38, Part.DRUMS)))

    assert file.tracks[1].name == DRUMS.name
    assert {m.channel for _, m in of_type(file.tracks[1], "note_on", "note_off", "program_change")} == {9}


def test_an_instrument_may_have_a_kit_of_its_own():
    (drums,) = written(piece(note(0, 6, 38, Part.DRUMS)), instrument=find("synth")).tracks[1:]

    assert [m.program for _, m in of_type(drums, "program_change")] == [find("synth").drums.program] != [DRUMS.program]


def test_key_goes_up_before_another_goes_down():
    track = written(piece(note(0, 24, 60), note(24, 24, 62), note(24, 24, 55))).tracks[1]

    assert [m.type for time, m in of_type(track, "note_on", "note_off") if time == 480] == [
        "note_off",
        "note_on",
        "note_on",
    ]


def test_key_that_is_struck_again_at_once_goes_up_a_fortieth_of_a_quarter_early():
    track = written(piece(note(0, 24, 60), note(24, 24, 60), note(48, 24, 62))).tracks[1]

    assert [(time, m.note) for time, m in of_type(track, "note_off")] == [(480 - RELEASE, 60), (960, 60), (1440, 62)]
    assert RELEASE == 12


def test_shortest_note_still_sounds_when_its_key_is_struck_again():
    track = written(piece(note(0, 1, 60), note(1, 1, 60))).tracks[1]

    assert [(time, m.type) for time, m in of_type(track, "note_on", "note_off")] == [
        (0, "note_on"),
        (PULSES - RELEASE, "note_off"),
        (PULSES, "note_on"),
        (2 * PULSES, "note_off"),
    ]


def test_piano_is_pedalled_with_both_hands_alike():
    right, left = written(waltz()).tracks[1:]

    assert controls(right, 64) == controls(left, 64)
    assert [value for _, value in controls(right, 64)][:4] == [127, 0, 127, 0]
    assert controls(right, 64)[-1][1] == 0


def test_pedal_can_be_left_out():
    assert not any(controls(track, 64) for track in written(waltz(), pedal=False).tracks)


@pytest.mark.parametrize("name", ["harpsichord", "organ", "strings", "guitar"])
def test_instrument_without_pedal_uses_none(name):
    assert not any(controls(track, 64) for track in written(waltz(), instrument=find(name)).tracks)


def test_piano_under_a_flute_is_pedalled_and_the_flute_is_not():
    flute, piano = written(waltz(), instrument=find("flute")).tracks[1:]

    assert not controls(flute, 64)
    assert controls(piano, 64)


def test_same_arguments_give_the_same_bytes():
    shuffled = dict(reversed(SETTINGS.items()))

    assert write(waltz(), instrument=PIANO, title="A", settings=SETTINGS) == write(
        waltz(), instrument=PIANO, title="A", settings=shuffled
    )


@pytest.mark.parametrize(
    ("metre", "opening", "first"),
    [
        (Metre(3, 4), 48, (1, 4)),
        (Metre(4, 4), 60, (3, 8)),
        (Metre(6, 8), 60, (1, 8)),
        (Metre(2, 2), 72, (1, 4)),
        (Metre(3, 8), 30, (1, 16)),
    ],
    ids=str,
)
def test_piece_with_an_upbeat_begins_at_once_in_a_bar_of_its_own(metre, opening, first):
    notes = line([60, 62, 64], step=24, start=opening)
    score = replace(piece(*notes, bars=4, metre=metre), opening=opening)

    file = written(score)

    signs = [(time, (m.numerator, m.denominator)) for time, m in of_type(file.tracks[0], "time_signature")]
    assert signs == [(0, first), ((metre.bar_ticks - opening) * PULSES, (metre.numerator, metre.denominator))]
    assert next(time for time, _ in of_type(file.tracks[1], "note_on")) == 0
    assert file.length == pytest.approx(score.seconds, abs=1e-4)
