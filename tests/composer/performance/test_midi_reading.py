"""Reading the MIDI files that we wrote, and refusing others."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import mido
import pytest
from hypothesis import given

from composer.errors import RequestError
from composer.music.numerals import Numeral
from composer.music.score import Key, KeyChange, Metre, Mode, Tempo
from composer.performance.arrangement import TIMPANI_CHANNEL, arrange
from composer.performance.chord_markers import read_numerals
from composer.performance.instruments import INSTRUMENTS, PIANO
from composer.performance.midi import read, write
from composer.tokens.tokenizer import quantised
from tests.composer.pieces import line, scores, steadily
from tests.composer.sounds import scale
from tests.composer.tunes import piece, waltz

KEYS = [Key(tonic, mode) for mode in Mode for tonic in range(12)]
SETTINGS = {"seed": 7, "style": "piano", "key": None, "length": 60.5}


def test_piano_piece_is_read_back_as_it_was_written():
    score = waltz()

    again, settings = read(write(score, instrument=PIANO, title="A", settings=SETTINGS))

    assert (again.notes, again.metre, again.bars, again.key) == (score.notes, score.metre, score.bars, score.key)
    assert settings == SETTINGS


def test_chords_are_read_back_as_the_markers_that_other_programs_show():
    numerals = (Numeral(0, "a: i"), Numeral(72, "V65/♭II"))

    data = write(waltz(), instrument=PIANO, title="A", settings=SETTINGS, numerals=numerals)

    assert read_numerals(data) == numerals
    assert read_numerals(write(waltz(), instrument=PIANO, title="A", settings=SETTINGS)) == ()


@steadily
@given(scores())
def test_whatever_tokens_can_hold_is_read_back_from_the_piano_up_to_its_last_bar(score):
    score = quantised(score)

    again, _ = read(write(score, instrument=PIANO, title="", settings={}))

    assert [(n.start, n.duration, n.pitch, n.velocity, n.part) for n in again.notes] == [
        (n.start, min(n.duration, score.ticks - n.start), n.pitch, n.velocity, n.part) for n in score.notes
    ]
    assert (again.metre, again.bars) == (score.metre, score.bars)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_other_instruments_are_read_back_as_they_sound(instrument):
    again, _ = read(write(waltz(), instrument=instrument, title="", settings={}))

    tracks = [track for track in arrange(waltz(), instrument).tracks if track.channel != TIMPANI_CHANNEL]
    assert sorted(again.notes) == sorted(own for track in tracks for own in track.notes)


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_every_key_is_read_back(key):
    again, _ = read(write(piece(key=key), instrument=PIANO, title="", settings={}))

    assert again.key == key


def test_changes_of_key_are_read_back():
    changes = KeyChange(96, Key(7, Mode.MAJOR)), KeyChange(288, Key(0, Mode.MAJOR))
    score = replace(piece(bars=4, tempos=(Tempo(0, 120.0), Tempo(192, 100.0))), key_changes=changes)

    again, _ = read(write(score, instrument=PIANO, title="", settings={}))

    assert (again.key, again.key_changes, again.tempos) == (score.key, changes, score.tempos)


@pytest.mark.parametrize("metre", [Metre(2, 2), Metre(12, 8), Metre(5, 16), Metre(7, 4), Metre(3, 1)], ids=str)
def test_every_metre_is_read_back(metre):
    again, _ = read(write(piece(metre=metre, bars=3), instrument=PIANO, title="", settings={}))

    assert (again.metre, again.bars) == (metre, 3)


def test_tempos_are_read_back_to_the_microsecond():
    tempos = (Tempo(0, 97.123), Tempo(30, 61.7))

    again, _ = read(write(piece(tempos=tempos), instrument=PIANO, title="", settings={}))

    assert [tempo.start for tempo in again.tempos] == [0, 30]
    assert again.seconds == pytest.approx(piece(tempos=tempos).seconds, abs=1e-5)


def test_tempo_too_slow_for_midi_becomes_the_slowest():
    again, _ = read(write(piece(tempos=(Tempo(0, 1.0),)), instrument=PIANO, title="", settings={}))

    assert again.tempos[0].quarters_per_minute == pytest.approx(3.576, abs=1e-3)


def saved(tracks, *, ticks_per_beat=480):
    """A file that is not ours, or was tampered with."""
    file = mido.MidiFile(ticks_per_beat=ticks_per_beat)
    file.tracks = [mido.MidiTrack(track) for track in tracks]
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def conducting(text):
    return [
        mido.MetaMessage("text", text=text),
        mido.MetaMessage("time_signature", numerator=4, denominator=4),
        mido.MetaMessage("key_signature", key="C"),
        mido.MetaMessage("set_tempo", tempo=500000),
        mido.MetaMessage("end_of_track", time=1920),
    ]


OURS = conducting("cadenza:" + json.dumps({"seed": 1}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF....",
        b"MThd",
        scale(beats=4),
        saved([conducting("another program")]),
        saved([conducting("cadenza:{")]),
        saved([conducting("cadenza:[1]")]),
        saved([OURS], ticks_per_beat=96),
        saved([OURS[:-1]]),
        saved([OURS, [mido.Message("note_off", note=60)]]),
        saved([OURS, [mido.Message("note_on", channel=12), mido.Message("note_off", channel=12, time=20)]]),
        saved([[*OURS[:2], mido.MetaMessage("key_signature", key="C#"), *OURS[3:]]]),
    ],
    ids=[
        "empty",
        "no MIDI",
        "cut",
        "another program's",
        "another text",
        "broken settings",
        "settings without names",
        "other ticks",
        "no bar",
        "an end without a beginning",
        "a channel for no part",
        "a key we never write",
    ],
)
def test_file_that_is_not_ours_is_refused_in_one_sentence(data):
    with pytest.raises(RequestError, match=r"^this is not a MIDI file that Cadenza wrote; name one that is$"):
        read(data)


def test_handmade_file_of_our_kind_is_read():
    score, settings = read(saved([OURS]))

    assert (score.bars, score.notes, settings) == (1, (), {"seed": 1})


def test_damaged_file_is_read_or_refused_but_never_crashes(rng):
    whole = write(waltz(), instrument=PIANO, title="Waltz", settings=SETTINGS)
    refused = 0

    for _ in range(200):
        data = bytearray(whole[: rng.integers(len(whole) // 2, len(whole) + 1)])
        for place in rng.integers(0, len(data), 8):
            data[place] = rng.integers(256)
        try:
            read(bytes(data))
        except RequestError:
            refused += 1

    assert refused > 100


METRES = (Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(2, 2), Metre(3, 8))


@pytest.mark.parametrize("metre", METRES, ids=str)
@pytest.mark.parametrize("played", [False, True])
def test_piece_with_an_upbeat_is_read_back_as_it_was_written(metre, played):
    for opening in range(6, metre.bar_ticks, 6):
        notes = line([60, 62, 64, 65, 67, 69], step=metre.beat_ticks, start=opening)
        tempos = (Tempo(0, 100.0), Tempo(metre.bar_ticks, 80.0))
        score = replace(piece(*notes, bars=8, metre=metre, tempos=tempos), opening=opening)
        score = replace(score, key_changes=(KeyChange(metre.bar_ticks, Key(7, Mode.MAJOR)),))

        numerals = (Numeral(opening, "V"), Numeral(metre.bar_ticks, "I"))

        data = write(score, instrument=PIANO, title="", settings={}, played=played, numerals=numerals)
        again, _ = read(data)

        assert read_numerals(data) == numerals
        assert (again.notes, again.metre, again.bars, again.opening) == (score.notes, metre, 8, opening)
        assert [tempo.start for tempo in again.tempos] == [0, metre.bar_ticks]
        assert again.key_changes == score.key_changes
