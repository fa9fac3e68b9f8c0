"""A melody as numbers: one for each run of notes, the same in every key and at every tempo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import TICKS_PER_QUARTER, Part
from composer.novelty.number_sets import mix_bits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from composer.music.score import Note

SHORTEST = 8
"""Notes of a run: so few are shared by chance, and shorter ones by nearly every two melodies."""

_LONGEST_STEP = 4 * 4 * TICKS_PER_QUARTER
"""Ticks from note to note from which on nothing is told apart."""

_SEMITONES = 256


def melody_runs(notes: Iterable[Note]) -> NDArray[np.uint64]:
    """The number of each run of `SHORTEST` notes of a melody, in their order; 0 where it is no tune.

    A melody is the highest note of each onset of the part that leads. A run is known by the semitones and ticks from
    each note to the next. It is no tune where it goes back and forth between two notes at one pace, or stays on one:
    such figures belong to nobody.

    Args:
        notes: Notes of a piece, in any order; those of `Part.MELODY` count.
    """
    steps = _steps(notes)
    if len(steps) < SHORTEST - 1:
        return np.array([], np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(steps, SHORTEST - 1)
    numbers = np.zeros(len(windows), np.uint64)
    for column in windows.T:
        numbers = mix_bits(numbers + column)
    figures: NDArray[np.bool_] = (windows[:, 2:] == windows[:, :-2]).all(axis=1)
    return np.where(figures, np.uint64(0), numbers)


def _steps(notes: Iterable[Note]) -> NDArray[np.uint64]:
    """A number for each step of the melody: its semitones and its ticks."""
    tops: dict[int, int] = {}
    for note in notes:
        if note.part is Part.MELODY:
            tops[note.start] = max(note.pitch, tops.get(note.start, 0))
    starts = np.array(sorted(tops), np.int64)
    pitches = np.array([tops[start] for start in starts.tolist()], np.int64)
    ticks = np.minimum(np.diff(starts), _LONGEST_STEP)
    return (ticks * _SEMITONES + np.diff(pitches) + _SEMITONES // 2).astype(np.uint64)


def longest_run(known: NDArray[np.bool_]) -> int:
    """Notes of the longest passage of which every run is known, 0 where there is none.

    Args:
        known: Whether each run of `melody_runs` is known, in their order.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(np.int8), [0]])))
    lengths = edges[1::2] - edges[::2]
    return int(lengths.max()) + SHORTEST - 1 if len(lengths) else 0
