"""One player's notes, given to two hands."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Note

_DIVIDES = range(48, 73)
_MIDDLE = 60
_HAND = 14
"""Semitones that a hand reaches."""

_AWAY, _MOVE, _STRETCH = 0.05, 0.15, 0.5
"""What it costs, for each semitone, that the hands divide away from the middle, that the place moves, and that a hand
reaches further than it can."""


def part_hands(notes: Sequence[Note]) -> tuple[list[Note], list[Note]]:
    """Right and left: the cheapest path through all onsets by the pitch at which the hands divide (Viterbi 1967).

    Args:
        notes: Notes of one player in order of time.
    """
    onsets = [list(own) for _, own in groupby(notes, key=lambda note: note.start)]
    if not onsets:
        return [], []
    costs = [_cost(onsets[0], divide) for divide in _DIVIDES]
    origins: list[list[int]] = []
    for chord in onsets[1:]:
        came = [_from(costs, index) for index in range(len(costs))]
        costs = [
            costs[origin] + _MOVE * abs(origin - index) + _cost(chord, divide)
            for index, (origin, divide) in enumerate(zip(came, _DIVIDES, strict=True))
        ]
        origins.append(came)
    at = min(range(len(costs)), key=costs.__getitem__)
    path = [at]
    for came in reversed(origins):
        path.append(came[path[-1]])
    right: list[Note] = []
    left: list[Note] = []
    for chord, index in zip(onsets, reversed(path), strict=True):
        for note in chord:
            (right if note.pitch >= _DIVIDES[index] else left).append(note)
    return right, left


def _from(costs: Sequence[float], index: int) -> int:
    return min(range(len(costs)), key=lambda origin: (costs[origin] + _MOVE * abs(origin - index), origin != index))


def _cost(chord: Sequence[Note], divide: int) -> float:
    right = [note.pitch for note in chord if note.pitch >= divide]
    left = [note.pitch for note in chord if note.pitch < divide]
    stretch = sum(max(0, max(hand) - min(hand) - _HAND) for hand in (right, left) if hand)
    return _AWAY * abs(divide - _MIDDLE) + _STRETCH * stretch
