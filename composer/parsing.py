"""Text as people write it -> keys, metres and numbers, and keys as they stand in titles."""

from __future__ import annotations

import re

from composer.errors import RequestError, quoted, unknown_name
from composer.music.score import PITCH_CLASS_NAMES, Key, Metre, Mode
from composer.tokens import vocabulary

_MINUTE = 60
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KEY = re.compile(
    r"(?P<letter>[A-Ga-g]) ?-? ?(?P<accidental>#|♯|sharp|is|b|♭|flat|es|s)? ?(?P<mode>major|maj|dur|minor|min|moll|m)?",
    re.IGNORECASE,
)
"""Nothing in it repeats, so that no text takes long: the words are to have one space between them."""


def parse_key(text: str) -> Key:
    """A key as people write it: "E-flat major", "Am", "F# minor", "Bb".

    Raises:
        RequestError: If it is none.
    """
    found = _KEY.fullmatch(" ".join(text.split()))
    if not found:
        raise RequestError(f"I don't know the key {quoted(text)}. Write it like C, Am, Eb major or F# minor.")
    accidental = (found["accidental"] or "").lower()
    shift = 0 if not accidental else 1 if accidental in {"#", "♯", "sharp", "is"} else -1
    word = found["mode"] or ""
    minor = word == "m" or word.lower() in {"minor", "min", "moll"}
    return Key((_LETTERS[found["letter"].upper()] + shift) % 12, Mode.MINOR if minor else Mode.MAJOR)


def parse_metre(text: str) -> Metre:
    """A metre as printed: "3/4".

    Raises:
        RequestError: If models do not know it.
    """
    for metre in vocabulary.METRES:
        if str(metre) == text.strip():
            return metre
    raise unknown_name("a metre", text, [str(metre) for metre in vocabulary.METRES])


def parse_number(text: str) -> float:
    """A number with a decimal point or comma.

    Raises:
        ValueError: If it is none.
    """
    return float(text.strip().replace(",", "."))


def parse_seconds(text: str) -> float:
    """A length in seconds, or in minutes and seconds: 90, 1:30.

    Raises:
        ValueError: If it is none.
    """
    minutes, colon, seconds = text.strip().partition(":")
    if not colon:
        return parse_number(minutes)
    if not (minutes.isdecimal() and seconds.isdecimal()):
        raise ValueError(f"no minutes and seconds: {quoted(text)}")
    return _MINUTE * float(minutes) + float(seconds)


def key_name(key: Key) -> str:
    """The key as it stands in a title: "E flat", "c sharp minor" is written "C sharp minor"."""
    flats = PITCH_CLASS_NAMES[key.tonic].replace("-", " ")
    sharps = {1: "C sharp", 6: "F sharp", 8: "G sharp"}
    name = sharps.get(key.tonic, flats) if key.mode is Mode.MINOR else flats
    return f"{name} {key.mode.name.lower()}"
