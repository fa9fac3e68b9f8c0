"""The metre of music that names none."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BARS_THAT_TELL = {
    Fraction(4): (4, 4), Fraction(3): (3, 4), Fraction(2): (2, 4), Fraction(6): (3, 2), Fraction(3, 2): (3, 8),
    Fraction(9, 2): (9, 8), Fraction(5): (5, 4), Fraction(7): (7, 4),
}  # fmt: skip


def metre_of_bars(lengths: Iterable[Fraction]) -> tuple[int, int]:
    """The metre that the commonest length of the bars says, in quarters; 4/4 without bars or for other lengths."""
    common = Counter(lengths).most_common(1)
    return _BARS_THAT_TELL.get(common[0][0], (4, 4)) if common else (4, 4)
