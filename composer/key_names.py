"""Keys as people write and read them, each in their own language."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from composer.errors import RequestError, quoted
from composer.music.score import PITCH_CLASSES, Key, Mode
from composer.options import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator

GERMAN, FRENCH, SPANISH = "de", "fr", "es"
"""Languages that have names of their own, beside English, which whoever reads another one is told."""

_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_SYLLABLES = {"do": 0, "ut": 0, "re": 2, "mi": 4, "fa": 5, "sol": 7, "la": 9, "si": 11}
_LONGEST = 64
"""Characters of the longest text that is read: "sol sostenido mayor" has 19, and people double spaces and hyphens."""

_ALTERATIONS = {
    "": 0,
    **dict.fromkeys(("#", "♯", "sharp", "diese", "sostenido"), 1),
    **dict.fromkeys(("b", "♭", "flat", "bemol"), -1),
}
_ENDINGS = {"is": 1, "es": -1}
"""What stands behind a letter in German: Fis, Des. Of Es and As, one letter is left."""

_MODES = {
    "": {"": Mode.MAJOR, "M": Mode.MAJOR, "m": Mode.MINOR},
    ENGLISH: {"major": Mode.MAJOR, "maj": Mode.MAJOR, "minor": Mode.MINOR, "min": Mode.MINOR},
    GERMAN: {"dur": Mode.MAJOR, "moll": Mode.MINOR},
    FRENCH: {"majeur": Mode.MAJOR, "mineur": Mode.MINOR},
    SPANISH: {"mayor": Mode.MAJOR, "menor": Mode.MINOR},
}
"""Words for the modes by language; what stands first is said everywhere."""

_GERMAN_TONICS = {
    "C": "C", "C sharp": "Cis", "D flat": "Des", "D": "D", "E flat": "Es", "E": "E", "F": "F", "F sharp": "Fis",
    "G flat": "Ges", "G": "G", "G sharp": "Gis", "A flat": "As", "A": "A", "B flat": "B", "B": "H",
}  # fmt: skip
_FRENCH = {
    "C": "do",
    "D": "ré",
    "E": "mi",
    "F": "fa",
    "G": "sol",
    "A": "la",
    "B": "si",
    "sharp": "dièse",
    "flat": "bémol",
}
_SPANISH = {**_FRENCH, "D": "re", "sharp": "sostenido", "flat": "bemol"}
_ROMANCE = {
    FRENCH: (_FRENCH, {Mode.MAJOR: "majeur", Mode.MINOR: "mineur"}),
    SPANISH: (_SPANISH, {Mode.MAJOR: "mayor", Mode.MINOR: "menor"}),
}


def spell_key(key: Key, language: str = ENGLISH) -> str:
    """A key as it stands in titles and lists: "E flat major", "Es-Dur", "mi bémol majeur", "mi bemol mayor"."""
    if language == GERMAN:
        tonic = _GERMAN_TONICS[key.tonic_name]
        return f"{tonic}-Dur" if key.mode is Mode.MAJOR else f"{tonic.lower()}-Moll"
    if language not in _ROMANCE:
        return str(key)
    words, modes = _ROMANCE[language]
    return " ".join([*(words[word] for word in key.tonic_name.split()), modes[key.mode]])


def parse_key(text: str, language: str = ENGLISH) -> Key:
    """A key as people write it: "E flat major", "Am", "F#-minor", "fis-Moll", "do mineur".

    Names of every language are understood in every other. Only B is two keys: B flat where the reader is German, unless
    the word beside it is not. For all others B-Dur says nothing certain, and is refused.

    Args:
        text: Text of any length; what is much longer than a key is refused unread.
        language: Two letters, the reader's language.

    Raises:
        RequestError: If it is none.
    """
    try:
        return _readings(language == GERMAN)[_squashed(text) if len(text) <= _LONGEST else ""]
    except KeyError:
        raise RequestError(f"I don't know the key {quoted(text)}. Try C, Am, Eb major or F# minor.") from None


def without_marks(text: str) -> str:
    """Text without accents, as people type who leave them out."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _squashed(text: str) -> str:
    """All in one word, as in `_readings`: in lower case, but for an M at its end, which says major."""
    word = "".join(letter for letter in without_marks(text) if not _joins(letter))
    return word[:-1].lower() + "M" if word.endswith("M") else word.lower()


def _joins(letter: str) -> bool:
    """Whether it may stand between the parts of a key: white space, or any hyphen or dash."""
    return letter.isspace() or letter == "_" or unicodedata.category(letter) == "Pd"


@cache
def _readings(german: bool) -> dict[str, Key]:  # noqa: FBT001 - there are two tables
    """Every way to write a key, as one word."""
    readings: dict[str, Key] = {}
    for tonic, pitch in _tonics():
        for language, words in _MODES.items():
            if tonic == "b" and language == GERMAN and not german:
                continue
            meant = pitch - 1 if tonic == "b" and german and language in {"", GERMAN} else pitch
            readings |= {f"{tonic}{word}": Key(meant % PITCH_CLASSES, mode) for word, mode in words.items()}
    return readings


def _tonics() -> Iterator[tuple[str, int]]:
    for name, pitch in (_LETTERS | _SYLLABLES).items():
        yield from ((f"{name}{alteration}", pitch + shift) for alteration, shift in _ALTERATIONS.items())
    for name, pitch in _LETTERS.items():
        yield from ((f"{name}{ending}", pitch + shift) for ending, shift in _ENDINGS.items())
    yield from ((f"{name}s", _LETTERS[name] - 1) for name in "ea")
