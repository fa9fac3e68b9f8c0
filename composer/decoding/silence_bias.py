"""No part falls asleep: what has been silent for a bar becomes likelier, the longer the more.

A network that once leaves out the left hand reads a texture without one and goes on so: on 221 held-out pieces
for piano the left hand is silent in 2 % of the bars, in drawn ones it was in up to 30 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.music.score import Part
from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind, note_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from composer.planning.constraints import PieceConstraints

_PATIENCE = 0.75
"""Bars of silence that are nobody's business."""

_MOST = 4.0
_STRENGTH = 2.0
"""Added to the logits of a part's notes for every bar of silence beyond that, up to `_MOST`."""


class SilenceBias:
    """Reads one piece's tokens and knows since when each part has been silent."""

    def __init__(self, constraints: PieceConstraints) -> None:
        """Stand before the first bar; only the parts of the piece are waited for."""
        self._bar_ticks = constraints.metre.bar_ticks
        self._bar, self._tick = -1, 0
        self._part = Part.MELODY
        self._silent_from = dict.fromkeys(constraints.parts, 0)
        self._tokens = {part: note_tokens(part) for part in constraints.parts}

    def read(self, token: int) -> None:
        """Move on by one token."""
        event = vocabulary.EVENTS[token]
        if event.kind is Kind.BAR:
            self._bar += 1
            self._tick = self._bar * self._bar_ticks
        elif event.kind is Kind.POSITION:
            self._tick = self._bar * self._bar_ticks + event.value
        elif event.part is not None:
            self._part = event.part
            self._sounds_until(self._tick)
        elif event.kind is Kind.DURATION:
            self._sounds_until(self._tick + event.value)

    def _sounds_until(self, tick: int) -> None:
        self._silent_from[self._part] = max(self._silent_from.get(self._part, 0), tick)

    def add_to(self, logits: NDArray[np.float32]) -> None:
        """Add to the logits (vocabulary,) of what the silent parts could play, in place."""
        for part, since in self._silent_from.items():
            bars = (self._tick - since) / self._bar_ticks - _PATIENCE
            if bars > 0:
                logits[self._tokens[part]] += min(_MOST, _STRENGTH * bars)
