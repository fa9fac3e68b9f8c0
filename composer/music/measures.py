"""A score in a dozen numbers that tell music from noise and from a loop."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import reduce
from itertools import groupby, pairwise
from operator import or_
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from composer.music.analysis import key_clarity, pitch_class_weights
from composer.music.repetition import structure_indicators
from composer.music.score import Mode, Part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from composer.music.score import Note, Score

_SCALES = {Mode.MAJOR: {0, 2, 4, 5, 7, 9, 11}, Mode.MINOR: {0, 2, 3, 5, 7, 8, 10, 11}}
"""Degrees; minor with both sevenths."""

PERIOD = 4
"""Bars after which a phrase is expected to answer."""

FIGURE = 4

_NINTH = 13
"""Semitones of a minor ninth."""

_STRUCTURE = ("structure_short", "structure_middle")
"""Repetition of motifs and of phrases; sections are the form's doing, and take the longest to compare."""

_Bar = frozenset[tuple[int, int]]
_T = TypeVar("_T")


def measure(score: Score) -> dict[str, float]:
    """The measures of a score with at least one pitched note.

    Returns:
        key_clarity: Correlation with the profile of the score's own key, -1 to 1.
        in_scale: Share of sounding time on the key's scale, 0 to 1.
        pitch_entropy: Entropy of the pitch classes, in bits, 0 to log2(12).
        density: Notes struck a felt beat.
        polyphony: Mean number of notes that sound at an onset.
        rhythm_entropy: Entropy of the steps between onsets, in bits.
        groove: Mean likeness of neighbouring bars' onset patterns (Jaccard), 0 to 1.
        immediate_repeats: Share of bars equal to the one before, 0 to 1.
        returns: Mean likeness of a bar to the one `PERIOD` before in position and pitch (Jaccard), 0 to 1.
        melody_step: Mean interval of the top line, in semitones.
        melody_range: Between the 5th and 95th percentile of the top line, in semitones.
        longest_run: Most onsets in a row at which exactly the same notes are struck.
        same_rhythm: Most bars in a row in which every part strikes where it did in the bar before.
        repeated_figures: Share of runs of `FIGURE` onsets, with all their notes, that have been heard before, 0 to 1.
        structure_short, structure_middle: How well the motif of 2 or 3 bars, and the phrase of 4 to 7, that
            returns best explains the piece, see `composer.music.repetition`, 0 to 1.
        dynamics: Standard deviation of velocity.
        clashes: Share of onsets with pitches at which a note is struck a semitone, or an octave and a semitone, from
            another that is struck or still sounds, 0 to 1.
        drum_returns: Mean likeness of a bar's drum strokes to those of the bar before in position and drum (Jaccard),
            0 to 1; 0 without drums.
        absence: Largest share of bars in which one of the parts that play is silent, 0 to 1.
        empty_bars: Share of bars in which nothing sounds, 0 to 1.
    """
    pitched = [note for note in score.notes if note.part is not Part.DRUMS]
    if not pitched:
        raise ValueError("a score without pitched notes has no measures")
    return {
        **_of_pitch(score, pitched),
        **_of_rhythm(score, pitched),
        **_of_melody(score),
        **_of_repetition(score),
        **_of_parts(score, pitched),
    }


def _of_pitch(score: Score, pitched: Sequence[Note]) -> dict[str, float]:
    return {
        "key_clarity": key_clarity(score),
        "in_scale": _in_scale(score),
        "pitch_entropy": _entropy(pitch_class_weights(pitched)),
        "clashes": _clashes(pitched),
    }


def _of_rhythm(score: Score, pitched: Sequence[Note]) -> dict[str, float]:
    bars = _bars(score, frozenset(Part))
    onsets = sorted({note.start for note in score.notes})
    return {
        "density": len(pitched) * score.metre.beat_ticks / score.ticks,
        "polyphony": _polyphony(score, onsets),
        "rhythm_entropy": _entropy(Counter(b - a for a, b in pairwise(onsets)).values()),
        "groove": _mean(_likeness(_positions(a), _positions(b)) for a, b in pairwise(bars)),
        "immediate_repeats": _mean(float(a == b and bool(a)) for a, b in pairwise(bars)),
        "returns": _mean(_likeness(a, b) for a, b in zip(bars, bars[PERIOD:], strict=False)),
        "drum_returns": _drum_returns(score),
    }


def _of_melody(score: Score) -> dict[str, float]:
    top = _top_line(score)
    return {
        "melody_step": _mean(abs(b - a) for a, b in pairwise(top)),
        "melody_range": float(np.percentile(top, 95) - np.percentile(top, 5)),
    }


def _of_repetition(score: Score) -> dict[str, float]:
    return {
        "longest_run": float(max(len(list(run)) for _, run in groupby(_textures(score)))),
        "same_rhythm": _same_rhythm(score),
        "repeated_figures": _repeated_figures(score),
        **structure_indicators(score, _STRUCTURE),
    }


def _of_parts(score: Score, pitched: Sequence[Note]) -> dict[str, float]:
    return {
        "dynamics": float(np.std([note.velocity for note in pitched])),
        "absence": max(_silence(score, {part}) for part in {note.part for note in pitched}),
        "empty_bars": _silence(score, set(Part)),
    }


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _entropy(weights: Iterable[float]) -> float:
    shares = np.array([weight for weight in weights if weight > 0], float)
    if not shares.size:
        return 0.0
    shares /= shares.sum()
    return float(-(shares * np.log2(shares)).sum())


def _bars(score: Score, parts: Collection[Part]) -> list[_Bar]:
    """For each bar what the parts strike where: (position, pitch)."""
    bar = score.metre.bar_ticks
    found: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for note in score.notes:
        if note.part in parts:
            found[note.start // bar].add((note.start % bar, note.pitch))
    return [frozenset(found[index]) for index in range(score.bars)]


def _positions(bar: _Bar) -> frozenset[int]:
    return frozenset(position for position, _ in bar)


def _likeness(one: frozenset[_T], other: frozenset[_T]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _drum_returns(score: Score) -> float:
    """Bars of which neither has a stroke say nothing about a drummer."""
    bars = _bars(score, {Part.DRUMS})
    return _mean(_likeness(a, b) for a, b in pairwise(bars) if a or b)


def _clashes(pitched: Sequence[Note]) -> float:
    """Pitches stand in sets of bits: what lies a semitone away is such a set, shifted."""
    sounding: list[Note] = []
    found = []
    for start, chord in groupby(pitched, key=lambda note: note.start):
        struck = list(chord)
        sounding = [note for note in sounding if note.end > start] + struck
        keys = reduce(or_, (1 << note.pitch for note in sounding))
        near = keys << 1 | keys >> 1 | keys << _NINTH | keys >> _NINTH
        found.append(any(near >> note.pitch & 1 for note in struck))
    return _mean(map(float, found))


def _in_scale(score: Score) -> float:
    weights = pitch_class_weights(score.notes)
    inside = sum(weights[(score.key.tonic + degree) % 12] for degree in _SCALES[score.key.mode])
    return float(inside / weights.sum())


def _polyphony(score: Score, onsets: Sequence[int]) -> float:
    starts = np.sort([note.start for note in score.notes])
    ends = np.sort([note.end for note in score.notes])
    at = np.array(onsets)
    sounding = np.searchsorted(starts, at, side="right") - np.searchsorted(ends, at, side="right")
    return float(sounding.mean())


def _top_line(score: Score) -> list[int]:
    top: dict[int, int] = {}
    for note in score.notes:
        if note.part is not Part.DRUMS:
            top[note.start] = max(top.get(note.start, 0), note.pitch)
    return [top[start] for start in sorted(top)]


def _textures(score: Score) -> list[tuple[tuple[int, int], ...]]:
    """What is struck at each onset, with durations: a loop shows as a run of equal ones."""
    return [
        tuple((note.pitch, note.duration) for note in notes)
        for _, notes in groupby(score.notes, key=lambda note: note.start)
    ]


def _same_rhythm(score: Score) -> float:
    rhythms: list[set[tuple[int, Part]]] = [set() for _ in range(score.bars)]
    for note in score.notes:
        bar, position = divmod(note.start, score.metre.bar_ticks)
        if bar < score.bars:
            rhythms[bar].add((position, note.part))
    return float(max(len(list(bars)) for _, bars in groupby(rhythms)))


def _repeated_figures(score: Score) -> float:
    textures = _textures(score)
    figures = [tuple(textures[at : at + FIGURE]) for at in range(len(textures) - FIGURE + 1)]
    return 1 - len(set(figures)) / len(figures) if figures else 0.0


def _silence(score: Score, parts: Collection[Part]) -> float:
    """Share of bars in which none of the parts sounds."""
    bar = score.metre.bar_ticks
    played = (note for note in score.notes if note.part in parts)
    sounding = {index for note in played for index in range(note.start // bar, (note.end - 1) // bar + 1)}
    return 1 - len(sounding & set(range(score.bars))) / score.bars
