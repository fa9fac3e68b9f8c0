"""How melodies move: the intervals between their notes, counted over pieces."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from composer.music.score import Score

LARGEST_INTERVAL = 13
"""Semitones; what leaps farther counts as this."""

INTERVALS = range(-LARGEST_INTERVAL, LARGEST_INTERVAL + 1)
"""Semitones from one note of a melody to the next; a leap down is below 0."""

_FEWEST_OF_A_KIND = 10
"""Pieces; of fewer it could not be said how melodies of their kind move."""


def interval_shares(scores: Iterable[Score]) -> NDArray[np.float64]:
    """How often the melody of a typical piece moves by each of `INTERVALS`, shape (27,), adding up to 1.

    The square of the mean root over pieces: half of people's piano pieces repeat less than one note in twenty, and a
    few that repeat one in three would draw the mean away from them. All 0 where no melody moves.
    """
    return _typical(_each(scores))


def interval_shares_by_kind(scores: Iterable[Score], kinds: int) -> list[NDArray[np.float64]]:
    """The shares of pieces that repeat the notes of their melodies least, of those that do so more, and so on.

    Args:
        scores: Pieces; those without a melody do not count.
        kinds: Equal parts, in which the pieces are put by their share of repeated notes; fewer where there are fewer
            than `_FEWEST_OF_A_KIND` pieces for each.

    Returns:
        See `interval_shares`, of each kind; at least one.
    """
    each = sorted(_each(scores), key=lambda piece: float(piece[LARGEST_INTERVAL]))
    kinds = max(1, min(kinds, len(each) // _FEWEST_OF_A_KIND))
    edges = [len(each) * kind // kinds for kind in range(kinds + 1)]
    return [_typical(each[first:last]) for first, last in pairwise(edges)]


def _each(scores: Iterable[Score]) -> list[NDArray[np.float64]]:
    return [count / count.sum() for count in map(_counts, scores) if count.any()]


def _typical(each: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.sqrt(each).mean(axis=0) ** 2 if len(each) else np.zeros(len(INTERVALS))
    return found / found.sum() if found.any() else found


def _counts(score: Score) -> NDArray[np.int64]:
    top: dict[int, int] = {}
    for note in score.notes:
        if note.part is Part.MELODY:
            top[note.start] = max(top.get(note.start, 0), note.pitch)
    line = [top[start] for start in sorted(top)]
    moves = np.clip(np.diff(line), -LARGEST_INTERVAL, LARGEST_INTERVAL) + LARGEST_INTERVAL
    return np.bincount(moves.astype(np.int64), minlength=len(INTERVALS))
