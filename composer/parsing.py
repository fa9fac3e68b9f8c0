"""Text as people write it -> metres and numbers; keys have a module of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import quoted, unknown_name
from composer.tokens import vocabulary

if TYPE_CHECKING:
    from composer.music.score import Metre

_MINUTE = 60


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
