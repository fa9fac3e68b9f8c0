"""Where in the piece a token stands: a small row of integers beside every token.

The same tracker runs while a corpus is prepared and while a piece is generated, so that a model never
meets a feature it was not trained on. `composer.tokens.features` turns rows into the network's input.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from composer.music.score import Part
from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Metre

LAGS = (4, 8)
"""Bars back at which the tracker looks for what stood at the same place."""

SOURCES = len(LAGS) + 1
"""Earlier bars that a row describes: one for each lag, then the echo."""

ECHO_EDGES = (0.25, 0.45, 0.65, 0.85)
"""Likeness of contexts that parts the classes of an echo; below the first there is none."""

PITCH_BYTES = (vocabulary.HIGHEST_PITCH - vocabulary.LOWEST_PITCH + 8) // 8
NO_PART = len(Part)
NO_ONSET = 255

BARS_LEFT, POSITION, PHRASE, METRE, PART, VELOCITY, ECHO, NEXT_ONSETS = range(8)
PITCHES = NEXT_ONSETS + SOURCES
WIDTH = PITCHES + SOURCES * PITCH_BYTES
"""Bytes in a row: bars left after this one (255 and more are 255), position in the bar (ticks), bar
modulo 8, index of the metre, part of the last note (4: none yet), its velocity's index plus one (0: none
yet), class of the echo (0: none), for each source the ticks from here to that bar's next onset (255: none),
and for each source the pitches struck there at this position as a set of bits, lowest pitch in the lowest bit."""

PHRASE_BARS = 8


class PositionTracker:
    """Reads a piece's tokens one by one; `row` then describes the place after the last one read.

    The *echo* of a bar is the earlier bar that followed what is most like the two bars before it: where a
    theme comes back, it names the bar that comes next in it.

    Attributes:
        row: The row; it changes with every token.
        bars: For each bar so far, by position the pitches struck there, as a set of bits.
    """

    def __init__(
        self, metre: Metre, bars: int, *, recalled: Sequence[int | None] = (), row: bytearray | None = None
    ) -> None:
        """Start before the first bar of a piece of `bars` bars in one of `vocabulary.METRES`.

        Args:
            metre: Metre of all bars.
            bars: Number of bars in the whole piece.
            recalled: For each bar the earlier bar that is to be its echo, or None to let the tracker find it;
                see `composer.planning.form`.
            row: Zeros whose first `WIDTH` bytes are to be the row; the tracker's own where there are none.
        """
        self.row = bytearray(WIDTH) if row is None else row
        self.row[METRE] = vocabulary.METRES.index(metre)
        self.row[PART] = NO_PART
        self._bars_left = bars
        self._recalled = recalled
        self.bars: list[dict[int, int]] = []
        self._sets: list[int] = []
        self._sources: tuple[dict[int, int], ...] = ({},) * SOURCES
        self._velocities = [0] * (len(Part) + 1)
        self._read_bar_state(position=None)
        self.row[BARS_LEFT] = min(bars, 255)

    def read(self, token: int) -> None:
        """Move on by one token."""
        event = vocabulary.EVENTS[token]
        kind = event.kind
        if event.part is not None:
            if kind is Kind.PITCH:
                self.bars[-1][self.row[POSITION]] |= 1 << (event.value - vocabulary.LOWEST_PITCH)
            self.row[PART] = event.part
            self.row[VELOCITY] = self._velocities[event.part]
        elif kind is Kind.POSITION:
            self.bars[-1].setdefault(event.value, 0)
            self._read_bar_state(position=event.value)
        elif kind is Kind.VELOCITY:
            self.row[VELOCITY] = token - vocabulary.OFFSETS[Kind.VELOCITY] + 1
            self._velocities[self.row[PART]] = self.row[VELOCITY]
        elif kind is Kind.BAR:
            self._begin_bar()

    def _begin_bar(self) -> None:
        if self.bars:
            self._sets.append(_as_set(self.bars[-1]))
        self._bars_left -= 1
        self.bars.append({})
        self.row[BARS_LEFT] = max(0, min(self._bars_left, 255))
        self.row[PHRASE] = (len(self.bars) - 1) % PHRASE_BARS
        echo, self.row[ECHO] = self._echo(len(self.bars) - 1)
        lagging = (self.bars[-1 - lag] if len(self.bars) > lag else {} for lag in LAGS)
        self._sources = (*lagging, {} if echo is None else self.bars[echo])
        self._read_bar_state(position=None)

    def _echo(self, bar: int) -> tuple[int | None, int]:
        """The echo of the bar that begins, and its class; of equally like contexts the latest."""
        recalled = self._recalled[bar] if bar < len(self._recalled) else None
        if recalled is not None:
            return recalled, len(ECHO_EDGES)
        sets = self._sets
        best, likest = None, ECHO_EDGES[0]
        for earlier in range(1, bar):
            alike = _likeness(sets[-1], sets[earlier - 1])
            if earlier > 1 and alike:
                alike += _likeness(sets[-2], sets[earlier - 2]) / 2
            if alike / 1.5 >= likest:
                best, likest = earlier, alike / 1.5
        return best, 0 if best is None else bisect_right(ECHO_EDGES, likest)

    def _read_bar_state(self, *, position: int | None) -> None:
        """Fill what depends on the place in the bar; None stands for its beginning, before any onset."""
        row = self.row
        row[POSITION] = position or 0
        for index, there in enumerate(self._sources):
            onsets = list(there)
            after = bisect_left(onsets, 0 if position is None else position + 1)
            row[NEXT_ONSETS + index] = onsets[after] - row[POSITION] if after < len(onsets) else NO_ONSET
            pitches = there.get(position, 0) if position is not None else 0
            first = PITCHES + index * PITCH_BYTES
            row[first : first + PITCH_BYTES] = pitches.to_bytes(PITCH_BYTES, "little")


def _as_set(bar: dict[int, int]) -> int:
    """A bar's (position, pitch) pairs as one set of bits."""
    bits = 0
    for position, pitches in bar.items():
        bits |= pitches << (position * vocabulary.KEYS)
    return bits


def _likeness(one: int, other: int) -> float:
    """Jaccard index of two sets of bits; 0 of two empty ones."""
    either = (one | other).bit_count()
    return (one & other).bit_count() / either if either else 0.0
