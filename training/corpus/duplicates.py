"""Which pieces are the same work, found by their melodies."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from composer.music.score import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.music.score import Score

GRAM = 8
"""Melody steps in a fingerprint."""

SHARED = 0.3
"""Share of the smaller piece's fingerprints at which two pieces are one work."""

_TOO_COMMON = 40
"""A figure in more pieces than this is a commonplace and tells nothing."""


def melody_grams(scores: Iterable[Score]) -> frozenset[int]:
    """Fingerprints of the upper line: runs of `GRAM` intervals with their time steps, free of key."""
    grams: set[int] = set()
    for score in scores:
        top: dict[int, int] = {}
        for note in score.notes:
            if note.part is not Part.DRUMS:
                top[note.start] = max(top.get(note.start, 0), note.pitch)
        line = sorted(top.items())
        steps = [(after[1] - before[1], after[0] - before[0]) for before, after in pairwise(line)]
        grams.update(hash(tuple(steps[at : at + GRAM])) for at in range(len(steps) - GRAM + 1))
    return frozenset(grams)


def group_works(fingerprints: Sequence[frozenset[int]]) -> list[int]:
    """For each piece the index of the first piece that is the same work."""
    holders: dict[int, list[int]] = defaultdict(list)
    for piece, grams in enumerate(fingerprints):
        for gram in grams:
            holders[gram].append(piece)
    shared = Counter(
        pair for pieces in holders.values() if 1 < len(pieces) <= _TOO_COMMON for pair in combinations(pieces, 2)
    )
    first = list(range(len(fingerprints)))

    def root(piece: int) -> int:
        while first[piece] != piece:
            piece = first[piece]
        return piece

    for (one, other), count in shared.items():
        if count >= SHARED * min(len(fingerprints[one]), len(fingerprints[other])):
            low, high = sorted((root(one), root(other)))
            first[high] = low
    return [root(piece) for piece in range(len(first))]
