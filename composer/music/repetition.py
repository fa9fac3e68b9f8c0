"""Repetition over bars: how well the segment that comes back best explains a piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import chroma
from composer.music.score import PITCH_CLASSES, TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from composer.music.score import Score

SPANS = {"structure_short": (2, 3), "structure_middle": (4, 7), "structure_long": (8, 10**6)}
"""Bars of the segments that each indicator looks at: a motif, a phrase, a section."""

_SLOT = TICKS_PER_QUARTER // 2
_ALIKE = 0.5
_PENALTY = -2.0


def structure_indicators(score: Score, names: Collection[str] = frozenset(SPANS)) -> dict[str, float]:
    """How well the most repetitive segment of each span explains the piece, 0 to 1.

    Wu & Yang 2020, "The Jazz Transformer on the Front Line": the highest fitness among all segments of a span,
    where fitness is that of Müller, Jiang & Grosche 2013, "A Robust Fitness Measure for Capturing Repetitions in
    Music Recordings": the harmonic mean of how closely the segment's repetitions follow it and of how much of the
    piece they cover, the segment itself not counted. Theirs are seconds of a recording; here segments are bars,
    repetitions start at bar lines and keep the tempo, and two bars are as alike as the cosine of which pitch
    classes sound in each of their eighths. Likeness below 0.5 counts as a break.

    Args:
        score: Score with at least one bar; the time that the longest span takes rises with the cube of the bars.
        names: Names in `SPANS` of those that are wanted.
    """
    alike = _self_similarity(score)
    longest = len(alike) // 2
    spans = {name: range(first, min(last, longest) + 1) for name, (first, last) in SPANS.items() if name in names}
    return {
        name: max((_best_fitness(alike, length) for length in lengths), default=0.0) for name, lengths in spans.items()
    }


def _self_similarity(score: Score) -> NDArray[np.float64]:
    """Shape (bars, bars): 1 for equal bars, down to 0 at `_ALIKE`, `_PENALTY` below it; silent bars are like none."""
    sounding = chroma(score.notes, _SLOT, -(-score.ticks // _SLOT))
    slots = max(1, score.metre.bar_ticks // _SLOT)
    bars = np.stack([_bar_of(sounding, bar, slots) for bar in range(score.bars)])
    lengths = np.linalg.norm(bars, axis=1)
    cosine = bars @ bars.T / np.maximum(np.outer(lengths, lengths), 1e-9)
    alike: NDArray[np.float64] = np.where(cosine >= _ALIKE, (cosine - _ALIKE) / (1 - _ALIKE), _PENALTY)
    return alike


def _bar_of(sounding: NDArray[np.float64], bar: int, slots: int) -> NDArray[np.float64]:
    flat = sounding[bar * slots : (bar + 1) * slots].ravel()
    return np.pad(flat, (0, slots * PITCH_CLASSES - len(flat)))


def _best_fitness(alike: NDArray[np.float64], length: int) -> float:
    """Fitness of the fittest segment of `length` bars."""
    bars = len(alike)
    places = bars - length + 1
    # Likeness of the segments at each two places: a sum along a diagonal.
    paths = sum(alike[step : step + places, step : step + places] for step in range(length))
    assert isinstance(paths, np.ndarray)
    scores, repetitions = _cover(paths, length, bars)
    score = np.maximum(scores - length, 0) / np.maximum(repetitions * length, 1)
    coverage = np.maximum(repetitions - 1, 0) * length / bars
    fitness = 2 * score * coverage / np.maximum(score + coverage, 1e-9)
    return float(fitness.max())


def _cover(paths: NDArray[np.float64], length: int, bars: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For the segment at each place: the best score of repetitions that do not overlap, and their number."""
    scores = np.zeros((bars + 1, len(paths)))
    counts = np.zeros((bars + 1, len(paths)))
    for end in range(1, bars + 1):
        scores[end], counts[end] = scores[end - 1], counts[end - 1]
        if end >= length:
            taken = scores[end - length] + paths[:, end - length]
            better = taken > scores[end]
            scores[end] = np.where(better, taken, scores[end])
            counts[end] = np.where(better, counts[end - length] + 1, counts[end])
    return scores[bars], counts[bars]
