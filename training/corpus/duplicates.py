"""Which pieces are the same work, found by their melodies."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.music.score import Note, Score

GRAM = 8
"""Melody steps in a fingerprint."""

SHARED = 0.3
"""Share of the smaller piece's fingerprints at which two pieces are one work."""

FREE_GRAM = 16
_FEWEST_STEPS = 5
"""Melody steps in a fingerprint without time, and how many of them must differ: scales and trills tell nothing."""

_TOGETHER = TICKS_PER_QUARTER // 8
"""Ticks within which a performer's notes are struck together."""

_TOO_COMMON = 40
"""A figure in more pieces than this is a commonplace and tells nothing."""


def melody_grams(scores: Iterable[Score]) -> frozenset[int]:
    """Fingerprints of the upper line, free of key: even numbers with their time steps, odd ones without.

    Scores of a work agree in time. Performances of it do not, so longer runs of intervals alone tell those.
    """
    grams: set[int] = set()
    for score in scores:
        notes = [note for note in score.notes if note.part is not Part.DRUMS]
        line = _upper_line(notes, together=0)
        steps = [(after[1] - before[1], after[0] - before[0]) for before, after in pairwise(line)]
        grams.update(hash(tuple(steps[at : at + GRAM])) & ~1 for at in range(len(steps) - GRAM + 1))
        free = [after[1] - before[1] for before, after in pairwise(_upper_line(notes, together=_TOGETHER))]
        runs = (tuple(free[at : at + FREE_GRAM]) for at in range(len(free) - FREE_GRAM + 1))
        grams.update(hash(run) | 1 for run in runs if len(set(run)) >= _FEWEST_STEPS)
    return frozenset(grams)


def _upper_line(notes: Iterable[Note], *, together: int) -> list[tuple[int, int]]:
    """Start and highest pitch of what is struck within so many ticks, in order of time."""
    line: list[tuple[int, int]] = []
    for start, pitch in sorted((note.start, note.pitch) for note in notes):
        if line and start - line[-1][0] <= together:
            line[-1] = line[-1][0], max(line[-1][1], pitch)
        else:
            line.append((start, pitch))
    return line


def group_works(fingerprints: Sequence[frozenset[int]]) -> list[int]:
    """For each piece the index of the first piece that is the same work."""
    holders: dict[int, list[int]] = defaultdict(list)
    for piece, grams in enumerate(fingerprints):
        for gram in grams:
            holders[gram].append(piece)
    shared = Counter(
        (pair, gram & 1)
        for gram, pieces in holders.items()
        if 1 < len(pieces) <= _TOO_COMMON
        for pair in combinations(pieces, 2)
    )
    sizes = [(sum(1 for gram in grams if not gram & 1), sum(gram & 1 for gram in grams)) for grams in fingerprints]
    first = list(range(len(fingerprints)))

    def root(piece: int) -> int:
        while first[piece] != piece:
            piece = first[piece]
        return piece

    for ((one, other), kind), count in shared.items():
        if count >= SHARED * min(sizes[one][kind], sizes[other][kind]):
            low, high = sorted((root(one), root(other)))
            first[high] = low
    return [root(piece) for piece in range(len(first))]
