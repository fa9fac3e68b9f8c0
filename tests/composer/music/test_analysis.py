from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from composer.music.analysis import (
    KEYS,
    bar_phases,
    find_key,
    key_clarity,
    key_fits,
    pitch_class_weights,
    shifted,
    signature_of,
)
from composer.music.score import Key, Metre, Mode, Note, Part
from composer.tokens.vocabulary import METRES
from tests.composer.pieces import line, score_of

MAJOR_TUNE = (60, 64, 67, 65, 64, 62, 59, 60)
MINOR_TUNE = (57, 60, 64, 62, 60, 59, 56, 57)


def waltz(metre: Metre, bars: int) -> tuple[Note, ...]:
    """A bass on every first beat, chords on the others, a harmony for each bar."""
    beat = metre.beat_ticks
    notes: list[Note] = []
    for bar in range(bars):
        root = (36, 43, 41, 36)[bar % 4]
        start = bar * metre.bar_ticks
        notes.append(Note(start, beat, root, 75, Part.ACCOMPANIMENT))
        for tick in range(beat, metre.bar_ticks, beat):
            notes += [Note(start + tick, beat, root + up, 75, Part.ACCOMPANIMENT) for up in (12, 16, 19)]
        notes.append(Note(start, metre.bar_ticks, root + 36, 75, Part.MELODY))
    return score_of(*notes, bars=bars, metre=metre).notes


@pytest.mark.parametrize("up", range(12))
@pytest.mark.parametrize(("tune", "tonic", "mode"), [(MAJOR_TUNE, 0, Mode.MAJOR), (MINOR_TUNE, 9, Mode.MINOR)])
def test_key_of_a_tune_is_found_wherever_it_stands(tune: tuple[int, ...], tonic: int, mode: Mode, up: int) -> None:
    notes = line([pitch + up for pitch in tune])

    assert find_key(notes) == Key((tonic + up) % 12, mode)


def test_signature_decides_what_the_notes_leave_open() -> None:
    notes = line([60, 67, 62, 69])

    found = [find_key(notes, accidentals=accidentals) for accidentals in (-1, 0, 1)]

    assert found == [Key(2, Mode.MINOR), Key(0, Mode.MAJOR), Key(7, Mode.MAJOR)]


def test_last_bass_note_tells_a_key_from_its_relative() -> None:
    scale = [60, 62, 64, 65, 67, 69, 71]
    weights = key_fits(line(scale))
    assert weights[KEYS.index(Key(0, Mode.MAJOR))] == pytest.approx(weights.max())

    assert find_key(line([*scale, 69, 64, 57])) == Key(9, Mode.MINOR)


def test_drums_are_no_hint_of_a_key() -> None:
    tune = line([60, 67, 62, 69])
    drums = line([36] * 8, step=12, part=Part.DRUMS)

    assert find_key(score_of(*tune, *drums).notes) == find_key(tune) == Key(2, Mode.MAJOR)


@pytest.mark.parametrize("notes", [(), line([36, 38], part=Part.DRUMS)])
def test_without_pitches_the_key_is_c_major(notes: tuple[Note, ...]) -> None:
    assert find_key(notes) == Key(0, Mode.MAJOR)


@pytest.mark.parametrize(
    ("key", "signature"),
    [
        (Key(0, Mode.MAJOR), 0),
        (Key(9, Mode.MINOR), 0),
        (Key(7, Mode.MAJOR), 1),
        (Key(5, Mode.MAJOR), -1),
        (Key(1, Mode.MAJOR), -5),
        (Key(6, Mode.MAJOR), 6),
        (Key(0, Mode.MINOR), -3),
    ],
    ids=str,
)
def test_signature_of_a_key(key: Key, signature: int) -> None:
    assert signature_of(key) == signature


@pytest.mark.parametrize(("written", "same"), [(-6, 6), (-7, 5), (7, -5)])
def test_signatures_that_sound_alike_help_alike(written: int, same: int) -> None:
    notes = line([60, 66])

    assert find_key(notes, accidentals=written) == find_key(notes, accidentals=same)


def test_long_notes_weigh_two_quarters_and_drums_nothing() -> None:
    weights = pitch_class_weights(
        [Note(0, 384, 60, 75, Part.MELODY), Note(0, 12, 67, 75, Part.BASS), Note(0, 6, 38, 75, Part.DRUMS)]
    )

    assert {index: weight for index, weight in enumerate(weights) if weight} == {0: 48, 7: 12}


def test_key_fits_are_correlations() -> None:
    fits = key_fits(line(MAJOR_TUNE))

    assert fits.shape == (24,)
    assert np.abs(fits).max() <= 1
    assert KEYS[int(fits.argmax())] == Key(0, Mode.MAJOR)


def test_all_pitch_classes_alike_fit_no_key() -> None:
    assert key_fits(line(range(60, 72))).tolist() == [0.0] * 24


def test_key_is_clearer_in_its_own_key() -> None:
    score = score_of(*line(MAJOR_TUNE))

    assert key_clarity(score) > 0.8 > key_clarity(replace(score, key=Key(6, Mode.MAJOR)))


@pytest.mark.parametrize("metre", [metre for metre in METRES if metre.bar_ticks // metre.beat_ticks > 1], ids=str)
def test_bars_that_begin_at_once_are_found(metre: Metre) -> None:
    assert bar_phases(waltz(metre, 16), metre) == [(0, 0)]


@pytest.mark.parametrize("metre", [Metre(3, 4), Metre(4, 4), Metre(2, 4)], ids=str)
def test_upbeat_of_a_quarter_is_found(metre: Metre) -> None:
    upbeat = (Note(0, 24, 67, 75, Part.MELODY),)

    assert bar_phases((*upbeat, *shifted(waltz(metre, 15), 24)), metre) == [(0, 24)]


def test_bars_that_come_to_lie_elsewhere_are_found() -> None:
    metre = Metre(3, 4)
    first, second = waltz(metre, 16), waltz(metre, 15)
    notes = (*first, *shifted(second, 16 * metre.bar_ticks + 24))

    assert bar_phases(notes, metre) == [(0, 0), (16 * metre.bar_ticks, 24)]


def test_one_odd_bar_moves_no_bar_lines() -> None:
    metre = Metre(3, 4)
    notes = [note for note in waltz(metre, 16) if not 8 * 72 <= note.start < 9 * 72]
    syncopated = [Note(8 * 72 + 24, 48, 36, 75, Part.ACCOMPANIMENT)]

    assert bar_phases(score_of(*notes, *syncopated, bars=16, metre=metre).notes, metre) == [(0, 0)]


def test_final_chord_alone_in_its_window_moves_no_bar_lines() -> None:
    metre = Metre(3, 4)
    late = [Note(16 * 72 + 24, 48, pitch, 75, Part.ACCOMPANIMENT) for pitch in (36, 48, 52, 55)]

    assert bar_phases((*waltz(metre, 16), *late), metre) == [(0, 0)]


def test_notes_are_shifted_both_ways() -> None:
    notes = line([60, 62])

    assert [note.start for note in shifted(notes, 96)] == [96, 120]
    assert shifted(shifted(notes, 96), -96) == notes
    with pytest.raises(ValueError, match="start"):
        shifted(notes, -1)
