"""What is likely to come: more integers beside every token, after those of the position.

What stood one and two bars before, what would stand here if a sequence went on, what the drummer played, and the chords
of the plan. Tracked while a corpus is prepared and while a piece is composed, as `composer.tokens.position` is.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from composer.music.score import Part
from composer.tokens import position, vocabulary
from composer.tokens.moved_bars import diatonic_set, moved_bar, sequence_after
from composer.tokens.position import NO_ONSET, PITCH_BYTES, PositionTracker
from composer.tokens.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from composer.music.chord_symbol import ChordChange, ChordSymbol
    from composer.music.score import Metre

LAGS = (1, 2)
"""Bars back at which the tracker looks for what stood at the same place."""

SOURCES = len(LAGS) + 1
"""Bars whose pitches a row describes: one for each lag, then the one that would go on with a sequence."""

SEQUENCE_EDGES = (0.25, 0.45, 0.65, 0.85)
"""Likeness of a bar and a moved one that parts the classes of a sequence; below the first there is none."""

DRUM_LAGS = (1, 2, 4, 8)
"""Bars back at which the tracker looks for what the drummer struck at the same place."""

DRUM_KINDS = (
    (35,), (36,), (37,), (38,), (39,), (40,), (42,), (44,), (46,),
    (41, 43), (45, 47), (48, 50), (49, 52, 55, 57), (51, 59), (53,),
)  # fmt: skip
"""Percussion keys that are told apart: kicks, side stick, snares, clap, hi-hats, toms, crashes, rides, bell.

All others are one more kind.
"""

DRUM_BYTES = (len(DRUM_KINDS) + 8) // 8

CHORD = position.WIDTH
CHORD_TICKS = CHORD + 1
NEXT_CHORD = CHORD + 2
SEQUENCE = CHORD + 3
NEXT_ONSETS = CHORD + 4
NEXT_STROKES = NEXT_ONSETS + SOURCES
PITCHES = NEXT_STROKES + len(DRUM_LAGS)
STROKES = PITCHES + SOURCES * PITCH_BYTES
WIDTH = STROKES + len(DRUM_LAGS) * DRUM_BYTES
"""Bytes in a row: those of the position; then the code of the chord that the plan has here (0: open), ticks until the
next one begins (255: none does, or it is far), that one's code; class of the sequence (0: none); for each source the
ticks from here to its next onset (255: none), for each lag of the drums those to the next stroke; for each source the
pitches at this position as a set of bits, lowest pitch in the lowest bit; for each lag of the drums the kinds struck
there, as such a set."""

_KIND_BITS = {drum: 1 << place for place, kind in enumerate(DRUM_KINDS) for drum in kind}
_OTHER_DRUM = 1 << len(DRUM_KINDS)
_NO_PITCHES = bytes(PITCH_BYTES)
_NO_STROKES = bytes(DRUM_BYTES)


def chord_code(symbol: ChordSymbol | None) -> int:
    """The number of a chord in a row; 0 where it is open."""
    return 0 if symbol is None else 1 + symbol.root * 10 + symbol.quality


def leave_chords_open(rows: NDArray[np.uint8], there: NDArray[np.bool_]) -> None:
    """Make rows (..., WIDTH), in place, those of a piece without planned chords, where `there` (...) says so."""
    rows[there, CHORD] = rows[there, NEXT_CHORD] = 0
    rows[there, CHORD_TICKS] = NO_ONSET


class OutlookTracker:
    """Reads a piece's tokens one by one; `row` then describes the place after the last one read.

    A *sequence* is a bar that comes again a step, a third, a fourth, a fifth or an octave higher or lower. Where the
    bar before was the one or two bars before it so moved, the tracker says how the sequence would go on.

    Attributes:
        row: The row; it changes with every token.
    """

    def __init__(
        self,
        metre: Metre,
        bars: int,
        *,
        recalled: Sequence[int | None] = (),
        chords: Sequence[ChordChange] = (),
    ) -> None:
        """Start before the first bar.

        Args:
            metre: See `PositionTracker`.
            bars: See `PositionTracker`.
            recalled: See `PositionTracker`.
            chords: The plan's chords in C major or A minor, in order, the first at tick 0; none leaves them open.
        """
        self.row = bytearray(WIDTH)
        self._position = PositionTracker(metre, bars, recalled=recalled, row=self.row)
        self._bar_ticks = metre.bar_ticks
        self._bar_start = -metre.bar_ticks
        self._chord_starts = [change.start for change in chords]
        self._chord_codes = [chord_code(change.symbol) for change in chords]
        self._diatonic: list[int] = []
        self._drums: list[dict[int, int]] = []
        self._pitched: tuple[_Beside, ...] = (_Beside({}, PITCH_BYTES),) * SOURCES
        self._struck: tuple[_Beside, ...] = (_Beside({}, DRUM_BYTES),) * len(DRUM_LAGS)
        self._before: list[_Beside] = []
        self._drums_before: list[_Beside] = []
        self._look_around(None)

    def read(self, token: int) -> None:
        """Move on by one token."""
        event = vocabulary.EVENTS[token]
        if event.kind is Kind.BAR:
            self._end_bar()
            self._position.read(token)
            self._begin_bar()
        else:
            self._position.read(token)
            if event.kind is Kind.POSITION:
                self._look_around(event.value)
            elif event.part is Part.DRUMS:
                struck = self._drums[-1]
                at = self.row[position.POSITION]
                struck[at] = struck.get(at, 0) | _KIND_BITS.get(event.value, _OTHER_DRUM)

    def _end_bar(self) -> None:
        bars = self._position.bars
        if bars:
            self._diatonic.append(diatonic_set(bars[-1]))
            self._before.append(_Beside(bars[-1], PITCH_BYTES))
            self._drums_before.append(_Beside(self._drums[-1], DRUM_BYTES))

    def _begin_bar(self) -> None:
        self._bar_start += self._bar_ticks
        self._drums.append({})
        lagging = (_back(self._before, lag, _NOTHING) for lag in LAGS)
        found = sequence_after(self._diatonic, least=SEQUENCE_EDGES[0])
        moved: Mapping[int, int] = {}
        self.row[SEQUENCE] = 0
        if found is not None:
            moved = moved_bar(self._position.bars[-1 - found.lag], found.steps)
            self.row[SEQUENCE] = bisect_right(SEQUENCE_EDGES, found.likeness)
        self._pitched = (*lagging, _Beside(moved, PITCH_BYTES) if moved else _NOTHING)
        self._struck = tuple(_back(self._drums_before, lag, _SILENCE) for lag in DRUM_LAGS)
        self._look_around(None)

    def _look_around(self, at: int | None) -> None:
        """Fill what depends on the place in the bar; None stands for its beginning, before any onset."""
        row = self.row
        here = at or 0
        after = -1 if at is None else at
        for index, there in enumerate(self._pitched):
            row[NEXT_ONSETS + index] = there.until_next(here, after)
            first = PITCHES + index * PITCH_BYTES
            row[first : first + PITCH_BYTES] = there.sets.get(after, _NO_PITCHES)
        for index, there in enumerate(self._struck):
            row[NEXT_STROKES + index] = there.until_next(here, after)
            first = STROKES + index * DRUM_BYTES
            row[first : first + DRUM_BYTES] = there.sets.get(after, _NO_STROKES)
        self._look_at_chords(max(self._bar_start, 0) + here)

    def _look_at_chords(self, tick: int) -> None:
        row, starts = self.row, self._chord_starts
        now = bisect_right(starts, tick) - 1
        row[CHORD] = self._chord_codes[now] if now >= 0 else 0
        row[CHORD_TICKS], row[NEXT_CHORD] = NO_ONSET, 0
        if now + 1 < len(starts):
            row[CHORD_TICKS] = min(starts[now + 1] - tick, NO_ONSET)
            row[NEXT_CHORD] = self._chord_codes[now + 1]


class _Beside:
    """A bar as a row tells of it: its onsets in order, and what is struck at each as bytes."""

    __slots__ = ("onsets", "sets")

    def __init__(self, bar: Mapping[int, int], width: int) -> None:
        self.onsets = list(bar)
        self.sets = {at: struck.to_bytes(width, "little") for at, struck in bar.items()}

    def until_next(self, here: int, after: int) -> int:
        """Ticks from `here` to the first onset after `after`; `NO_ONSET` where there is none."""
        place = bisect_right(self.onsets, after)
        return self.onsets[place] - here if place < len(self.onsets) else NO_ONSET


_NOTHING = _Beside({}, PITCH_BYTES)
_SILENCE = _Beside({}, DRUM_BYTES)


def _back(bars: Sequence[_Beside], lag: int, otherwise: _Beside) -> _Beside:
    """The bar `lag` bars before the one that begins."""
    return bars[-lag] if len(bars) >= lag else otherwise
