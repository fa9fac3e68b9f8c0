"""Onsets in time -> beats: when each beat falls, however freely it is played.

All beats are found at once, as the cheapest path (Viterbi 1967) through every place and length that a beat may have, as
in Ellis 2007, "Beat Tracking by Dynamic Programming". What a beat costs is how badly the onsets in it fit a simple
division, as in Temperley 2007, "Music and Probability", chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Seconds = NDArray[np.float64]

STEP = 0.02
"""Seconds between two places where a beat may fall."""

_SHORTEST, _LONGEST = 0.3, 1.4
_RATIO = 1.045
"""Seconds of a beat, and how one length follows another."""

_MOST_CHANGE = 3
"""Lengths by which a beat may differ from the one before."""

_USUAL, _SPREAD = 0.58, 0.42
"""Usual length of a beat, and its deviation in natural logarithms."""

_CHANGE_SPREAD = 0.06
"""Deviation of a beat's length from the one before, in natural logarithms."""

PLACES = (0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0)
"""Where in a beat an onset may stand."""

_COSTS = (0.0, 1.6, 1.3, 1.0, 1.3, 1.6, 0.0)
_LOOSENESS, _LOOSENESS_SHARE = 0.022, 0.05
"""Deviation of an onset from its place: seconds, and a share of the beat."""

_WILD = 5.0
"""Most that an onset may cost."""

_EMPTY = 0.9
"""What a beat costs at whose place nothing begins."""

_BEAT = 0.8
"""What every beat costs: fewer are better."""

_NEAR = 0.08
"""Seconds within which an onset begins at a place."""

_FIRST = -1
"""In place of the length of the beat before, where there is none."""


@dataclass(frozen=True, slots=True)
class Onset:
    """A moment at which something begins.

    Attributes:
        time: Seconds.
        weight: How much it matters, about 1; long notes and chords matter more.
    """

    time: float
    weight: float


def find_beats(onsets: Sequence[Onset]) -> Seconds:
    """When beats fall, from the first onset or before it to the last or after it.

    Args:
        onsets: In order of time, at least one.

    Returns:
        Seconds, at least two of them, ascending.
    """
    first = onsets[0].time
    times = np.array([onset.time for onset in onsets]) - first
    weights = np.array([onset.weight for onset in onsets])
    return _BeatSearch(times, weights).run() + first


class _BeatSearch:
    """A table of the cheapest way to end a beat of each length at each place."""

    def __init__(self, times: Seconds, weights: Seconds) -> None:
        self._times, self._weights = times, weights
        count = int(np.log(_LONGEST / _SHORTEST) / np.log(_RATIO)) + 1
        self._lengths = _SHORTEST * _RATIO ** np.arange(count)
        self._steps = np.round(self._lengths / STEP).astype(int)
        self._lead = int(self._steps[-1])
        """Steps before the first onset, in which beats may begin."""
        self._places = self._lead + int(np.ceil(times[-1] / STEP)) + self._lead + 1
        self._usual = (np.log(self._lengths / _USUAL) / _SPREAD) ** 2 / 2
        self._empty = self._find_empty()

    def _find_empty(self) -> Seconds:
        """What it costs at each place that no onset is there."""
        at = (np.arange(self._places) - self._lead) * STEP
        after = np.searchsorted(self._times, at).clip(1, max(1, len(self._times) - 1))
        gaps = np.minimum(abs(at - self._times[after - 1]), abs(at - self._times[after % len(self._times)]))
        empty: Seconds = _EMPTY * (gaps / _NEAR).clip(0, 1) ** 2
        return empty

    def run(self) -> Seconds:
        count = len(self._lengths)
        table = np.full((self._places, count), np.inf)
        origins = np.full((self._places, count), _FIRST)
        for place in range(self._lead + 1, self._places):
            starts = place - self._steps
            before, origin = self._best_before(table[starts])
            # The first beat begins with the first onset, or less than a beat earlier.
            fresh = np.where(starts <= self._lead, self._empty[starts], np.inf)
            table[place] = np.minimum(fresh, before) + self._cost(place, starts)
            origins[place] = np.where(fresh < before, _FIRST, origin)
        return self._follow(table, origins)

    def _best_before(self, rows: Seconds) -> tuple[Seconds, NDArray[np.int64]]:
        """The cheapest beat before one of each length, and its length; `rows` hold what beats cost that end there."""
        count = len(self._lengths)
        mine = np.arange(count)
        best, origin = np.full(count, np.inf), np.full(count, _FIRST)
        for change in range(-_MOST_CHANGE, _MOST_CHANGE + 1):
            lengths = (mine + change).clip(0, count - 1)
            cost = rows[mine, lengths] + (change * np.log(_RATIO) / _CHANGE_SPREAD) ** 2 / 2
            origin = np.where(cost < best, lengths, origin)
            best = np.minimum(cost, best)
        return best, origin

    def _cost(self, end: int, starts: NDArray[np.int64]) -> Seconds:
        """Of a beat of each length that ends at a place, with all onsets in it."""
        cost: Seconds = _BEAT + self._usual + self._empty[end]
        lengths = self._steps * STEP
        limit = (end - self._lead - 0.5) * STEP
        inside = slice(*np.searchsorted(self._times, [limit - lengths[-1], limit]).tolist())
        if inside.start == inside.stop:
            return cost
        after = self._times[inside] - ((starts - self._lead) * STEP)[:, None]
        spread = _LOOSENESS + _LOOSENESS_SHARE * lengths
        away = (after[..., None] - lengths[:, None, None] * np.array(PLACES)) / spread[:, None, None]
        each = np.minimum((away**2 / 2 + np.array(_COSTS)).min(axis=-1), _WILD)
        cost += (each * (after >= -STEP / 2) * self._weights[inside]).sum(axis=1)
        return cost

    def _follow(self, table: Seconds, origins: NDArray[np.int64]) -> Seconds:
        last = self._lead + int(np.floor(self._times[-1] / STEP))
        # The last onset begins a beat or stands in one; else what follows it would have no beat to be measured by.
        ends = last + int(self._steps[0]) // 2
        after, length = divmod(int(table[ends:].argmin()), len(self._lengths))
        place = ends + after
        beats = [place]
        while length != _FIRST:
            place, length = place - int(self._steps[length]), int(origins[place, length])
            beats.append(place)
        return STEP * (np.array(beats[::-1], np.float64) - self._lead)
