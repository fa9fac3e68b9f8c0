"""The tutorial's words: a note's name with its octave, or a chord's pitch classes with dots between them."""

from __future__ import annotations

import re

_NOTE = re.compile(r"(?P<step>[A-G])(?P<accidentals>#+|-*)(?P<octave>-?[0-9]+)")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MIDDLE_OCTAVE = 60


def pitches_of(word: str) -> tuple[int, ...]:
    """The pitches that a word sounds: C4 is 60, E-5 is 75, and 0.4.7 is C, E and G above middle C.

    As published: a chord has lost its octave, so all of it comes back between C4 and B4.

    Raises:
        ValueError: If it is no such word.
    """
    if word.replace(".", "").isdigit():
        return tuple(_MIDDLE_OCTAVE + int(pitch_class) for pitch_class in word.split("."))
    named = _NOTE.fullmatch(word)
    if named is None:
        raise ValueError(f"neither a note nor a chord: {word!r}")
    accidentals = named["accidentals"]
    altered = len(accidentals) if accidentals.startswith("#") else -len(accidentals)
    return (12 * (int(named["octave"]) + 1) + _STEPS[named["step"]] + altered,)
