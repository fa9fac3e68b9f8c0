"""Notes in time -> a score: beats, bars and key found, every note put on the nearest simple place."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.formats.part_roles import FIND_OUT, Line, notes_of, parts_of
from composer.listening.bars import find_bars, onsets_of, settle_beats
from composer.listening.beats import PLACES, find_beats
from composer.music.analysis import find_key
from composer.music.score import TICKS_PER_QUARTER, Part, Score, Tempo
from composer.tokens.tokenizer import quantised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.listening.bars import BarLines
    from composer.listening.beats import Seconds
    from composer.listening.timed_note import TimedNote

_HALVES = (0.0, 1 / 4, 1 / 2, 3 / 4, 1.0)
_THIRDS = (0.0, 1 / 3, 2 / 3, 1.0)
_FAVOUR = 0.02
"""In squared beats an onset: how much nearer thirds must be in a simple metre, or halves in a compound one."""

_LEGATO = 0.4
"""Share of a beat up to which a melody's rest is a breath and its note lasts."""

_SHORTEST = TICKS_PER_QUARTER // 4


def write_score(notes: Sequence[TimedNote]) -> tuple[Score, str]:
    """A score of notes that were heard, with a tempo for each beat as it was played, and its style.

    A melody comes as `Part.MELODY` of a song. Other music comes as that of a piano, for two hands.

    Args:
        notes: In order of time, at least one.
    """
    onsets = onsets_of(notes)
    beats = settle_beats(notes, find_beats(onsets))
    bars = find_bars(notes, beats)
    grid = _Grid(beats, bars, np.array([onset.time for onset in onsets]))
    spans = [(grid.tick_of(note.start), grid.end_of(note.end)) for note in notes]
    line = Line.of(
        [note.start for note in notes],
        [note.end - note.start for note in notes],
        [note.pitch for note in notes],
        program=0,
        drums=False,
    )
    style, (part,) = parts_of([line], FIND_OUT)
    if part is Part.MELODY:
        spans = _joined(spans, round(_LEGATO * bars.metre.beat_ticks))
    rows = [
        (start, max(end - start, _SHORTEST), note.pitch, note.velocity, part)
        for note, (start, end) in zip(notes, spans, strict=True)
    ]
    placed = notes_of(rows)
    count = placed[-1].start // bars.metre.bar_ticks + 1
    score = Score(tuple(placed), bars.metre, count, find_key(placed), grid.tempos(count * bars.metre.bar_ticks))
    return quantised(score), style


def _joined(spans: Sequence[tuple[int, int]], breath: int) -> list[tuple[int, int]]:
    """Spans of a melody, each up to the next where only a breath parts them, and never beyond it."""
    following = [start for start, _ in spans[1:]]
    return [
        (start, after if start < after <= end + breath else end)
        for (start, end), after in zip(spans, [*following, spans[-1][1]], strict=True)
    ]


class _Grid:
    """The places in a piece at which notes may begin."""

    def __init__(self, beats: Seconds, bars: BarLines, onsets: Seconds) -> None:
        self._beats, self._bars = beats, bars
        self._beat_ticks = bars.metre.beat_ticks
        self._compound = self._beat_ticks != TICKS_PER_QUARTER
        first = int(np.searchsorted(beats, onsets[0] + 1e-3, side="right")) - 1
        self._offset = (first - bars.first) // bars.beats * bars.beats + bars.first
        """The beat with which the first bar begins; below 0 where the first note is an upbeat."""
        self._places = self._divide(onsets)

    def _divide(self, onsets: Seconds) -> list[tuple[float, ...]]:
        """For each beat the places in it: halves or thirds."""
        divided: list[tuple[float, ...]] = []
        for start, end in pairwise(self._beats):
            inside = (onsets[(onsets >= start) & (onsets < end)] - start) / (end - start)
            halves, thirds = (_misfit(inside, places) for places in (_HALVES, _THIRDS))
            favour = _FAVOUR * len(inside) * (-1 if self._compound else 1)
            divided.append(_THIRDS if thirds + favour < halves else _HALVES)
        return divided

    def _place(self, time: float) -> tuple[int, float]:
        """The beat in which a time lies, and how far in it."""
        beat = int(np.searchsorted(self._beats, time, side="right")) - 1
        beat = min(max(beat, 0), len(self._beats) - 2)
        start, end = self._beats[beat], self._beats[beat + 1]
        return beat, float((time - start) / (end - start))

    def _ticks(self, beat: int, place: float) -> int:
        return round((beat - self._offset + place) * self._beat_ticks)

    def tick_of(self, time: float) -> int:
        """The nearest place at which a note that begins then may stand."""
        beat, inside = self._place(time)
        places = self._places[beat] if 0 <= inside <= 1 else PLACES
        return max(0, self._ticks(beat, min(places, key=lambda place: abs(place - inside))))

    def end_of(self, time: float) -> int:
        """The nearest place at which a note that ends then may end; the last beat goes on as long as needed."""
        beat, inside = self._place(time)
        whole, rest = divmod(inside, 1)
        divided = self._places[beat] if whole == 0 else _HALVES
        return self._ticks(beat + int(whole), min(divided, key=lambda place: abs(place - rest)))

    def tempos(self, ticks: int) -> tuple[Tempo, ...]:
        """The tempo of each beat before the end, as it was played; that of the first holds before it too."""
        quarters = self._beat_ticks / TICKS_PER_QUARTER
        speeds = 60 * quarters / np.diff(self._beats)
        marks = {
            max(0, self._ticks(beat, 0.0)): round(float(speed), 2) for beat, speed in reversed(list(enumerate(speeds)))
        }
        first = min(marks)
        marks.setdefault(0, marks[first])
        return tuple(Tempo(start, marks[start]) for start in sorted(marks) if start < ticks)


def _misfit(inside: Seconds, places: Sequence[float]) -> float:
    return float((abs(inside[:, None] - np.array(places)).min(axis=1, initial=1.0) ** 2).sum())
