"""Onsets as numbers: equal for onsets at which the same notes with the same durations are struck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import Part
from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from composer.music.score import Score

Numbers = np.uint64

_PITCHES, _DRUMS, _POSITIONS, _DURATIONS = (
    vocabulary.token_range(kind) for kind in (Kind.PITCH, Kind.DRUM, Kind.POSITION, Kind.DURATION)
)
_DRUM_KEYS = 256
"""Added to percussion keys, so that they are no pitches; they have no duration."""

_EVENT_VALUES = np.array([event.value for event in vocabulary.EVENTS])


def of_score(score: Score) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The texture and the tick of each onset; parts make no difference."""
    drums = np.array([note.part is Part.DRUMS for note in score.notes], bool)
    keys = np.array([note.pitch for note in score.notes], np.int64) + _DRUM_KEYS * drums
    durations = np.where(drums, 0, np.array([note.duration for note in score.notes], np.int64))
    starts = np.array([note.start for note in score.notes], np.int64)
    onsets, firsts = np.unique(starts, return_index=True)
    return np.add.reduceat(_scatter_notes(keys, durations), firsts), onsets


def of_tokens(tokens: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """The textures of a section, the same as of the score that its tokens spell."""
    is_drum = _is_of_kind(tokens, _DRUMS)
    strikes = np.flatnonzero(_is_of_kind(tokens, _PITCHES) | is_drum)
    values = _EVENT_VALUES[tokens]
    # A duration stands right after its note; a note without one has that of the note before.
    said = np.flatnonzero(_is_of_kind(tokens, _DURATIONS))
    last = np.searchsorted(said, strikes + 1, side="right") - 1
    durations = values[said[last]] if len(said) else np.zeros(len(strikes), np.int64)
    drums = is_drum[strikes]
    numbers = _scatter_notes(values[strikes] + _DRUM_KEYS * drums, np.where(drums, 0, durations))
    firsts = np.searchsorted(strikes, np.flatnonzero(_is_of_kind(tokens, _POSITIONS)))
    return np.add.reduceat(numbers, np.unique(firsts[firsts < len(strikes)]))


def _is_of_kind(tokens: NDArray[np.uint16], kind: range) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (tokens >= kind.start) & (tokens < kind.stop)
    return inside


def _scatter_notes(keys: NDArray[np.int64], durations: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A number for each note that looks random, so that sums over an onset are as good as sets.

    The finaliser of SplitMix64: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
    """
    mixed = (keys.astype(Numbers) << Numbers(32)) + durations.astype(Numbers) + Numbers(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> Numbers(30))) * Numbers(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> Numbers(27))) * Numbers(0x94D049BB133111EB)
    scattered: NDArray[np.uint64] = mixed ^ (mixed >> Numbers(31))
    return scattered
