"""What a reaction says of a piece."""

from __future__ import annotations

UP, DOWN, HEART = "👍", "👎", "❤️"

REACTIONS = {UP: 1, DOWN: -1, HEART: 2}
"""Seeded under each piece in this order, or on buttons where reactions cannot reach; a heart is a strong yes."""

_LOOKS = "\ufe0f\ufe0e" + "".join(map(chr, range(0x1F3FB, 0x1F400)))
"""What changes how an emoji looks but not what it says: variation selectors and skin tones."""

_WITHOUT_LOOKS = str.maketrans("", "", _LOOKS)
_VALUES = {emoji.translate(_WITHOUT_LOOKS): value for emoji, value in REACTIONS.items()}


def value_of(emoji: str) -> int | None:
    """What an emoji is worth: 2, 1 or -1; None if it says nothing of the piece."""
    return _VALUES.get(emoji.translate(_WITHOUT_LOOKS))


def emoji_of(value: int) -> str:
    """The emoji that says a value."""
    return next(emoji for emoji, worth in REACTIONS.items() if worth == value)
