"""One piece in the numbers that are compared: measures, and histograms of what notes do."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import pitch_class_weights
from composer.music.measures import measure
from composer.music.repetition import structure_indicators
from composer.music.score import TICKS_PER_QUARTER, Mode, Part
from training.comparison.chords import chord_irregularity
from training.comparison.habits import count_habits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from composer.music.score import Note, Score

LENGTHS = (1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 32, 36, 48, 72, 96, 144, 192)
"""Ticks in the middle of the classes of inter-onset times and durations."""

LARGEST_INTERVAL = 13
"""Semitones; what leaps farther counts as this."""

RANGE_STEP, WIDEST_RANGE = 4, 64
"""Semitones in a class of ranges; wider ones count as the widest."""

SUPPORTS: Mapping[str, NDArray[np.float64]] = {
    "inter_onset": np.log2(np.array(LENGTHS) / TICKS_PER_QUARTER),
    "duration": np.log2(np.array(LENGTHS) / TICKS_PER_QUARTER),
    "interval": np.arange(-LARGEST_INTERVAL, LARGEST_INTERVAL + 1, dtype=float),
    "range": np.arange(0, WIDEST_RANGE + 1, RANGE_STEP, dtype=float),
}
"""Where the classes of each histogram lie: octaves of a quarter, or semitones."""

_GRID = TICKS_PER_QUARTER // 4
_SCALES = {Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11), Mode.MINOR: (0, 2, 3, 5, 7, 8, 11)}
_NOT_COMPARED = {"dynamics"}
"""Velocities are shaped by rules when a piece is played; most of the corpus has none to compare them with."""


@dataclass(frozen=True, slots=True)
class Description:
    """A piece in numbers.

    Attributes:
        measures: See `describe_score`.
        histograms: Shares that add up to 1 over the classes of `SUPPORTS`; all 0 where there is nothing to count.
        others: Measures by which `composer.decoding.ranking` judges, and habits, for the discriminator alone.
    """

    measures: dict[str, float]
    histograms: dict[str, NDArray[np.float64]]
    others: dict[str, float]

    @property
    def features(self) -> dict[str, float]:
        """All numbers by name, one for each class of a histogram."""
        classes = {
            f"{name} {_class_name(name, at)}": float(share)
            for name, shares in self.histograms.items()
            for at, share in zip(SUPPORTS[name], shares, strict=True)
        }
        return {**self.measures, **self.others, **classes}

    @property
    def summary(self) -> dict[str, float]:
        """The measures, and the mean of each histogram."""
        means = {name: float(SUPPORTS[name] @ shares) for name, shares in self.histograms.items()}
        return {**self.measures, **means}


def _class_name(histogram: str, at: float) -> str:
    return f"{2**at:.3g}q" if histogram in {"inter_onset", "duration"} else f"{at:+.0f}"


def describe_score(score: Score) -> Description:
    """Measure a score with at least one pitched note.

    The measures, with where they come from:
        entropy_1_bar, entropy_4_bars: Mean entropy of the pitch classes in windows of so many bars, in bits
            (Wu & Yang 2020, "The Jazz Transformer on the Front Line").
        scale_consistency: Largest share of notes that one major or harmonic minor scale holds
            (Mogren 2016, "C-RNN-GAN").
        groove_similarity: One minus the share of sixteenths at which neighbouring bars differ in whether something is
            struck (Wu & Yang 2020; Dong et al. 2020, "MusPy", for neighbours).
        polyphony: Mean number of notes that sound, where any does (MusPy).
        density: Notes struck a felt beat.
        structure_short, structure_middle, structure_long: See `composer.music.repetition`.
        chord_irregularity: See `training.comparison.chords`.
    """
    notes = [note for note in score.notes if note.part is not Part.DRUMS]
    others = measure(score)
    measures = {
        "entropy_1_bar": _entropy(notes, score, bars=1),
        "entropy_4_bars": _entropy(notes, score, bars=4),
        "scale_consistency": _scale_consistency(notes),
        "groove_similarity": _groove_similarity(score),
        "polyphony": _polyphony(notes),
        "density": others["density"],
        **structure_indicators(score),
        "chord_irregularity": chord_irregularity(score),
    }
    kept = {name: value for name, value in others.items() if name not in _NOT_COMPARED | measures.keys()}
    return Description(measures, _histograms(notes, score), kept | count_habits(score))


def _entropy(notes: Sequence[Note], score: Score, *, bars: int) -> float:
    window = bars * score.metre.bar_ticks
    windows: dict[int, list[Note]] = {}
    for note in notes:
        windows.setdefault(note.start // window, []).append(note)
    entropies = []
    for inside in windows.values():
        weights = pitch_class_weights(inside)
        shares = weights[weights > 0] / weights.sum()
        entropies.append(float(-(shares * np.log2(shares)).sum()))
    return float(np.mean(entropies))


def _scale_consistency(notes: Sequence[Note]) -> float:
    counts = np.bincount([note.pitch % 12 for note in notes], minlength=12)
    scales = ([(tonic + degree) % 12 for degree in degrees] for degrees in _SCALES.values() for tonic in range(12))
    return float(max(counts[scale].sum() for scale in scales) / counts.sum())


def _groove_similarity(score: Score) -> float:
    struck = np.zeros((score.bars, max(1, score.metre.bar_ticks // _GRID)), bool)
    for note in score.notes:
        bar, position = divmod(note.start, score.metre.bar_ticks)
        if bar < score.bars:
            struck[bar, min(position // _GRID, struck.shape[1] - 1)] = True
    return float(np.mean(struck[1:] == struck[:-1])) if score.bars > 1 else 1.0


def _polyphony(notes: Sequence[Note]) -> float:
    changes = np.zeros(max(note.end for note in notes) + 1, int)
    for note in notes:
        changes[note.start] += 1
        changes[note.end] -= 1
    sounding = changes.cumsum()
    return float(sounding[sounding > 0].mean())


def _histograms(notes: Sequence[Note], score: Score) -> dict[str, NDArray[np.float64]]:
    onsets = sorted({note.start for note in notes})
    top: dict[int, int] = {}
    bars: dict[int, list[int]] = {}
    for note in notes:
        top[note.start] = max(top.get(note.start, 0), note.pitch)
        bars.setdefault(note.start // score.metre.bar_ticks, []).append(note.pitch)
    line = [top[start] for start in onsets]
    ranges = [max(pitches) - min(pitches) for pitches in bars.values()]
    return {
        "inter_onset": _shares("inter_onset", _octaves(b - a for a, b in pairwise(onsets))),
        "duration": _shares("duration", _octaves(note.duration for note in notes)),
        "interval": _shares("interval", [float(b - a) for a, b in pairwise(line)]),
        "range": _shares("range", [float(span) for span in ranges]),
    }


def _octaves(ticks: Iterable[int]) -> list[float]:
    return [float(np.log2(span / TICKS_PER_QUARTER)) for span in ticks]


def _shares(name: str, values: Sequence[float]) -> NDArray[np.float64]:
    """Share of the values that lie nearest to each class."""
    support = SUPPORTS[name]
    middles = (support[1:] + support[:-1]) / 2
    counts = np.bincount(np.searchsorted(middles, values), minlength=len(support))
    shares: NDArray[np.float64] = counts / max(len(values), 1)
    return shares
