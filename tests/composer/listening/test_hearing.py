"""Whether one voice or several are heard."""

from __future__ import annotations

import numpy as np
import pytest

from composer.listening.hearing import HUMMED, hear, share_of_chords
from composer.listening.timed_note import TimedNote
from tests.composer.listening.sounds import frequency_of, record

RATE = 24000
_FORMANTS = ((650, 120, 1.0), (1100, 150, 0.6), (2600, 250, 0.25))
"""Hertz, width and strength of what a mouth that says "ah" lets through."""


def sing_ah(pitches, *, seconds=0.6):
    """Notes of equal length, sung with all their harmonics, without vibrato."""
    time = np.arange(round(seconds * RATE)) / RATE
    fade = np.minimum(1, np.minimum(time / 0.04, np.maximum(0, seconds - 0.06 - time) / 0.05))
    return np.concatenate([fade * _ah(float(frequency_of(pitch)), time) for pitch in pitches]).astype(np.float32)


def _ah(frequency, time):
    tone = np.zeros_like(time)
    for harmonic in range(1, 25):
        passed = sum(np.exp(-(((frequency * harmonic - at) / width) ** 2)) * loud for at, width, loud in _FORMANTS)
        tone += 0.1 * (passed + 0.3 / harmonic**1.5) * np.sin(2 * np.pi * harmonic * frequency * time)
    return tone


@pytest.mark.parametrize("up", [-3, 0])
def test_low_voice_is_one_voice_however_loud_its_harmonics(up):
    pitches = [pitch + up for pitch in (45, 48, 50, 52, 50, 48, 45, 43, 45, 48, 45)]

    score, style = hear(record(sing_ah(pitches), rate=RATE), HUMMED)

    assert style == "song"
    assert [note.pitch for note in score.notes] == pitches


@pytest.mark.parametrize(
    ("pitches", "share"),
    [((45, 79, 81, 88, 100), 0.0), ((60, 62), 0.0), ((48, 52, 55), 1.0), ((48, 60, 64), 1.0), ((60, 63), 1.0)],
    ids=["overtones of one", "a glide", "a triad", "a third above an octave", "a third"],
)
def test_chords_are_what_no_lower_note_brings_along(pitches, share):
    assert share_of_chords([TimedNote(0.0, 1.0, pitch, 80) for pitch in pitches]) == share
