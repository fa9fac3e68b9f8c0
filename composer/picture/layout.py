"""Where things stand in a piano roll: the arithmetic between a score and pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.free_score import FreeNote
from composer.music.score import PITCHES, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composer.music.score import Note, Score

_LEAST_ROWS = 25
"""Two octaves and the upper C."""

_MARGIN = 2
_MIDDLE_C = 60
_DRUM_LANE = 42

_STEPS_OF_SECONDS = (1, 2, 5, 10, 15, 20, 30, 60)
_STEPS_OF_BARS = (1, 2, 4, 8, 16, 32)
_TIME_SPACING = 60.0
_BAR_SPACING = 40.0
"""Least distances of labels in pixels."""

_DRUM_ROW_OF_KEYS = {35: 0, 36: 0, 37: 1, 38: 1, 39: 1, 40: 1, 41: 2, 43: 2, 45: 2, 47: 2, 48: 2, 50: 2}
DRUM_ROWS = 4
"""From the bottom: kick, snare, toms, cymbals with all the rest of the General MIDI percussion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotArea:
    """The area that a roll fills, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """A score laid into an area: time to the right, pitch upwards, drums in a lane of their own at the bottom.

    Attributes:
        area: Area that it fills.
        floor: Height at which the pitches end; below it, down to `area.bottom`, is the drum lane, if there are drums.
        lowest: Pitch of the lowest row.
        highest: Pitch of the highest row.
        bar_ticks: Length of a bar.
        bars: Number of bars.
        upbeat_bars: Bars before the first whole one, which have no number.
        ticks: The beginning, ticks at which the tempo changes, and the end; ascending.
        seconds: Seconds at which these are reached.
    """

    area: PlotArea
    floor: float
    lowest: int
    highest: int
    bar_ticks: int
    bars: int
    upbeat_bars: int
    ticks: tuple[int, ...]
    seconds: tuple[float, ...]

    @classmethod
    def of(cls, score: Score, area: PlotArea) -> Roll:
        """Fit a score into an area."""
        lowest, highest = _pitch_range([pitch for note in score.notes for pitch in _pitches_of(note)])
        drums = any(note.part is Part.DRUMS for note in score.notes)
        changes = (tempo.start for tempo in score.tempos if score.opening < tempo.start < score.ticks)
        ticks = (score.opening, *changes, score.ticks)
        return cls(
            area=area,
            floor=area.bottom - _DRUM_LANE if drums else area.bottom,
            lowest=lowest,
            highest=highest,
            bar_ticks=score.metre.bar_ticks,
            bars=score.bars,
            upbeat_bars=score.upbeat_bars,
            ticks=ticks,
            seconds=tuple(score.seconds_at(tick) for tick in ticks),
        )

    @property
    def row_height(self) -> float:
        """Height of one pitch."""
        return (self.floor - self.area.top) / (self.highest - self.lowest + 1)

    def x_of_second(self, second: float) -> float:
        """Horizontal place of a time."""
        return self.area.left + (self.area.right - self.area.left) * second / self.seconds[-1]

    def x(self, tick: float) -> float:
        """Horizontal place of a tick."""
        return self.x_of_second(float(np.interp(tick, self.ticks, self.seconds)))

    def y(self, pitch: float) -> float:
        """Upper edge of a pitch's row; between two rows where a glissando is."""
        return self.area.top + (self.highest - pitch) * self.row_height

    def drum_y(self, key: int) -> float:
        """Upper edge of the row of a percussion key in the drum lane."""
        row = _DRUM_ROW_OF_KEYS.get(key, DRUM_ROWS - 1)
        return self.floor + (DRUM_ROWS - 1 - row) * self.drum_row_height

    @property
    def drum_row_height(self) -> float:
        """Height of one row of the drum lane; 0 without drums."""
        return (self.area.bottom - self.floor) / DRUM_ROWS

    def labelled_seconds(self) -> range:
        """Times to be labelled: as many as are easily read."""
        width = self.area.right - self.area.left
        fitting = (step for step in _STEPS_OF_SECONDS if width * step >= _TIME_SPACING * self.seconds[-1])
        return range(0, int(self.seconds[-1]) + 1, next(fitting, _STEPS_OF_SECONDS[-1]))

    def labelled_bars(self) -> range:
        """Bars to be numbered, counted from 0: every one, or one in 2, 4, 8..."""
        width = (self.area.right - self.area.left) / self.bars
        step = next((step for step in _STEPS_OF_BARS if width * step >= _BAR_SPACING), _STEPS_OF_BARS[-1])
        return range(self.upbeat_bars, self.bars, step)


def _pitches_of(note: Note) -> Iterator[int]:
    """The pitches between which a note moves; none of a drum."""
    if note.part is not Part.DRUMS:
        yield note.pitch
        if isinstance(note, FreeNote):
            yield round(note.pitch + note.glide)


def _pitch_range(pitches: list[int]) -> tuple[int, int]:
    """Find the lowest and the highest row: all pitches with a margin, at least two octaves."""
    low, high = min(pitches, default=_MIDDLE_C), max(pitches, default=_MIDDLE_C)
    rows = min(max(high - low + 1 + 2 * _MARGIN, _LEAST_ROWS), PITCHES)
    lowest = min(max((low + high - rows + 1) // 2, 0), PITCHES - rows)
    return lowest, lowest + rows - 1
