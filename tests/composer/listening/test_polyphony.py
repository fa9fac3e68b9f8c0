"""Notes of many voices, as basic-pitch's network hears them."""

from __future__ import annotations

import numpy as np

from composer.listening.polyphony import hear_polyphony, notes_of
from composer.listening.posteriorgrams import HOP, KEYS, LOWEST, RATE, Posteriorgrams, find_posteriorgrams
from tests.composer.listening.sounds import strike

CHORDS = [(0.3, 1.2, 60), (0.3, 1.2, 64), (1.4, 2.3, 65), (1.4, 2.3, 69), (2.0, 2.9, 48)]


def test_each_note_of_chords_is_heard_once_at_its_time_and_beside_them_octaves_at_most():
    heard = hear_polyphony(strike(CHORDS, rate=RATE, seconds=3))

    for start, end, pitch in CHORDS:
        (note,) = (note for note in heard if note.pitch == pitch and abs(note.start - start) < 0.05)
        assert abs(note.end - end) < 0.1
    assert {note.pitch % 12 for note in heard} == {pitch % 12 for *_, pitch in CHORDS}


def test_windows_join_without_a_seam():
    samples = strike([(0.5, 1.0, 60)], rate=RATE, seconds=1.5)
    later = np.concatenate([np.zeros(HOP * 100, np.float32), samples])

    beginning = find_posteriorgrams(samples).beginning[:, 60 - LOWEST].argmax()
    moved = find_posteriorgrams(later).beginning[:, 60 - LOWEST].argmax()

    assert abs(moved - beginning - 100) <= 1


def shown(sounding, *strokes):
    """Posteriorgrams in which one key sounds as given, struck at some frames."""
    beginning = np.zeros((len(sounding), KEYS), np.float32)
    beginning[list(strokes), 39] = 0.9
    columns = np.zeros((len(sounding), KEYS), np.float32)
    columns[:, 39] = sounding
    return Posteriorgrams(beginning, columns)


def test_key_that_is_struck_again_is_two_notes():
    sounding = np.concatenate([np.zeros(10), np.linspace(0.9, 0.4, 40), np.linspace(0.9, 0.4, 40), np.zeros(10)])

    assert [round(note.start * RATE / HOP) for note in notes_of(shown(sounding, 10, 50))] == [10, 50]


def test_stroke_that_makes_nothing_louder_is_no_note():
    heard = shown(np.concatenate([np.zeros(10), np.linspace(0.9, 0.6, 80)]), 10)
    heard.beginning[50, 39] = 0.7

    assert len(notes_of(heard)) == 1


def test_note_that_swells_without_a_stroke_is_heard():
    swelling = np.concatenate([np.zeros(10), np.linspace(0.1, 0.8, 30), np.full(30, 0.8), np.zeros(10)])

    assert [note.pitch for note in notes_of(shown(swelling))] == [LOWEST + 39]
