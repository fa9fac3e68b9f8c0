"""Beams: which short notes of a voice's bar are joined, and by how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.notation.rhythm.values import EIGHTH, QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.music.score import Metre
    from composer.notation.rhythm.engraving import Written

_FLAGS = {12: 1, 18: 1, 6: 2, 9: 2, 3: 3}
"""Flags of a printed value by its ticks."""


def flags_of(written: Written) -> int:
    """How many flags or beams a note's stem has; 0 for rests and from quarters on."""
    value = written.duration * 3 // 2 if written.triplet else written.duration
    return _FLAGS.get(value, 0) if written.notes else 0


def groups_of(metre: Metre) -> list[tuple[int, int]]:
    """Stretches of a bar in which notes may be joined: its beats, or where eighths are counted twos and threes."""
    beat, bar = metre.beat_ticks, metre.bar_ticks
    if beat == EIGHTH and bar > 3 * beat:
        sizes = [2 * beat] * (bar // (2 * beat))
        if bar % (2 * beat):
            sizes[-1] += beat
    else:
        size = bar if beat <= EIGHTH else min(beat, QUARTER) if beat % QUARTER == 0 else beat
        sizes = [size] * (bar // size)
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return [(start, start + size) for start, size in zip(starts, sizes, strict=True)]


def beams_of(line: Sequence[Written], metre: Metre) -> dict[int, list[str]]:
    """Words for each beamed chord, by its index in the bar: at every level begin, continue, end or a hook's side."""
    found: dict[int, list[str]] = {}
    for run in _runs(line, metre):
        for index in run:
            found[index] = [_word(run, index, level, line) for level in range(1, flags_of(line[index]) + 1)]
    return found


def _runs(line: Sequence[Written], metre: Metre) -> Iterator[list[int]]:
    """Indices of notes under one beam, at least two."""
    for start, end in _joined(groups_of(metre), line):
        run: list[int] = []
        for index, written in enumerate(line):
            if not start <= written.start < end:
                continue
            if flags_of(written):
                run.append(index)
                continue
            if len(run) > 1:
                yield run
            run = []
        if len(run) > 1:
            yield run


def _joined(groups: Sequence[tuple[int, int]], line: Sequence[Written]) -> list[tuple[int, int]]:
    """Two quarters' groups that hold nothing but four eighths are one."""
    found: list[tuple[int, int]] = []
    for start, end in groups:
        before = found[-1] if found else None
        whole = before is not None and before[1] == start == before[0] + QUARTER and before[0] % (2 * QUARTER) == 0
        if before is not None and whole and end - start == QUARTER and _eighths(line, before[0], end):
            found[-1] = (before[0], end)
        else:
            found.append((start, end))
    return found


def _eighths(line: Sequence[Written], start: int, end: int) -> bool:
    inside = [own for own in line if start <= own.start < end]
    return len(inside) == 4 and all(own.notes and own.duration == EIGHTH for own in inside)  # noqa: PLR2004 - a half note


def _word(run: Sequence[int], index: int, level: int, line: Sequence[Written]) -> str:
    place = run.index(index)
    before = place > 0 and flags_of(line[run[place - 1]]) >= level
    after = place + 1 < len(run) and flags_of(line[run[place + 1]]) >= level
    if before and after:
        return "continue"
    if before or after:
        return "end" if before else "begin"
    first = place == 0 or (place + 1 < len(run) and line[index].start % EIGHTH == 0)
    return "forward hook" if first else "backward hook"
