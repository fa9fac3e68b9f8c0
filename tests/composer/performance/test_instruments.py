"""Presets, and finding them by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mido
import pytest

from composer.errors import RequestError
from composer.performance.instruments import DRUMS, INSTRUMENTS, PIANO, Voice, find


@pytest.mark.parametrize("name", ["music-box", "Music Box", " music_box ", "MUSIC  BOX"])
def test_instrument_is_found_however_its_name_is_written(name):
    assert find(name).name == "music-box"


def test_misspelled_instrument_is_answered_with_the_nearest():
    with pytest.raises(RequestError) as caught:
        find("pinao")

    assert str(caught.value) == "I don't know an instrument called `pinao`. Did you mean `piano`?"


def test_instrument_unlike_any_other_is_answered_with_all_of_them():
    with pytest.raises(RequestError) as caught:
        find("zzz")

    assert all(instrument.name in str(caught.value) for instrument in INSTRUMENTS)


def test_every_instrument_is_found_by_its_own_name():
    assert [find(instrument.name) for instrument in INSTRUMENTS] == list(INSTRUMENTS)


def test_names_are_the_ones_that_people_use():
    names = {instrument.name for instrument in INSTRUMENTS}

    assert names >= {"piano", "harpsichord", "organ", "music-box", "vibraphone", "guitar", "harp", "strings", "choir"}
    assert names >= {"flute", "violin", "brass", "quartet", "band"}


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_tracks_of_an_instrument_bear_different_names(instrument):
    names = {instrument.melody.name, instrument.accompaniment.name, instrument.bass.name, DRUMS.name}

    assert len(names) == 4


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_voices_are_what_midi_can_say(instrument):
    for voice in (instrument.melody, instrument.accompaniment, instrument.bass):
        mido.Message("program_change", program=voice.program)
        for value in (voice.volume, voice.pan, voice.reverb):
            mido.Message("control_change", value=value)


def test_hands_of_the_piano_are_not_panned():
    assert {voice.pan for voice in (PIANO.melody, PIANO.accompaniment, PIANO.bass)} == {64}


def test_players_of_a_quartet_sit_apart():
    quartet = find("quartet")

    assert len({voice.pan for voice in (quartet.melody, quartet.accompaniment, quartet.bass)}) == 3


@pytest.mark.parametrize("name", ["flute", "violin", "cello", "oboe", "clarinet", "saxophone"])
def test_solo_instrument_plays_over_a_piano(name):
    instrument = find(name)

    assert instrument.solo
    assert instrument.accompaniment.program == PIANO.melody.program


@pytest.mark.parametrize(
    ("lowest", "highest"),
    [(60, 70), (-1, 40), (100, 128)],
)
def test_voice_without_an_octave_of_midi_pitches_is_refused(lowest, highest):
    with pytest.raises(ValueError, match="Kazoo: no octave"):
        Voice(name="Kazoo", program=0, lowest=lowest, highest=highest)


@pytest.mark.parametrize("setting", ["program", "volume", "pan", "reverb"])
def test_voice_with_a_setting_beyond_midi_is_refused(setting):
    settings: dict[str, Any] = {setting: 128}

    with pytest.raises(ValueError, match="Violin: program, volume"):
        replace(find("violin").melody, **settings)
