from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import RequestError
from composer.formats.sections import Refused
from composer.music.given import GivenMusic
from composer.music.score import Key, Metre, Mode, Part
from composer.performance import instruments, midi
from composer.reading import limits, understanding
from composer.reading.refusals import MOST_MIDI_BYTES, refusal_of
from composer.reading.understanding import understand
from tests.composer.tunes import waltz
from tests.training.midi_files import Staff, bars_of_tune, tempo, time_signature, two_hands, write
from tests.training.scores import abc, compressed, kern, musicxml, two_staves

ROOT = Path(__file__).parents[3]


@pytest.fixture
def piano(tmp_path) -> bytes:
    """Eight bars for two hands in 3/4, slower in their second half."""
    marks = [time_signature(0, 3, 4), tempo(0, 90), tempo(12, 60)]
    return write(tmp_path / "piano.mid", two_hands(8, quarters=3), marks=marks).read_bytes()


def test_metre_tempo_parts_and_style_are_understood(piano):
    given = understand(piano)

    assert (given.style, given.score.metre, given.score.bars) == ("piano", Metre(3, 4), 8)
    assert given.score.tempos[0].quarters_per_minute == pytest.approx(72)
    assert {note.part for note in given.score.notes} == {Part.MELODY, Part.ACCOMPANIMENT}


def test_music_keeps_its_key_and_pitches(tmp_path):
    hands = two_hands(8, up=3)

    given = understand(write(tmp_path / "e flat.mid", hands).read_bytes())

    assert given.score.key == Key(3, Mode.MAJOR)
    assert {note.pitch for note in given.score.notes} == {pitch for hand in hands for _, _, pitch in hand.struck}


def test_music_goes_on_from_the_last_metre_in_which_it_stands_for_long(tmp_path):
    marks = [time_signature(0, 4, 4), time_signature(16, 3, 4)]
    staves = [Staff(struck=[*bars_of_tune(4), *bars_of_tune(8, quarters=3, start=16)])]

    given = understand(write(tmp_path / "two.mid", staves, marks=marks).read_bytes())

    assert given.score.metre == Metre(3, 4)
    assert given.bars_left_out == 4


def test_silence_before_the_music_is_no_bar_that_is_left_out(tmp_path):
    staves = [Staff(struck=[(at + 20, length, pitch) for at, length, pitch in bars_of_tune(8)])]

    given = understand(write(tmp_path / "late.mid", staves).read_bytes())

    assert (given.score.bars, given.bars_left_out) == (8, 0)


def test_upbeat_and_last_bar_with_metres_of_their_own_belong_to_the_music(tmp_path):
    marks = [tempo(0, 90), time_signature(0, 1, 4), time_signature(1, 4, 4), time_signature(33, 3, 4)]
    staves = [Staff(struck=[(0, 1, 67), *bars_of_tune(8, start=1), (33, 3, 72)])]

    given = understand(write(tmp_path / "upbeat.mid", staves, marks=marks).read_bytes())

    assert (given.score.metre, given.score.bars, given.bars_left_out) == (Metre(4, 4), 10, 0)
    assert (given.score.notes[0].start, given.score.notes[1].start) == (72, 96)
    assert given.score.notes[-1].start == 9 * 96


def test_three_tracks_of_a_piano_are_piano_music(tmp_path):
    staves = [*two_hands(8), Staff(struck=bars_of_tune(8, up=12), channel=2)]

    given = understand(write(tmp_path / "three.mid", staves).read_bytes())

    assert given.style == "piano"
    assert {note.part for note in given.score.notes} == {Part.MELODY, Part.ACCOMPANIMENT}


@pytest.mark.parametrize(
    "data",
    [
        musicxml([("Piano", 0, two_staves(8))]).encode(),
        compressed(musicxml([("Piano", 0, two_staves(8))])),
        kern(8).encode(),
        abc(8).encode(),
    ],
    ids=["musicxml", "mxl", "humdrum", "abc"],
)
def test_notation_is_known_by_what_it_begins_with(data):
    given = understand(data)

    assert given.score.bars >= 8


def test_piece_of_ours_brings_its_settings_and_its_key():
    score = waltz().transposed(2)
    data = midi.write(score, instrument=instruments.find("piano"), title="Waltz", settings={"style": "classical"})

    given = understand(data)

    assert (given.style, given.score.key, given.score.bars) == ("classical", score.key, score.bars)
    assert dict(given.settings) == {"style": "classical"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "given_unknown"),
        (b"Dear diary,", "given_unknown"),
        (b"\x89PNG", "given_unknown"),
        (b"MThd\x00", "given_unknown"),
        (
            b"MThd" + b"\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0" + b"MTrk\x00\x00\x00\x04\x00\xff\x2f\x00",
            "given_silent",
        ),
        (b"MThd" + bytes(MOST_MIDI_BYTES), "given_large"),
        (b"PK\x03\x04broken", "given_damaged"),
        (b"<score-partwise/>", "given_silent"),
    ],
)
def test_fault_of_a_file_is_named(data, reason):
    with pytest.raises(RequestError) as refused:
        understand(data)

    assert refused.value.reason == reason
    assert "; give" in str(refused.value) or "; save" in str(refused.value)


def test_file_of_too_many_notes_is_refused(monkeypatch, piano):
    monkeypatch.setattr(understanding, "MOST_NOTES", 20)

    with pytest.raises(RequestError, match="more than 20000 notes"):
        understand(piano)


@pytest.mark.parametrize("module", sorted((ROOT / "composer" / "formats").rglob("*.py")), ids=lambda path: path.stem)
def test_everything_that_readers_refuse_has_a_sentence(module):
    said = re.findall(r'Refused\(\s*f?"([^"{]+)', module.read_text(encoding="utf-8"))

    # The last resort is for what is unreadable. Of lines, only those of keyboard music are ever refused, and read anew.
    for reason in said:
        known = refusal_of(Refused(reason)).reason != "given_damaged"
        assert known or reason.startswith(("unreadable", "not ", "keyboard music")), reason


def test_music_is_the_same_after_its_way_as_json(piano):
    given = understand(piano)

    assert GivenMusic.from_plain(json.loads(json.dumps(given.to_plain()))) == given


def test_process_reads_what_is_read_here(piano):
    assert limits.read_given(piano) == understand(piano)


def test_process_that_takes_too_much_memory_is_ended_with_a_sentence(monkeypatch):
    monkeypatch.setattr(limits, "WRITTEN", replace(limits.WRITTEN, most_bytes=100 * 2**20))

    with pytest.raises(RequestError, match="takes too long"):
        limits.read_given(compressed(f"<score-partwise>{'<a/>' * 1_000_000}</score-partwise>"))


def test_process_that_takes_too_long_is_ended_with_a_sentence(monkeypatch, piano):
    monkeypatch.setattr(limits, "WRITTEN", replace(limits.WRITTEN, patience=0.01))

    with pytest.raises(RequestError, match="takes too long"):
        limits.read_given(piano)
