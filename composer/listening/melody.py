"""One voice -> its notes, however untrue it is: swift-f0 follows the pitch, and the notes that were meant are found.

A singer who starts between the keys of a piano stays between them, and sinks. So the offset from the keys is followed
as a slow path of its own, together with the key of the tune: most of its notes lie in that.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from composer.listening.timed_note import TimedNote

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from swift_f0 import PitchResult, SwiftF0

    from composer.listening.recording import Mono

    Heights = NDArray[np.float64]
    """Pitches of notes in semitones, as MIDI counts them."""

RATE = 16000

LOWEST_HERTZ, HIGHEST_HERTZ = 65.0, 1400.0
"""From a low man's voice to a whistle that is not shrill."""

_HOLD = 80.0
"""Milliseconds from which a new pitch is a new note."""

_SHORTEST = 0.07
"""Seconds of the shortest note; what is shorter is a glide."""

_FARTHEST, _STEPS = 1.5, 20
"""Semitones to each side in which the offset is followed, and its steps in a semitone."""

_REACH = 3
"""Semitones beyond the lowest and the highest note in which pitches are looked for."""

_UNTRUE = 0.22
"""Deviation of a sung note from where it was meant, in semitones."""

_BEGINS = 0.35
"""Deviation of the offset of the first note from the keys of a piano."""

_DRIFT = 0.1
"""Deviation of the offset after a second, in semitones."""

_SCALE = (0, 2, 4, 5, 7, 9, 11)
_RAISED_SEVENTH = 8
"""Pitch classes of a key without accidentals, from C, and the one that its relative minor raises."""

_OUTSIDE, _RAISED = 2.0, 1.0
"""What a note costs that is in none of them, and the raised seventh, in nats."""

_SOFTEST, _LOUDEST, _RANGE = 50, 100, 20.0
"""Velocities of the softest and the loudest note, and the decibels between them."""


def hear_melody(samples: Mono) -> list[TimedNote]:
    """The notes of a recording of one voice, or one instrument that plays one note at a time.

    Args:
        samples: Samples at `RATE`.
    """
    from swift_f0 import segment_notes  # noqa: PLC0415 - of the extra

    tracked = _tracker().detect(samples, RATE, LOWEST_HERTZ, HIGHEST_HERTZ)
    sung = [note for note in segment_notes(tracked, pitch_hold_ms=_HOLD) if note.end - note.start >= _SHORTEST]
    if not sung:
        return []
    spans = np.array([(note.start, note.end) for note in sung])
    heights = 69 + 12 * np.log2(np.array([note.pitch_hz for note in sung]) / 440)
    loudness = [_loudness(tracked, note.start, note.end) for note in sung]
    loudest = max(loudness)
    return [
        TimedNote(float(start), float(end), pitch, _velocity(loud - loudest))
        for (start, end), pitch, loud in zip(spans, find_pitches(heights, spans), loudness, strict=True)
    ]


def find_pitches(heights: Heights, spans: NDArray[np.float64]) -> list[int]:
    """The MIDI pitches that were meant.

    For each of the twelve keys the cheapest path of offsets is found (Viterbi 1967); the cheapest of all is taken.

    Args:
        heights: Pitch of each note as it was sung.
        spans: Start and end of each in seconds, shape (notes, 2).
    """
    offsets = np.arange(-_FARTHEST * _STEPS, _FARTHEST * _STEPS + 1) / _STEPS
    pitches = np.arange(int(heights.min()) - _REACH, int(heights.max()) + _REACH + 1)
    weights = np.minimum(spans[:, 1] - spans[:, 0], 1.0) + 0.2
    away = heights[:, None, None] - offsets[:, None] - pitches
    fit = weights[:, None, None] * (away / _UNTRUE) ** 2 / 2
    paths = [_follow_offset(fit + _outside(pitches, tonic), offsets, spans[:, 0]) for tonic in range(12)]
    return [int(pitches[place]) for place in min(paths)[1]]


def _outside(pitches: NDArray[np.int64], tonic: int) -> NDArray[np.float64]:
    """What each pitch costs for lying outside of a major key and its relative minor."""
    steps = (pitches - tonic) % 12
    costs = np.where(np.isin(steps, _SCALE), 0.0, _OUTSIDE)
    return np.where(steps == _RAISED_SEVENTH, _RAISED, costs)


def _follow_offset(costs: NDArray[np.float64], offsets: Heights, starts: Heights) -> tuple[float, list[int]]:
    """The cost of the cheapest path and the place of each of its pitches.

    Args:
        costs: Of each pitch at each offset for each note, shape (notes, offsets, pitches).
        offsets: Semitones above the keys of a piano.
        starts: When each note begins.
    """
    best, pitches = costs.min(axis=2), costs.argmin(axis=2)
    table = best[0] + (offsets / _BEGINS) ** 2 / 2
    squares = (offsets[:, None] - offsets) ** 2 / 2
    origins = []
    for note in range(1, len(costs)):
        moved = table + squares / (_DRIFT**2 * max(starts[note] - starts[note - 1], 0.1))
        origins.append(moved.argmin(axis=1))
        table = best[note] + moved.min(axis=1)
    path = [int(table.argmin())]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    return float(table.min()), [int(pitches[note, place]) for note, place in enumerate(reversed(path))]


def _loudness(tracked: PitchResult, start: float, end: float) -> float:
    inside = (tracked.timestamps >= start) & (tracked.timestamps < end)
    return float(tracked.loudness_db[inside].max(initial=-100.0))


def _velocity(decibels: float) -> int:
    return round(_LOUDEST + (_LOUDEST - _SOFTEST) * max(-1.0, decibels / _RANGE))


@cache
def _tracker() -> SwiftF0:
    from swift_f0 import SwiftF0  # noqa: PLC0415 - of the extra

    return SwiftF0(threads=1, spin=False)
