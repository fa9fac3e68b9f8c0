"""Where in the piece a token stands: a small row of integers beside every token.

The same clock runs while a corpus is prepared and while a piece is generated, so that a model never
meets a feature it was not trained on. `composer.features` turns rows into the network's input.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from composer import vocabulary
from composer.score import Part
from composer.vocabulary import Kind

if TYPE_CHECKING:
    from composer.score import Metre

LAGS = (4, 8)
"""Bars back at which the clock looks for what stood at the same place."""

PITCH_BYTES = (vocabulary.HIGHEST_PITCH - vocabulary.LOWEST_PITCH + 8) // 8
NO_PART = len(Part)
NO_ONSET = 255

BARS_LEFT, POSITION, PHRASE, METRE, PART, VELOCITY, NEXT_ONSETS = range(7)
PITCHES = NEXT_ONSETS + len(LAGS)
WIDTH = PITCHES + len(LAGS) * PITCH_BYTES
"""Bytes in a row: bars left after this one (255 and more are 255), position in the bar (ticks), bar
modulo 8, index of the metre, part of the last note (4: none yet), its velocity's index plus one (0: none
yet), for each lag the ticks from here to that bar's next onset (255: none), and for each lag the pitches
struck there at this position as a set of bits, lowest pitch in the lowest bit."""

PHRASE_BARS = 8


class Clock:
    """Reads a piece's tokens one by one; `row` then describes the place after the last one read."""

    def __init__(self, metre: Metre, bars: int) -> None:
        """Start before the first bar of a piece of `bars` bars in one of `vocabulary.METRES`."""
        self.row = bytearray(WIDTH)
        self.row[METRE] = vocabulary.METRES.index(metre)
        self.row[PART] = NO_PART
        self._bars_left = bars
        self._bars: list[dict[int, int]] = []
        self._velocities = [0] * (len(Part) + 1)
        self._read_bar_state(position=None)
        self.row[BARS_LEFT] = min(bars, 255)

    def read(self, token: int) -> None:
        """Move on by one token."""
        event = vocabulary.EVENTS[token]
        kind = event.kind
        if event.part is not None:
            if kind is Kind.PITCH:
                self._bars[-1][self.row[POSITION]] |= 1 << (event.value - vocabulary.LOWEST_PITCH)
            self.row[PART] = event.part
            self.row[VELOCITY] = self._velocities[event.part]
        elif kind is Kind.POSITION:
            self._bars[-1].setdefault(event.value, 0)
            self._read_bar_state(position=event.value)
        elif kind is Kind.VELOCITY:
            self.row[VELOCITY] = token - vocabulary.OFFSETS[Kind.VELOCITY] + 1
            self._velocities[self.row[PART]] = self.row[VELOCITY]
        elif kind is Kind.BAR:
            self._bars_left -= 1
            self._bars.append({})
            self.row[BARS_LEFT] = max(0, min(self._bars_left, 255))
            self.row[PHRASE] = (len(self._bars) - 1) % PHRASE_BARS
            self._read_bar_state(position=None)

    def _read_bar_state(self, *, position: int | None) -> None:
        """Fill what depends on the place in the bar; None stands for its beginning, before any onset."""
        row = self.row
        row[POSITION] = position or 0
        for index, lag in enumerate(LAGS):
            there = self._bars[-1 - lag] if len(self._bars) > lag else {}
            onsets = list(there)
            after = bisect_left(onsets, 0 if position is None else position + 1)
            row[NEXT_ONSETS + index] = onsets[after] - row[POSITION] if after < len(onsets) else NO_ONSET
            pitches = there.get(position, 0) if position is not None else 0
            first = PITCHES + index * PITCH_BYTES
            row[first : first + PITCH_BYTES] = pitches.to_bytes(PITCH_BYTES, "little")
