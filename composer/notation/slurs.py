"""Slurs: where a melody's phrases begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.notation.rhythm.engraving import Written

_FEWEST = 3
_PHRASE_BARS = 4
_LEGATO = 0.85
"""Share of its written length for which a note under a slur is played at least."""

_LINE = 2
"""Notes struck together under a slur at most: it binds a melody, also one in thirds, and no chords that are struck."""

Slurs = dict[tuple[int, int], list[str]]
"""(bar, index in its first voice) -> "start" and "stop"."""


def slurs_of(bars: Sequence[Sequence[Sequence[Written]]], *, upbeat_bars: int = 0) -> Slurs:
    """Slurs of the first voice: over a line that was played legato, from rest to rest, for four bars at most.

    An upbeat belongs to the first four bars after it.
    """
    found: Slurs = {}
    for run in _runs(bars, upbeat_bars):
        struck = [place for place in run if not _at(bars, place).tied_back]
        if len(struck) >= _FEWEST:
            found.setdefault(run[0], []).append("start")
            found.setdefault(run[-1], []).insert(0, "stop")
    return found


def _at(bars: Sequence[Sequence[Sequence[Written]]], place: tuple[int, int]) -> Written:
    return bars[place[0]][0][place[1]]


def _runs(bars: Sequence[Sequence[Sequence[Written]]], upbeat_bars: int) -> Iterator[list[tuple[int, int]]]:
    """Places of the notes under one slur."""
    run: list[tuple[int, int]] = []
    for bar, voices in enumerate(bars):
        for index, own in enumerate(voices[0]):
            first = bar > upbeat_bars and (bar - upbeat_bars) % _PHRASE_BARS == 0
            begins = first and index == 0 and not own.tied_back
            again = bool(run) and own.notes and not own.tied_back and _at(bars, run[-1]).pitches == own.pitches
            line = 0 < len(own.notes) <= _LINE
            if run and (begins or again or not line):
                yield run
                run = []
            if line and (run or not own.tied_back):
                run.append((bar, index))
            if run and line and not own.tied and own.share < _LEGATO:
                yield run
                run = []
    if run:
        yield run
