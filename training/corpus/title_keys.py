"""Keys as titles name them, in English, German and French."""

from __future__ import annotations

import re

from composer.music.score import Key, Mode

_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_SYLLABLES = {"ut": 0, "do": 0, "ré": 2, "re": 2, "mi": 4, "fa": 5, "sol": 7, "la": 9, "si": 11}
_SHIFTS = {"": 0, "♯": 1, "#": 1, "sharp": 1, "dièse": 1, "diese": 1, "♭": -1, "flat": -1, "bémol": -1, "bemol": -1}
_MODES = {"major": Mode.MAJOR, "minor": Mode.MINOR, "dur": Mode.MAJOR, "moll": Mode.MINOR}
_FRENCH = {"majeur": Mode.MAJOR, "mineur": Mode.MINOR}

_ENGLISH_KEY = re.compile(r"\b([A-G])[- ]?(♯|#|♭|sharp|flat)?[- ]?(major|minor)\b", re.IGNORECASE)
_GERMAN_KEY = re.compile(r"\b([A-H])(is|es|s)?[- ]?(dur|moll)\b", re.IGNORECASE)
_FRENCH_KEY = re.compile(
    r"\b(ut|do|r[ée]|mi|fa|sol|la|si)[- ]?(♯|#|♭|di[èe]se|b[ée]mol)?[- ]?(majeur|mineur)\b", re.IGNORECASE
)


def key_named(title: str) -> Key | None:
    """The key that a title names; None where it names none or several."""
    found = {key for keys in (_english(title), _german(title), _french(title)) for key in keys}
    return found.pop() if len(found) == 1 else None


def _english(title: str) -> list[Key]:
    return [
        Key((_LETTERS[letter.lower()] + _SHIFTS[shift.lower()]) % 12, _MODES[mode.lower()])
        for letter, shift, mode in _ENGLISH_KEY.findall(title)
    ]


def _german(title: str) -> list[Key]:
    shifts = {"": 0, "is": 1, "es": -1, "s": -1}
    return [
        # A German B is flat, and H is what is B elsewhere.
        Key((_LETTERS[letter.lower()] + shifts[shift.lower()] - (letter in "Bb")) % 12, _MODES[mode.lower()])
        for letter, shift, mode in _GERMAN_KEY.findall(title)
    ]


def _french(title: str) -> list[Key]:
    return [
        Key((_SYLLABLES[name.lower()] + _SHIFTS[shift.lower()]) % 12, _FRENCH[mode.lower()])
        for name, shift, mode in _FRENCH_KEY.findall(title)
    ]
