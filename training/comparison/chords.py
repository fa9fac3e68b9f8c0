"""Harmony over bars: the chords of a piece, and how irregularly they follow each other."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import chroma
from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from composer.music.score import Score

_TRIADS = ((0, 4, 7), (0, 3, 7))
_ROOT_WEIGHT = 1.1
"""Decides between triads that fit equally well."""


def chord_irregularity(score: Score) -> float:
    """Share of different ones among all runs of three chords: Wu & Yang 2020, chord progression irregularity.

    Chords are the triads that fit each half bar best (each bar, where it has no two equal halves of whole beats).
    """
    runs = list(zip(*(find_chords(score)[at:] for at in range(3)), strict=False))
    return len(set(runs)) / len(runs) if runs else 0.0


def find_chords(score: Score) -> list[tuple[int, int]]:
    """(root, 0 for major or 1 for minor) of each chord in turn; a chord that stays counts once."""
    bar, beat = score.metre.bar_ticks, score.metre.beat_ticks
    slot = bar // 2 if bar % (2 * beat) == 0 else bar
    weights = chroma(score.notes, slot, score.ticks // slot)
    fits = weights @ _chord_templates().T
    best = (divmod(int(row.argmax()), len(_TRIADS)) for row in fits if row.any())
    return [chord for chord, _ in groupby(best)]


def _chord_templates() -> NDArray[np.float64]:
    """Shape (24, 12): for each root its major and its minor triad."""
    templates = np.zeros((PITCH_CLASSES * len(_TRIADS), PITCH_CLASSES))
    for index, template in enumerate(templates):
        root, triad = divmod(index, len(_TRIADS))
        template[[(root + step) % 12 for step in _TRIADS[triad]]] = 1.0
        template[root] = _ROOT_WEIGHT
    return templates
