"""How keys and pitches are spelled: G sharp or A flat."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import signature_of
from composer.music.score import PITCH_CLASSES, Part
from composer.notation.spelling_features import FEATURES, fifths_and_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from composer.music.score import Key, Score

_LETTERS = "FCGDAEB"
_MOST_SHARPS = 5

WEIGHTS = "spelling.json"
"""File beside this module that `python -m training fit-spelling` writes."""


def signature(key: Key) -> int:
    """Sharps (positive) or flats (negative) with which a key is written, -6 to 5: six are written as flats."""
    accidentals = signature_of(key)
    return accidentals if accidentals <= _MOST_SHARPS else accidentals - PITCH_CLASSES


def fifths_of(letter: str, alteration: int) -> int:
    """Place on the line of fifths: C is 0, G is 1, F is -1, and a sharp adds 7."""
    return _LETTERS.index(letter) - 1 + alteration * len(_LETTERS)


class Spelling:
    """How the notes of a piece are spelled.

    A pitch of which nothing was spelled stands as if it were part of the first note's key.
    """

    def __init__(self, found: Mapping[int, Sequence[tuple[int, int]]], otherwise: int) -> None:
        """Take what `spell` found.

        Args:
            found: For each pitch (tick, place on the line of fifths) in order of time.
            otherwise: Sharps or flats of the signature that holds for all other pitches.
        """
        self._found = found
        self._otherwise = otherwise

    def of(self, pitch: int, tick: int) -> tuple[str, int, int]:
        """Letter, alteration in semitones and octave: 61 in D minor is C, 1, 4.

        Notation moves notes a little, so this is how the note of that pitch is spelled that begins nearest to `tick`.
        The octave is that of the letter, so that B sharp 3 and C 4 are one pitch.
        """
        fifths = self._fifths(pitch, tick)
        alteration = (fifths + 1) // len(_LETTERS)
        return _LETTERS[(fifths + 1) % len(_LETTERS)], alteration, (pitch - alteration) // PITCH_CLASSES - 1

    def _fifths(self, pitch: int, tick: int) -> int:
        marks = self._found.get(pitch)
        if not marks:
            flattest = self._otherwise - 3
            return flattest + (pitch * 7 - flattest) % PITCH_CLASSES
        after = bisect_left(marks, (tick, -PITCH_CLASSES * 2))
        return min(marks[max(after - 1, 0) : after + 1], key=lambda mark: abs(mark[0] - tick))[1]


def spell(score: Score, *, up: int = 0) -> Spelling:
    """Spell all notes of a score but the drums.

    Each pitch is one of two neighbours on the line of fifths, such as G sharp and A flat. Which of the two is decided
    by a logistic regression, for each note by itself, on what `spelling_features` sees.

    Args:
        score: The whole score: every part helps to spell the others.
        up: Semitones by which it is written higher than it sounds; pitches are then asked for as written.
    """
    notes = sorted((note for note in score.notes if note.part is not Part.DRUMS), key=lambda note: note.start)
    fifths = spelled_fifths(
        [note.start for note in notes],
        [note.pitch + up for note in notes],
        [note.part for note in notes],
        [score.key_at(note.start).transposed(up) for note in notes],
    )
    found = defaultdict(list)
    for note, place in zip(notes, fifths, strict=True):
        found[note.pitch + up].append((note.start, place))
    return Spelling(found, signature(score.key.transposed(up)))


def spelled_fifths(
    starts: Sequence[float], pitches: Sequence[int], parts: Sequence[int], keys: Iterable[Key]
) -> list[int]:
    """Places on the line of fifths of notes, which are given in order of time.

    Args:
        starts: When each begins, in any unit.
        pitches: MIDI pitches.
        parts: Numbers of the parts, hands or voices to which they belong.
        keys: Key at each note.
    """
    flatter, seen = fifths_and_features(starts, pitches, parts, [(signature(key), key.mode) for key in keys])
    return [int(place) for place in flatter + PITCH_CLASSES * (seen @ _weights() > 0)]


@cache
def _weights() -> NDArray[np.float64]:
    """Log odds of the sharper spelling that each feature adds."""
    table = json.loads(files("composer.notation").joinpath(WEIGHTS).read_text("utf-8"))
    return np.array([table[name] for name in FEATURES])
