"""Seconds to be filled: by an upbeat, whole bars and a tempo that fluctuates, breathes and slows down at the end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.score import Tempo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from composer.music.score import Metre
    from composer.styles.statistics import StyleStatistics

_RITARDANDO = (0.97, 0.92, 0.84, 0.72)
"""Share of the tempo in the beats before the last bar; the last bar keeps the last."""

_ARCH = (0.0, 0.02, 0.015, -0.025)
"""By what share of the tempo each bar of a phrase is faster or slower (cf. Todd 1985, "A Model of Expressive
Timing in Tonal Music"), in a phrase of medium depth."""

DRIFTING_BEATS = 1024
"""Beats after which the drift comes again: five minutes at the fastest tempo that is drawn are fewer."""

_FORM_BARS = 4
_FORM_TOLERANCE = 0.16
_FEWEST_BARS = 2


@dataclass(frozen=True, slots=True)
class UpbeatChoice:
    """How long the upbeat is: so many ticks, or what a lot in [0, 1) falls on in a metre, where that is None."""

    usual: StyleStatistics
    settled: int | None
    lot: float

    def ticks(self, metre: Metre) -> int:
        """Its length; 0 is none. In a metre that the style seldom has, none is drawn."""
        if self.settled is not None:
            return self.settled
        own = self.usual.metres.get(metre)
        return own.upbeat(self.lot) if own else 0


@dataclass(frozen=True, slots=True)
class TimePlan:
    """Seconds to be filled, and how the tempo fluctuates in them.

    `breath` is how much it does (1 is usual, 0 is as a clock), `drift` is by beat, and `depths` is by phrase. Bars are
    whole ones; the upbeat comes before them. The first `steady_bars` of them keep one tempo, but for the slowing down.
    """

    seconds: float
    breath: float
    drift: NDArray[np.float64]
    depths: NDArray[np.float64]
    upbeat: UpbeatChoice
    steady_bars: int = 0

    def opening(self, metre: Metre) -> int:
        """Tick of the first bar at which an upbeat begins in a metre; 0 without one."""
        upbeat = self.upbeat.ticks(metre)
        return metre.bar_ticks - upbeat if upbeat else 0

    def bars(self, metre: Metre, wanted: float, *, free: bool) -> int:
        """The number of bars whose tempo comes nearest to the wanted one; whole phrases where tempo is free."""
        upbeat = self.tempo(metre, 0)
        ideal = (wanted - upbeat) / (self.tempo(metre, 1) - upbeat)
        around = range(max(_FEWEST_BARS, int(ideal) - _FORM_BARS), int(ideal) + _FORM_BARS + 1)
        phrases = [
            bars for bars in around if bars % _FORM_BARS == 0 and self.miss(metre, bars, wanted) <= _FORM_TOLERANCE
        ]
        return min(phrases if free and phrases else around, key=lambda bars: self.miss(metre, bars, wanted))

    def miss(self, metre: Metre, bars: int, wanted: float) -> float:
        """By what share of the wanted tempo `bars` bars miss it."""
        return abs(self.tempo(metre, bars) / wanted - 1)

    def tempo(self, metre: Metre, bars: int) -> float:
        """Felt beats a minute at which upbeat and bars, breathing and slowing down, fill the time."""
        return sum(span / share for span, share in self._course(metre, bars)) * 60 / self.seconds

    def tempos(self, metre: Metre, bars: int, quarters: float) -> tuple[Tempo, ...]:
        """The tempo map at `quarters` a minute, with a tempo only where it changes, from tick 0 of the first bar on."""
        found: list[Tempo] = []
        beats = self.opening(metre) / metre.beat_ticks
        for span, share in self._course(metre, bars):
            if not found:
                found.append(Tempo(0, quarters * share))
            elif found[-1].quarters_per_minute != quarters * share:
                found.append(Tempo(round(beats * metre.beat_ticks), quarters * share))
            beats += span
        return tuple(found)

    def _course(self, metre: Metre, bars: int) -> list[tuple[float, float]]:
        """(beats, share of the tempo) from beginning to end; very short pieces keep their tempo."""
        whole = metre.bar_ticks / metre.beat_ticks
        upbeat = self.upbeat.ticks(metre)
        before = [(upbeat / metre.beat_ticks, 1.0)] if upbeat else []
        if bars < _FORM_BARS:
            return [*before, (bars * whole, 1.0)]
        slowing = _slowing(metre)
        left = bars * whole - sum(span for span, _ in slowing)
        beats = range(round(left))
        breathing = [(1.0, self._share(beat, int(beat // whole))) for beat in beats]
        return before + breathing + slowing

    def _share(self, beat: int, bar: int) -> float:
        """Share of the tempo in a beat."""
        if bar < self.steady_bars:
            return 1.0
        phrase, inside = divmod(bar, _FORM_BARS)
        arch = float(self.depths[phrase % DRIFTING_BEATS]) * _ARCH[inside]
        return math.exp(self.breath * (float(self.drift[beat % DRIFTING_BEATS]) + arch))


def seconds_of_slowing(metre: Metre, bars: int, tempo: float) -> float:
    """How much longer so many whole bars last at a tempo, in felt beats a minute, because they end slower."""
    if bars < _FORM_BARS:
        return 0.0
    return sum(span / share - span for span, share in _slowing(metre)) * 60 / tempo


def _slowing(metre: Metre) -> list[tuple[float, float]]:
    """(beats, share of the tempo) of the beats that slow down, and of the last bar."""
    whole = metre.bar_ticks / metre.beat_ticks
    return [*((1.0, share) for share in _RITARDANDO[:-1]), (whole, _RITARDANDO[-1])]
