"""What a pianist sees in a score, as numbers: the same of our scores and of performances without bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.music.score import Note, Score

    Numbers = NDArray[np.float64]
    Indices = NDArray[np.int64]

_SHORTEST, _LONGEST = 0.05, 3.0
_NEAR = 8
"""Chords before and after that count as near."""

_NEAR_SECONDS = 0.7
_BUSY_SECONDS = 1.0
_LOCAL_SECONDS = 4.0
_KNEES = (-0.7, 0.0, 0.7)
"""Where the influence of a number may bend, in deviations."""

_FARTHEST = 3.0
"""Deviations beyond which a number counts no more."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Keyboard music in order of time, as written.

    Attributes:
        starts: Seconds at which the chord of each note begins, ascending, shape (notes,).
        lengths: Seconds that each note is written to last, shape (notes,).
        pitches: MIDI keys, shape (notes,).
        chords: Number of the chord of each note, from 0, ascending by one, shape (notes,).
    """

    starts: Numbers
    lengths: Numbers
    pitches: Indices
    chords: Indices

    @property
    def firsts(self) -> Indices:
        """Index of the first note of each chord."""
        return np.flatnonzero(np.diff(self.chords, prepend=-1))

    @property
    def tops(self) -> Indices:
        """Index of the highest note of each chord."""
        order = np.lexsort((self.pitches, self.chords))
        tops: Indices = order[np.append(self.firsts[1:], len(order)) - 1]
        return tops

    @property
    def onsets(self) -> Numbers:
        """Seconds at which each chord begins."""
        return self.starts[self.firsts]


def read_passage(notes: Sequence[Note], score: Score) -> Passage:
    """Notes in order of time, as they stand in a score."""
    starts = np.array([note.start for note in notes])
    seconds = seconds_of(score, starts)
    return Passage(
        seconds,
        seconds_of(score, np.array([note.end for note in notes])) - seconds,
        np.array([note.pitch for note in notes]),
        np.cumsum(np.diff(starts, prepend=starts[:1]) > 0),
    )


def seconds_of(score: Score, ticks: Indices) -> Numbers:
    """Seconds from tick 0 to each tick."""
    starts = np.array([tempo.start for tempo in score.tempos])
    lengths = 60 / (TICKS_PER_QUARTER * np.array([tempo.quarters_per_minute for tempo in score.tempos]))
    begun = np.concatenate([[0.0], np.cumsum(np.diff(starts) * lengths[:-1])])
    places = np.searchsorted(starts, ticks, side="right") - 1
    seconds: Numbers = begun[places] + (ticks - starts[places]) * lengths[places]
    return seconds


def quarters_a_minute(score: Score, ticks: Indices) -> Numbers:
    """The tempo at each tick."""
    starts = np.array([tempo.start for tempo in score.tempos])
    tempos = np.array([tempo.quarters_per_minute for tempo in score.tempos])
    found: Numbers = tempos[np.searchsorted(starts, ticks, side="right") - 1]
    return found


def describe_notes(passage: Passage) -> Numbers:
    """Numbers of each note, shape (notes, features)."""
    chords, pitches = passage.chords, passage.pitches.astype(np.float64)
    firsts = passage.firsts
    tops, lows = np.maximum.reduceat(pitches, firsts), np.minimum.reduceat(pitches, firsts)
    sizes = np.diff(firsts, append=len(pitches))[chords]
    above, below = _surroundings(passage.onsets, tops, lows)
    before, after = _intervals(passage.onsets)
    several = sizes > 1
    return np.column_stack([
        (pitches == tops[chords]) & several,
        (pitches == lows[chords]) & several,
        several,
        _is_struck_again(passage),
        pitches,
        np.log(sizes),
        (tops - lows)[chords],
        before[chords],
        after[chords],
        pitches - above[chords],
        pitches - below[chords],
        np.clip(np.diff(tops, prepend=tops[:1]), -12, 12)[chords],
        np.clip(np.diff(tops, append=tops[-1:]), -12, 12)[chords],
        np.log(_busyness(passage.starts)),
        np.log(np.clip(passage.lengths, _SHORTEST, 2 * _LONGEST)),
        np.log(np.clip(passage.lengths, _SHORTEST, 2 * _LONGEST)) - after[chords],
        (after - _smoothed(after))[chords],
        (tops - _smoothed(tops))[chords],
    ])  # fmt: skip


FLAGS = 4
"""So many of the numbers of `describe_notes` come first and are 0 or 1."""


def bend(numbers: Numbers, centre: Numbers, spread: Numbers) -> Numbers:
    """What a linear model reads of the numbers of `describe_notes`: a constant, bends, and what is so of outer notes.

    Args:
        numbers: Shape (notes, features).
        centre: Mean of each number over the music that was learned from.
        spread: Deviation of each.
    """
    standing = np.clip((numbers - centre) / spread, -_FARTHEST, _FARTHEST)
    plain = standing[:, FLAGS:]
    bends = [np.maximum(plain - knee, 0) for knee in _KNEES]
    outer = [plain * numbers[:, [flag]] for flag in range(FLAGS)]
    return np.hstack([np.ones((len(numbers), 1)), standing, *bends, *outer])


def local_means(values: Numbers, seconds: Numbers) -> Numbers:
    """Mean of the values within some seconds of each: the dynamics around it.

    Args:
        values: Shape (notes,).
        seconds: When each note begins, ascending.
    """
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.searchsorted(seconds, seconds + _LOCAL_SECONDS, side="right")
    begins = np.searchsorted(seconds, seconds - _LOCAL_SECONDS)
    means: Numbers = (sums[ends] - sums[begins]) / (ends - begins)
    return means


def _intervals(onsets: Numbers) -> tuple[Numbers, Numbers]:
    """Logarithms of the seconds from the chord before and to the chord after."""
    apart = np.log(np.clip(np.diff(onsets), _SHORTEST, _LONGEST))
    longest = np.log([_LONGEST])
    return np.concatenate([longest, apart]), np.concatenate([apart, longest])


def _surroundings(onsets: Numbers, tops: Numbers, lows: Numbers) -> tuple[Numbers, Numbers]:
    """The highest and the lowest pitch near each chord."""
    above, below = tops.copy(), lows.copy()
    for lag in range(1, min(_NEAR, len(onsets) - 1) + 1):
        near = onsets[lag:] - onsets[:-lag] <= _NEAR_SECONDS
        for ours, theirs in ((slice(lag, None), slice(None, -lag)), (slice(None, -lag), slice(lag, None))):
            above[ours] = np.where(near, np.maximum(above[ours], tops[theirs]), above[ours])
            below[ours] = np.where(near, np.minimum(below[ours], lows[theirs]), below[ours])
    return above, below


def _busyness(starts: Numbers) -> Numbers:
    """Notes within a second before and after each note."""
    ends = np.searchsorted(starts, starts + _BUSY_SECONDS, side="right")
    return (ends - np.searchsorted(starts, starts - _BUSY_SECONDS)).astype(np.float64)


def _smoothed(values: Numbers) -> Numbers:
    """Mean over the chords near each."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    places = np.arange(len(values))
    begins, ends = np.maximum(places - _NEAR, 0), np.minimum(places + _NEAR + 1, len(values))
    smoothed: Numbers = (sums[ends] - sums[begins]) / (ends - begins)
    return smoothed


def _is_struck_again(passage: Passage) -> NDArray[np.bool_]:
    """Whether the key of each note is struck again just when the note ends."""
    order = np.lexsort((passage.starts, passage.pitches))
    pitches, starts = passage.pitches[order], passage.starts[order]
    ends = starts + passage.lengths[order]
    again = np.zeros(len(order), dtype=bool)
    again[order[:-1]] = (pitches[1:] == pitches[:-1]) & (starts[1:] <= ends[:-1] + _SHORTEST)
    return again
