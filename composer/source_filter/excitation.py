"""Sounding notes -> what excites the network: bare waves of the asked pitches, and a roll of which notes sound.

The waves are no instrument: every note has the same harmonics and dies away by one formula. The network makes an
instrument of them.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from composer.source_filter.sounding import SoundingNote

RATE = 16_000
"""Samples a second."""

HOP = 64
"""Samples of a frame of the roll, 4 ms."""

LOWEST, KEYS = 21, 88
"""MIDI pitch of the roll's first key, and the number of its keys; what lies beyond counts as the nearest."""

ROLL_WIDTH = 2 * KEYS
"""Numbers in a frame of the roll: how loud each key sounds, and how newly it was struck."""

_GROUPS = ((1, 1), (2, 2), (3, 4), (5, 8), (9, 400))
"""First and last harmonic of each group."""

WAVES = len(_GROUPS) + 1
"""Waves side by side: a group of harmonics each, and noise."""

_FASTER = np.array([1.0, 1.15, 1.4, 1.8, 2.5], np.float32)
"""How many times faster each group dies away than the first."""

_HIGHEST = 7_600.0
"""Hz, above which no harmonic is."""

_TABLE = 4096
_NOISE = 1 << 16
_BURST = 0.012
_BREATH = 0.08
_NEW = 0.03
_SILENT = 1e-3
_HALVING = 16.0
"""Semitones upwards in which a note comes to die away in half the time."""

_MIDDLE_C = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEnvelope:
    """How the notes of an instrument begin and end.

    Attributes:
        attack: Seconds until a note is at its loudest.
        half_life: Seconds in which middle C falls to half its amplitude; 0 for a note that is held as it is.
        release: Seconds in which a damped note falls to 1/e.
    """

    attack: float
    half_life: float
    release: float

    def rate(self, pitch: float) -> float:
        """How fast a note dies away while it is held, in nepers a second."""
        if not self.half_life:
            return 0.0
        return float(np.log(2) / self.half_life * 2 ** ((pitch - _MIDDLE_C) / _HALVING))


class Excitation:
    """The excitation of a piece, computed stretch by stretch; each number is the same whatever the stretches."""

    def __init__(self, notes: Iterable[SoundingNote], envelope: NoteEnvelope) -> None:
        self._envelope = envelope
        self._notes = sorted((_Placed(note, envelope) for note in notes), key=lambda placed: placed.begin)
        self._begins = [placed.begin for placed in self._notes]
        self._longest = max((placed.stop - placed.begin for placed in self._notes), default=0)

    @property
    def samples(self) -> int:
        """Number of the sample from which on all is silent."""
        return max((placed.stop for placed in self._notes), default=0)

    def stretch(self, first: int, count: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Compute waves and roll of some samples.

        Args:
            first: Number of the first sample, a multiple of `HOP`.
            count: Samples, a multiple of `HOP`.

        Returns:
            Waves of shape (count, WAVES), and a roll of shape (count / HOP, ROLL_WIDTH).
        """
        waves = np.zeros((count, WAVES), np.float32)
        roll = np.zeros((count // HOP, 2, KEYS), np.float32)
        start = bisect_left(self._begins, first - self._longest)
        for placed in self._notes[start : bisect_left(self._begins, first + count)]:
            low, high = max(placed.begin, first), min(placed.stop, first + count)
            if low < high:
                placed.add_waves(waves[low - first : high - first], low)
                placed.add_roll(roll[(low - first) // HOP : -(-(high - first) // HOP)], low // HOP)
        return waves, roll.reshape(-1, ROLL_WIDTH)

    def amplitudes(self, frames: int) -> NDArray[np.float32]:
        """How loud each of the first frames is, as if no two notes had a harmonic in common; shape (frames,)."""
        power = np.zeros(frames, np.float32)
        for placed in self._notes:
            first, last = placed.begin // HOP, min(-(-placed.stop // HOP), frames)
            if first < last:
                power[first:last] += np.square(placed.amplitudes(first, last - first))
        return np.sqrt(power)


class _Placed:
    """A note with its place among the samples."""

    def __init__(self, note: SoundingNote, envelope: NoteEnvelope) -> None:
        self._note, self._envelope = note, envelope
        self.begin = round(note.start * RATE)
        self._held = max(note.end - note.start, 0.01)
        self._rate = envelope.rate(note.pitch)
        falls = -np.log(_SILENT)
        left = max(falls - self._rate * self._held, 0.0) / (self._rate + 1 / envelope.release)
        sounds = falls / self._rate if self._rate * self._held > falls else self._held + left
        self.stop = self.begin + int(sounds * RATE)
        self._key = min(max(note.pitch - LOWEST, 0), KEYS - 1)
        top = max((bend for _, bend in note.bends), default=0.0)
        self._table = _wave_table(round(_frequency(note.pitch + max(top, 0.0)), 3))

    def add_waves(self, waves: NDArray[np.float32], first: int) -> None:
        """Add this note to waves that begin at sample `first`."""
        seconds = (np.arange(first - self.begin, first - self.begin + len(waves)) / RATE).astype(np.float32)
        shape = self._shape(seconds)
        fading = np.exp(-(self._rate * seconds)[:, None] * _FASTER)
        phase = self._phase(np.arange(first - self.begin, first - self.begin + len(waves)))
        index = (phase * _TABLE).astype(np.int64) & (_TABLE - 1)
        waves[:, :-1] += self._table[index] * fading * shape[:, None]
        noise = _noise()[(np.arange(first, first + len(waves)) + self.begin * 7 + self._note.pitch * 9973) % _NOISE]
        breath = _BREATH if not self._rate else 0.0
        waves[:, -1] += noise * (np.exp(-seconds / _BURST) + breath) * shape

    def add_roll(self, roll: NDArray[np.float32], first: int) -> None:
        """Add this note to frames of the roll of which the first has the number `first`."""
        seconds = self._ends(first, len(roll))
        root = np.sqrt(self._shape(seconds))
        roll[:, 0, self._key] += root * np.exp(-0.5 * self._rate * seconds)
        roll[:, 1, self._key] += root * np.exp(-seconds / _NEW)

    def amplitudes(self, first: int, frames: int) -> NDArray[np.float32]:
        """Amplitude of the first harmonic at the end of some frames of which the first has the number `first`."""
        seconds = self._ends(first, frames)
        amplitude: NDArray[np.float32] = self._shape(seconds) * np.exp(-self._rate * seconds)
        return amplitude

    def _ends(self, first: int, frames: int) -> NDArray[np.float32]:
        """Seconds from the note's beginning to the end of each frame."""
        ends = (np.arange(first + 1, first + 1 + frames) * HOP - self.begin) / RATE
        return np.maximum(ends, 0.0).astype(np.float32)

    def _shape(self, seconds: NDArray[np.float32]) -> NDArray[np.float32]:
        """Level with attack and release, but for the dying away."""
        attack = np.minimum(seconds / self._envelope.attack, 1.0)
        late = np.maximum(seconds - self._held, 0.0)
        shape: NDArray[np.float32] = (self._note.level * attack * np.exp(-late / self._envelope.release)).astype(
            np.float32
        )
        return shape

    def _phase(self, samples: NDArray[np.int64]) -> NDArray[np.float64]:
        """Periods since the note began; a bend is a straight line in each of its steps."""
        note = self._note
        if not note.bends:
            return samples.astype(np.float64) * (_frequency(note.pitch) / RATE)
        times = np.array([time for time, _ in note.bends])
        steps = np.array([_frequency(note.pitch + bend) for _, bend in note.bends])
        turned = np.concatenate([[0.0], np.cumsum(np.diff(times) * steps[:-1])])
        now = note.start + samples / RATE
        at = np.maximum(np.searchsorted(times, now, side="right") - 1, 0)
        return np.asarray(turned[at] + (now - times[at]) * steps[at], np.float64)


def _frequency(pitch: float) -> float:
    return float(440 * 2 ** ((pitch - 69) / 12))


@lru_cache(maxsize=256)
def _wave_table(frequency: float) -> NDArray[np.float32]:
    """One period of each group of harmonics, those of a saw; shape (_TABLE, groups)."""
    phase = 2 * np.pi * np.arange(_TABLE) / _TABLE
    last = int(_HIGHEST / frequency)
    groups = [
        sum((np.sin(k * phase) / k for k in range(low, min(high, last) + 1)), np.zeros(_TABLE)) for low, high in _GROUPS
    ]
    return np.stack(groups, axis=-1).astype(np.float32)


@lru_cache(maxsize=1)
def _noise() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal(_NOISE).astype(np.float32)
