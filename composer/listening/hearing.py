"""A recording -> the score of what is heard in it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from composer.listening import melody, posteriorgrams
from composer.listening.melody import hear_melody
from composer.listening.polyphony import hear_polyphony
from composer.listening.quantising import write_score
from composer.listening.recording import Bounds, decode, resample
from composer.listening.refusals import refusal
from composer.music.given import GivenMusic
from composer.music.score import TICKS_PER_QUARTER, Tempo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.listening.timed_note import TimedNote
    from composer.music.score import Score

HUMMED = Bounds(most_bytes=10_000_000, most_seconds=60)
"""How much of a recording is taken that somebody wants to be carried on."""

FEWEST_NOTES = 4

_CHORDS = 0.18
"""Share of sounding time from which it is more than one voice: voices have 0 to 0.11, ten piano pieces 0.26 to 0.86."""

_LOOKED_EVERY = 0.05
_BEGINNING, _END = 0.05, 0.1
"""Seconds at the beginning and the end of a note in which it may only seem to sound together with another."""

_OVERTONES = frozenset(round(12 * math.log2(harmonic)) for harmonic in range(2, 25))
"""Semitones above a voice; a low one that sings "ah" is heard up to its 24th harmonic."""

_NEIGHBOURS = 2
"""Semitones above a voice at which its own overtones are heard as notes, and up to which its glides are."""


def hear(data: bytes, bounds: Bounds) -> tuple[Score, str]:
    """What is sung or played in a recording, with a tempo for each beat, and its style.

    One voice comes as the melody of a song, all else as piano music for two hands.

    Raises:
        RequestError: If nothing is heard, or it is no recording, damaged or beyond the bounds.
    """
    samples = decode(data, rate=posteriorgrams.RATE, bounds=bounds)
    notes = hear_polyphony(samples)
    if share_of_chords(notes) < _CHORDS:
        notes = hear_melody(resample(samples, posteriorgrams.RATE, melody.RATE))
    if not notes:
        raise refusal("recording_noise")
    return write_score(notes)


def understand_recording(data: bytes) -> GivenMusic:
    """What somebody sang, hummed or played, to be carried on: in one tempo, the mean.

    Raises:
        RequestError: See `hear`; also if there are too few notes to go on from.
    """
    score, style = hear(data, HUMMED)
    if len(score.notes) < FEWEST_NOTES:
        raise refusal("recording_short", notes=len(score.notes))
    mean = score.ticks / TICKS_PER_QUARTER * 60 / score.seconds
    return GivenMusic(score=replace(score, tempos=(Tempo(0, round(mean, 2)),)), style=style)


def share_of_chords(notes: Sequence[TimedNote]) -> float:
    """Share of the sounding time in which a note sounds that is neither overtone nor glide of a lower one; 0 to 1."""
    last = max((note.end for note in notes), default=0.0)
    sounding = [
        [note.pitch for note in notes if note.start + _BEGINNING <= time < note.end - _END]
        for time in np.arange(0, last, _LOOKED_EVERY)
    ]
    filled = [pitches for pitches in sounding if pitches]
    return sum(map(_is_chord, filled)) / len(filled) if filled else 0.0


def _is_chord(pitches: Sequence[int]) -> bool:
    return any(
        all(pitch - lower > _NEIGHBOURS and pitch - lower not in _OVERTONES for lower in pitches if lower < pitch)
        for pitch in pitches
        if pitch > min(pitches)
    )
