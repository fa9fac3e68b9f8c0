"""Time without the endings that are played before the last: repeats are not played, and the last ending is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterable


def earlier_endings(endings: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Of all endings, given by where they begin and end, those that another follows at once."""
    found = set(endings)
    starts = {start for start, _ in found}
    return sorted((start, end) for start, end in found if end in starts)


class PlayedTime:
    """A score's time, in quarters from its beginning, without what is left out."""

    def __init__(self, left_out: Iterable[tuple[Any, Any]]) -> None:
        """Leave out these stretches, which don't overlap."""
        self._left_out = sorted(left_out)

    def plays(self, at: Any) -> bool:  # noqa: ANN401 - of whatever number its reader counts in
        """Whether a place is in none of the stretches that are left out."""
        return not any(start <= at < end for start, end in self._left_out)

    def tick(self, at: Any) -> int:  # noqa: ANN401
        """Where a place of the score comes to lie."""
        gone = sum(min(at, end) - start for start, end in self._left_out if start < at)
        return int(round((at - gone) * TICKS_PER_QUARTER))  # noqa: RUF046 - numpy's and music21's numbers as well
