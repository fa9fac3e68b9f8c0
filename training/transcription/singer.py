"""A voice that is made: it sings as badly as is asked, so that what was meant is known to the note.

Harmonics under the formants of a vowel, as in Klatt 1980, "Software for a Cascade/Parallel Formant Synthesizer"; the
numbers of vibrato, glides and untrue pitches are those of amateurs in Sundberg 1987, "The Science of the Singing
Voice", rounded to the worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.listening.timed_note import TimedNote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.listening.recording import Mono

    Curve = NDArray[np.float64]
    """A value for each sample."""

RATE = 16000

_FORMANTS = ((700.0, 110.0), (1220.0, 120.0), (2600.0, 170.0), (3300.0, 250.0))
"""Frequency and width in hertz of the vowel of "la"."""

_HARMONICS = 16
_ATTACK, _RELEASE = 0.04, 0.06
"""Seconds in which a syllable begins and ends."""

_JOINED = 0.1
"""Seconds of a gap over which a voice may go on."""

_VIBRATO_BEGINS, _VIBRATO_HERTZ = 0.15, 5.5
_RUBATO_SECONDS = 7.0
"""Seconds after which a tempo that comes and goes is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badness:
    """How badly a voice sings; the defaults are a bad amateur's.

    Attributes:
        vibrato: Semitones to each side.
        glide: Seconds in which a note comes from the one before.
        untrue: Deviation of each note from its pitch, in semitones.
        drift: Semitones by which the voice has sunk at the end.
        rubato: Share by which the tempo rises and falls.
        loose: Deviation of each beginning, in seconds.
        legato: Share of notes that go over into the next of another pitch with no syllable between them.
        noise: Loudness of the noise beside that of the voice, in decibels.
    """

    vibrato: float = 0.4
    glide: float = 0.08
    untrue: float = 0.15
    drift: float = 1.0
    rubato: float = 0.08
    loose: float = 0.02
    legato: float = 0.5
    noise: float = -25.0


def sing(notes: Sequence[TimedNote], badness: Badness, *, seed: int) -> tuple[Mono, list[TimedNote]]:
    """The sound of a melody at `RATE`, and when its notes begin and end as they are sung.

    Args:
        notes: One after the other, as they were meant.
        badness: How it is sung.
        seed: Seed of all that is drawn.
    """
    rng = np.random.default_rng(seed)
    sung = _placed(notes, badness, rng)
    count = round((sung[-1].end + 0.5) * RATE)
    height = _heights(sung, badness, rng, count)
    voice = _voice(height, _loudness(_phrases(sung, badness.legato, rng), count))
    level = float(np.sqrt((voice**2).mean())) * 10 ** (badness.noise / 20)
    noisy = voice + rng.normal(0, level, count)
    return np.asarray(0.5 * noisy / np.abs(noisy).max(), np.float32), sung


def _placed(notes: Sequence[TimedNote], badness: Badness, rng: np.random.Generator) -> list[TimedNote]:
    def when(time: float) -> float:
        swing = badness.rubato * _RUBATO_SECONDS / (2 * np.pi)
        return 0.4 + time + swing * float(np.sin(2 * np.pi * time / _RUBATO_SECONDS))

    first = notes[0].start
    starts = [when(note.start - first) + float(rng.normal(0, badness.loose)) for note in notes]
    ends = [when(note.end - first) for note in notes]
    limits = [*starts[1:], float("inf")]
    return [
        TimedNote(start, max(min(end, limit), start + 0.05), note.pitch, note.velocity)
        for note, start, end, limit in zip(notes, starts, ends, limits, strict=True)
    ]


def _heights(sung: Sequence[TimedNote], badness: Badness, rng: np.random.Generator, count: int) -> Curve:
    """Pitch at each sample, in semitones as MIDI counts them."""
    time = np.arange(count) / RATE
    height = np.full(count, float(sung[0].pitch))
    for note in sung:
        true = note.pitch + rng.normal(0, badness.untrue)
        # A glide is half over when the syllable begins.
        begin = max(0, int((note.start - badness.glide / 2) * RATE))
        since = time[begin:] - note.start
        come = np.clip(since / max(badness.glide, 1e-3) + 0.5, 0, 1)
        swing = np.clip((since - _VIBRATO_BEGINS) / 0.1, 0, 1) * np.sin(2 * np.pi * _VIBRATO_HERTZ * since)
        before = height[max(0, begin - 1)]
        height[begin:] = before + (true - before) * come + badness.vibrato * swing
    sunk: Curve = height - badness.drift * time / time[-1]
    return sunk


def _phrases(sung: Sequence[TimedNote], legato: float, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Start and end of each stretch that is sung in one go."""
    phrases = [(sung[0].start, sung[0].end)]
    for before, note in pairwise(sung):
        joined = note.pitch != before.pitch and note.start - before.end < _JOINED and rng.random() < legato
        phrases.append((phrases.pop()[0] if joined else note.start, note.end))
    return phrases


def _loudness(phrases: Sequence[tuple[float, float]], count: int) -> Curve:
    time = np.arange(count) / RATE
    loudness = np.zeros(count)
    for start, end in phrases:
        rises = np.clip((time - start) / _ATTACK, 0, 1)
        falls = np.clip((end - time) / _RELEASE, 0, 1)
        loudness = np.maximum(loudness, np.minimum(rises, falls))
    return loudness


def _voice(height: Curve, loudness: Curve) -> Curve:
    frequency = 440 * 2 ** ((height - 69) / 12)
    phase = 2 * np.pi * np.cumsum(frequency) / RATE
    sound = np.zeros(len(height))
    for harmonic in range(1, _HARMONICS + 1):
        hertz = harmonic * frequency
        heard = (hertz < RATE / 2) / harmonic
        shape = sum(1 / (1 + ((hertz - place) / width) ** 2) for place, width in _FORMANTS)
        sound += heard * (0.05 + shape) * np.sin(harmonic * phase)
    sung: Curve = sound * loudness
    return sung
