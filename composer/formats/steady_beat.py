"""Where music without tempo has its beats, if it has steady ones.

The tempo is taken at which most notes begin on the grid: on halves and quarters of a beat, or on its sixths together
with its halves. How well they do is the length of their mean direction when the grid's period is wound around a circle
(Mardia and Jupp, "Directional Statistics", 2000, section 2.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

SLOWEST = 70.0
"""Quarters a minute; the fastest has twice as many, so that each grid has one tempo."""

_STEADY = 0.5
_TRIPLETS_ON_HALVES = 3
"""A grid of sixths needs some notes on halves as well, or the quarters of another tempo would do."""

_FIRST_SECONDS = 60.0
_MOST_ONSETS = 4000
_COARSE, _FINE = 0.0005, 0.00004
"""Steps between tempos, as a share: over the first minute, and over all."""


@dataclass(frozen=True, slots=True)
class SteadyBeat:
    """Beats in seconds: how long one lasts, and where one of its halves begins first."""

    seconds: float
    first: float


def find_beat(onsets: Iterable[float]) -> SteadyBeat | None:
    """The beat of notes that begin at these seconds; None where nothing is steady."""
    times = np.unique(np.fromiter(onsets, float))[:_MOST_ONSETS]
    if not len(times):
        return None
    opening = times[times < times[0] + _FIRST_SECONDS]
    beat = _best_of(opening, 60 / SLOWEST / np.exp(np.arange(0, np.log(2), _COARSE)))
    beat = _best_of(times, beat * np.exp(np.arange(-_COARSE, _COARSE, _FINE)))
    if _fit(times, np.array([beat]))[0] < _STEADY:
        return None
    angle = float(np.angle(np.exp(2j * np.pi * times / (beat / 2)).mean()))
    return SteadyBeat(beat, angle / (2 * np.pi) * beat / 2 % (beat / 2))


def _best_of(times: NDArray[np.float64], beats: NDArray[np.float64]) -> float:
    on_beats = _alignment(times, beats) + _alignment(times, beats / 2)
    return float(beats[int(np.argmax(_fit(times, beats) + on_beats / 2))])


def _fit(times: NDArray[np.float64], beats: NDArray[np.float64]) -> NDArray[np.float64]:
    """How well notes begin on the grid of each beat, 0 to 1."""
    triplets = np.minimum(_alignment(times, beats / 6), _TRIPLETS_ON_HALVES * _alignment(times, beats / 2))
    return np.maximum(_alignment(times, beats / 4), triplets)


def _alignment(times: NDArray[np.float64], periods: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([abs(np.exp(2j * np.pi * times / period).mean()) for period in periods])
