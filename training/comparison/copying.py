"""What was heard before: runs of onsets that stand in the training split, and runs that come again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.comparison import textures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from training.comparison.excerpts import Excerpt

GRAMS = (4, 8, 16)
"""Onsets in the runs whose share is told."""

_KEY = min(GRAMS)
_BASE = np.uint64(0x100000001B3)


@dataclass(frozen=True, slots=True)
class Match:
    """A run of onsets that stands in the training split as well.

    Attributes:
        onsets: Number of onsets of the run.
        beats: Felt ones, from its first onset to the one after it, or to the end of the piece's last note.
        piece: Name of the piece in which it was found.
        source: The training piece that has it.
    """

    onsets: int = 0
    beats: float = 0.0
    piece: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Copying:
    """How much of some pieces stands in the training split.

    Attributes:
        shares: Share, for each length in `GRAMS`, of all runs of so many onsets that stand there.
        longest: The match with the most onsets.
        longest_in_beats: The match that lasts longest.
    """

    shares: dict[int, float]
    longest: Match
    longest_in_beats: Match


class Index:
    """All runs of onsets in a number of sections."""

    def __init__(self, sections: Iterable[tuple[str, NDArray[np.uint64]]]) -> None:
        """Take sections by name, each as its textures; names may come again."""
        named = list(sections)
        self._names = [name for name, _ in named]
        # After each section a number that no onset has, so that no run leads from one into the next.
        marks = (np.array([at], np.uint64) for at in range(len(named)))
        pieces = [part for (_, onsets), mark in zip(named, marks, strict=True) for part in (onsets, mark)]
        self._onsets = np.concatenate(pieces)
        self._ends = np.cumsum([len(onsets) + 1 for _, onsets in named])
        grams = _hash_runs(self._onsets, _KEY)
        self._places = np.argsort(grams, kind="stable")
        self._grams = grams[self._places]

    def longest(self, onsets: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each onset how long a run from it stands in the index (0 if shorter than 4), and one place where."""
        lengths = np.zeros(len(onsets), np.int64)
        places = np.full(len(onsets), -1, np.int64)
        grams = _hash_runs(onsets, _KEY)
        lows = np.searchsorted(self._grams, grams, side="left")
        highs = np.searchsorted(self._grams, grams, side="right")
        for at in np.flatnonzero(highs > lows):
            lengths[at], places[at] = self._grown(onsets[at:], self._places[lows[at] : highs[at]])
        return lengths, places

    def _grown(self, onsets: NDArray[np.uint64], places: NDArray[np.int64]) -> tuple[int, int]:
        """Length of the longest run that begins with `onsets` at one of `places`, and that place."""
        length = _KEY
        while length < len(onsets):
            # The last onset of the index is a mark, so that a place can always be looked at.
            still = places[self._onsets[places + length] == onsets[length]]
            if not len(still):
                break
            places, length = still, length + 1
        return length, int(places[0])

    def name_at(self, place: int) -> str:
        """The section in which a place lies."""
        return self._names[int(np.searchsorted(self._ends, place, side="right"))]


def _hash_runs(onsets: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """A number for each run of `length` onsets."""
    count = max(0, len(onsets) - length + 1)
    numbers = np.zeros(count, np.uint64)
    for step in range(length):
        numbers = (numbers * _BASE) ^ onsets[step : step + count]
    return numbers


def measure_copying(pieces: Sequence[Excerpt], index: Index) -> Copying:
    """Look up all runs of onsets of some pieces, each at its pitch in C major or A minor."""
    runs = dict.fromkeys(GRAMS, 0)
    found = dict.fromkeys(GRAMS, 0)
    matches = [Match()]
    for piece in pieces:
        onsets, ticks = textures.of_score(piece.score)
        lengths, places = index.longest(onsets)
        for gram in GRAMS:
            runs[gram] += max(0, len(onsets) - gram + 1)
            found[gram] += int((lengths >= gram).sum())
        matches += _find_matches(piece, ticks, lengths, [index.name_at(place) for place in places])
    return Copying(
        shares={gram: found[gram] / max(runs[gram], 1) for gram in GRAMS},
        longest=max(matches, key=lambda match: match.onsets),
        longest_in_beats=max(matches, key=lambda match: match.beats),
    )


def _find_matches(
    piece: Excerpt, ticks: NDArray[np.int64], lengths: NDArray[np.int64], sources: Sequence[str]
) -> list[Match]:
    beat = piece.score.metre.beat_ticks
    until = [*ticks.tolist(), max(note.end for note in piece.score.notes)]
    return [
        Match(int(lengths[at]), (until[at + lengths[at]] - until[at]) / beat, piece.name, sources[at])
        for at in np.flatnonzero(lengths).tolist()
    ]


def distinct_share(pieces: Sequence[Excerpt], length: int) -> float:
    """Share of different ones among all runs of `length` onsets in all pieces (Li et al. 2016, distinct-n)."""
    grams = np.concatenate([_hash_runs(textures.of_score(piece.score)[0], length) for piece in pieces])
    return len(np.unique(grams)) / max(len(grams), 1)
