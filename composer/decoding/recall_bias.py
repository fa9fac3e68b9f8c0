"""Sections that come back, varied: the notes of the bar that is recalled become likelier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind, token_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


class RecallBias:
    """Remembers a piece's bars and makes the notes of the recalled one likelier.

    It only leans: where the network strongly prefers something else, the bar is varied.
    """

    def __init__(self, recalled: Sequence[int | None], *, strength: float) -> None:
        """Stand before a piece.

        Args:
            recalled: For each bar the earlier bar that it recalls, see `form.recalled_bars`.
            strength: Added to the logits of what the recalled bar would say next.
        """
        self._recalled = recalled
        self._strength = strength
        self._bars: list[dict[int, dict[int, int]]] = []
        self._position = -1
        self._note = -1
        self._duration = -1

    def read(self, token: int) -> None:
        """Move on by one token."""
        event = vocabulary.EVENTS[token]
        if event.kind is Kind.BAR:
            self._bars.append({})
            self._position = self._note = -1
        elif event.kind is Kind.POSITION:
            self._bars[-1][event.value] = {}
            self._position, self._note = event.value, -1
        elif event.part is not None:
            same_chord = self._note >= 0 and vocabulary.EVENTS[self._note].part is event.part
            self._duration = self._duration if same_chord else -1
            self._note = token
            self._bars[-1][self._position][token] = self._duration
        elif event.kind is Kind.DURATION:
            self._duration = self._bars[-1][self._position][self._note] = token

    def add_to(self, logits: NDArray[np.float32]) -> None:
        """Add to the logits (vocabulary,) of what the recalled bar would say next, in place."""
        bar = len(self._bars) - 1
        source = self._recalled[bar] if bar >= 0 else None
        if source is None:
            return
        logits[self._expected(self._bars[source])] += self._strength

    def _expected(self, source: dict[int, dict[int, int]]) -> int:
        there = source.get(self._position, {})
        if self._note in there and there[self._note] not in {self._duration, -1}:
            return there[self._note]
        later = [token for token in there if self._note < 0 or _order(token) > _order(self._note)]
        if later:
            return later[0]
        after = min((position for position in source if position > self._position), default=None)
        return vocabulary.BAR if after is None else token_of(Kind.POSITION, after)


def _order(token: int) -> tuple[int, int]:
    """Place of a note's token in its onset: by part, then from high to low."""
    event = vocabulary.EVENTS[token]
    return (event.part or 0, -event.value)
