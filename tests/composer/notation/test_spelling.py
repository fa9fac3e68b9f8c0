"""Which letter and accidental a key or pitch is written with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.music.analysis import signature_of
from composer.music.score import Key, Mode, Part
from composer.notation.spelling import signature, spell
from tests.composer.pieces import line, scores, steadily
from tests.composer.tunes import note, piece

KEYS = [Key(tonic, mode) for mode in Mode for tonic in range(12)]
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def name(letter, alteration, octave):
    return f"{letter}{'#' * alteration}{'b' * -alteration}{octave}"


def names(pitches, key, *, up=0):
    """How a melody of quarters is spelled."""
    spelling = spell(piece(*line(pitches), bars=8, key=key), up=up)
    return [name(*spelling.of(pitch + up, 24 * place)) for place, pitch in enumerate(pitches)]


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


@steadily
@given(scores(), st.integers(-2, 9))
def test_spelling_sounds_like_the_pitch(score, up):
    spelling = spell(score, up=up)

    for each in score.notes:
        if each.part is not Part.DRUMS:
            letter, alteration, octave = spelling.of(each.pitch + up, each.start)
            assert 12 * (octave + 1) + STEPS[letter] + alteration == each.pitch + up


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_scale_needs_no_accidental(key):
    steps = (0, 2, 4, 5, 7, 9, 11, 12) if key.mode is Mode.MAJOR else (0, 2, 3, 5, 7, 8, 10, 12)
    sharps = dict(zip("FCGDAEB", range(7), strict=True))
    count = signature(key)
    scale = [60 + key.tonic + step for step in steps]

    for written in names(scale, key):
        in_signature = (sharps[written[0]] < count) if count > 0 else -(6 - sharps[written[0]] < -count)
        assert written.count("#") - written.count("b") == int(in_signature)


@pytest.mark.parametrize(
    ("melody", "key", "expected"),
    [
        ([69, 68, 69, 64, 69], Key(9, Mode.MINOR), "A4 G#4 A4 E4 A4"),
        ([62, 61, 62, 57, 62], Key(2, Mode.MINOR), "D4 C#4 D4 A3 D4"),
        ([68, 67, 68, 75, 68], Key(8, Mode.MINOR), "G#4 F##4 G#4 D#5 G#4"),
        ([73, 72, 73, 77, 73], Key(1, Mode.MAJOR), "Db5 C5 Db5 F5 Db5"),
    ],
)
def test_leading_note_has_the_letter_below_the_tonic(melody, key, expected):
    assert " ".join(names(melody, key)) == expected


def test_pitch_is_spelled_by_where_it_goes():
    key = Key(0, Mode.MAJOR)
    dominant_of_a_minor = [60, 64, 67, 64, 71, 68, 69, 64, 68, 69, 60, 57]
    minor_subdominant = [60, 64, 67, 65, 68, 65, 60, 65, 68, 67, 64, 60]

    assert "G#4" in names(dominant_of_a_minor, key)
    assert "Ab4" in names(minor_subdominant, key)


def test_instrument_that_transposes_reads_its_own_key():
    in_b_flat = Key(10, Mode.MAJOR)

    assert names([70, 72, 74, 77], in_b_flat, up=2) == ["C5", "D5", "E5", "G5"]


def test_note_that_notation_moved_keeps_its_spelling():
    spelling = spell(piece(note(0, 24, 69), note(25, 20, 68), note(48, 24, 69), key=Key(9, Mode.MINOR)))

    assert spelling.of(68, 24) == spelling.of(68, 25) == ("G", 1, 4)


def test_score_without_the_pitch_spells_it_by_its_key():
    assert spell(piece(key=Key(4, Mode.MAJOR))).of(68, 0) == ("G", 1, 4)
