"""What a person asks for, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.errors import RequestError, unknown_name
from composer.music.score import PITCH_CLASS_NAMES, Key, Metre, Mode
from composer.tokens import vocabulary
from composer.tokens.conditions import STYLES

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST, LONGEST = 5.0, 300.0
"""Seconds."""

SLOWEST, FASTEST = 40.0, 200.0
"""Felt beats a minute."""

MOST_CANDIDATES = 32

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KEY = re.compile(
    r"(?P<letter>[A-Ga-g])\s*-?\s*(?P<accidental>#|♯|sharp|is|b|♭|flat|es|s)?\s*(?P<mode>major|maj|dur|minor|min|moll|m)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One piece asked for; what is None is chosen by the seed.

    Attributes:
        seconds: Length of the audio, 5 to 300.
        model: Name of an installed model, or name@version.
        seed: Start of the random generator, 0 to 2**63 - 1.
        style: One of `conditions.STYLES`.
        instrument: Name of a preset of `composer.performance.instruments`.
        key: To stand in.
        metre: One of `vocabulary.METRES`.
        tempo: Felt beats a minute, 40 to 200.
        creativity: 0 stays with the likely, 1 takes risks.
        candidates: How many pieces to draw, of which one is kept; None is as many as the model's card says.
    """

    seconds: float = 60.0
    model: str = "lstm"
    seed: int = 0
    style: str = STYLES[0]
    instrument: str | None = None
    key: Key | None = None
    metre: Metre | None = None
    tempo: float | None = None
    creativity: float = 0.5
    candidates: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be composed.

        Raises:
            RequestError: Naming the option, its range and what was given.
        """
        _within("length", self.seconds, SHORTEST, LONGEST, " seconds")
        _within("creativity", self.creativity, 0, 1)
        _within("seed", self.seed, 0, 2**63 - 1)
        if self.candidates is not None:
            _within("candidates", self.candidates, 1, MOST_CANDIDATES)
        if self.tempo is not None:
            _within("tempo", self.tempo, SLOWEST, FASTEST, " beats a minute")
        if self.style not in STYLES:
            raise unknown_name("a style", self.style, STYLES)
        if self.metre is not None and self.metre not in vocabulary.METRES:
            raise unknown_name("a metre", str(self.metre), [str(metre) for metre in vocabulary.METRES])


def _within(name: str, value: float, low: float, high: float, unit: str = "") -> None:
    # Written so that not-a-number fails as well.
    if not low <= value <= high:
        raise RequestError(f"{name} must be {low:g} to {high:g}{unit}, not {value:g}")


def parse_key(text: str) -> Key:
    """A key as people write it: "E-flat major", "Am", "F# minor", "Bb".

    Raises:
        RequestError: If it is none.
    """
    found = _KEY.fullmatch(text.strip())
    if not found:
        raise RequestError(f"I don't know the key `{text}`. Write it like C, Am, Eb major or F# minor.")
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


def key_name(key: Key) -> str:
    """The key as it stands in a title: "E flat", "c sharp minor" is written "C sharp minor"."""
    flats = PITCH_CLASS_NAMES[key.tonic].replace("-", " ")
    sharps = {1: "C sharp", 6: "F sharp", 8: "G sharp"}
    name = sharps.get(key.tonic, flats) if key.mode is Mode.MINOR else flats
    return f"{name} {key.mode.name.lower()}"


def from_settings(settings: Mapping[str, object]) -> Request:
    """The request whose settings stand in a MIDI file or record; what they do not name is the default.

    Raises:
        RequestError: If a value is of the wrong kind or out of range.
    """
    names = {"length": "seconds"}
    values = {names.get(name, name): value for name, value in settings.items() if value is not None}
    if isinstance(values.get("key"), str):
        values["key"] = parse_key(str(values["key"]))
    if isinstance(values.get("metre"), str):
        values["metre"] = parse_metre(str(values["metre"]))
    try:
        return Request(**values)  # type: ignore[arg-type]  # checked by the request itself
    except TypeError:
        raise RequestError("the settings are not those of a piece; name a MIDI file that Cadenza wrote") from None
