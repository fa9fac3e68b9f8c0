"""Which letter and accidental a key or pitch is written with."""

from __future__ import annotations

import pytest

from composer.music.analysis import signature_of
from composer.music.score import Key, Mode
from composer.notation.spelling import signature, spelled

KEYS = [Key(tonic, mode) for mode in Mode for tonic in range(12)]
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def names(pitches, key):
    return [
        f"{letter}{'#' * alteration}{'b' * -alteration}{octave}"
        for letter, alteration, octave in (spelled(pitch, key) for pitch in pitches)
    ]


@pytest.mark.parametrize(
    ("key", "accidentals"),
    [
        (Key(0, Mode.MAJOR), 0),
        (Key(2, Mode.MAJOR), 2),
        (Key(11, Mode.MAJOR), 5),
        (Key(6, Mode.MAJOR), -6),
        (Key(1, Mode.MAJOR), -5),
        (Key(9, Mode.MINOR), 0),
        (Key(8, Mode.MINOR), 5),
        (Key(3, Mode.MINOR), -6),
        (Key(5, Mode.MINOR), -4),
    ],
    ids=str,
)
def test_signature_has_the_accidentals_of_the_key(key, accidentals):
    assert signature(key) == accidentals


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_signature_is_that_of_the_analysis_where_six_sharps_are_six_flats(key):
    assert (signature(key) - signature_of(key)) % 12 == 0
    assert -6 <= signature(key) <= 5


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_spelling_sounds_like_the_pitch(key):
    for pitch in range(128):
        letter, alteration, octave = spelled(pitch, key)

        assert 12 * (octave + 1) + STEPS[letter] + alteration == pitch


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_notes_of_the_scale_need_no_accidental(key):
    steps = (0, 2, 4, 5, 7, 9, 11) if key.mode is Mode.MAJOR else (0, 2, 3, 5, 7, 8, 10)
    sharps = dict(zip("FCGDAEB", range(7), strict=True))
    count = signature(key)

    for step in steps:
        letter, alteration, _ = spelled(60 + key.tonic + step, key)

        in_signature = (sharps[letter] < count) if count > 0 else -(6 - sharps[letter] < -count)
        assert alteration == int(in_signature)


def test_minor_is_spelled_with_its_leading_note():
    assert names([68], Key(9, Mode.MINOR)) == ["G#4"]
    assert names([61], Key(2, Mode.MINOR)) == ["C#4"]
    assert names([71], Key(0, Mode.MINOR)) == ["B4"]
    assert names([67], Key(8, Mode.MINOR)) == ["F##4"]


def test_letter_decides_the_octave():
    assert names([60], Key(1, Mode.MINOR)) == ["B#3"]
    assert names([71], Key(6, Mode.MAJOR)) == ["Cb5"]
