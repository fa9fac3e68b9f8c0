"""Posteriorgrams -> notes of many voices at once.

As in section 2.4 of Bittner et al. 2022 a note begins at a peak of its beginning and lasts as long as it sounds; what
sounds without one is a note as well. Which peaks are strokes is found otherwise.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.listening.posteriorgrams import HOP, LOWEST, RATE, find_posteriorgrams
from composer.listening.timed_note import TimedNote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from composer.listening.posteriorgrams import Posteriorgram, Posteriorgrams
    from composer.listening.recording import Mono

_PEAK = 0.5
"""Probability from which a peak may be a stroke."""

_RISE_WEIGHT = 0.75
_STROKE = 0.85
"""What a stroke needs: its probability and, weighted, how much more the key sounds after it than before.

Fitted to 8 pieces of the validation split, played by a soundfont: a piano's strings resound when others are struck,
which looks like a stroke and makes nothing louder.
"""

_BEFORE, _AFTER = 8, 10
"""Frames before and after a stroke in which the key is looked at."""

_SOUNDS = 0.25
"""Probability from which a key sounds."""

_BRIDGED = 11
"""Frames for which a sounding key may fall below: 0.13 s."""

_SHORTEST = 5
"""Frames of the shortest note that is struck: 0.06 s."""

_SHORTEST_SWELL, _SWELL = 18, 0.5
"""Frames of the shortest note without a stroke, 0.2 s, as bows and voices begin it; and how surely it must sound."""

_SOFTEST, _LOUDEST = 30, 110
"""Velocities of a probability of `_SOUNDS` and of 1."""


def hear_polyphony(samples: Mono) -> list[TimedNote]:
    """The notes of a recording of one instrument or many, in order of time.

    Args:
        samples: Samples at `posteriorgrams.RATE`.
    """
    return notes_of(find_posteriorgrams(samples))


def notes_of(heard: Posteriorgrams) -> list[TimedNote]:
    """The notes that posteriorgrams show, in order of time."""
    stretches = (stretch for key in range(heard.sounding.shape[1]) for stretch in _stretches(heard, key))
    return sorted(_note_of(heard.sounding, *stretch) for stretch in stretches)


def _stretches(heard: Posteriorgrams, key: int) -> Iterator[tuple[int, int, int]]:
    """(key, first frame, frame after the last) of each note of a key."""
    column = heard.sounding[:, key]
    sounding = column > _SOUNDS
    left = sounding.copy()
    strokes = _strokes(heard.beginning[:, key], column)
    for start, limit in pairwise([*strokes, len(sounding)]):
        end = _end_of(sounding, start, limit)
        left[start:end] = False
        if end - start >= _SHORTEST:
            yield key, start, end
    for start, end in _runs(left):
        if end - start >= _SHORTEST_SWELL and column[start:end].max() > _SWELL:
            yield key, start, end


def _strokes(beginning: NDArray[np.float32], column: NDArray[np.float32]) -> list[int]:
    before, after = np.append(0, beginning[:-1]), np.append(beginning[1:], 0)
    peaks = np.flatnonzero((beginning > before) & (beginning >= after) & (beginning > _PEAK))
    return [place for place in peaks.tolist() if beginning[place] + _RISE_WEIGHT * _rise(column, place) > _STROKE]


def _rise(column: NDArray[np.float32], place: int) -> float:
    return float(column[place : place + _AFTER].max() - column[max(0, place - _BEFORE) : place + 1].min())


def _runs(marked: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _end_of(sounding: NDArray[np.bool_], start: int, limit: int) -> int:
    """The frame after the last in which the key sounds, before a silence that is too long for one note."""
    end = start
    for frame in np.flatnonzero(sounding[start:limit]) + start:
        if frame - end > _BRIDGED:
            break
        end = int(frame) + 1
    return end


def _note_of(sounding: Posteriorgram, key: int, start: int, end: int) -> TimedNote:
    loudness = (float(sounding[start:end, key].mean()) - _SOUNDS) / (1 - _SOUNDS)
    velocity = round(_SOFTEST + (_LOUDEST - _SOFTEST) * min(max(loudness, 0.0), 1.0))
    return TimedNote(start * HOP / RATE, end * HOP / RATE, LOWEST + key, velocity)
