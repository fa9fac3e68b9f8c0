"""A piece's time -> the stretches in which its metre and its bar lines stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.music.analysis import bar_phases, shifted
from composer.music.score import TICKS_PER_QUARTER
from composer.tokens import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from composer.music.score import Metre, Note

LONGEST_REST = 4
"""Bars of silence in a section; a longer one divides it."""


# Metres that are written otherwise but felt like one of the vocabulary's.
_ALIKE = {
    (4, 8): (2, 4), (2, 1): (2, 2), (4, 2): (2, 2), (8, 8): (4, 4), (1, 4): (2, 4), (2, 8): (2, 4), (1, 2): (2, 2),
    (6, 2): (3, 2), (9, 4): (3, 4), (3, 1): (3, 2), (8, 4): (4, 4), (12, 4): (6, 4), (3, 16): (6, 16),
    (10, 4): (5, 4), (10, 8): (5, 4), (14, 8): (7, 4), (18, 16): (9, 16), (24, 16): (12, 16), (1, 1): (4, 4),
    (8, 16): (2, 4), (4, 16): (2, 4), (16, 16): (4, 4),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MetreStretch:
    """Where a section may lie, in ticks: from its first bar line to the next change of metre or bar lines.

    The first bar line lies before `inside` where the music starts with an upbeat: the upbeat stands in a bar
    of its own, most of it empty, so that no note is lost. What starts before `inside` belongs to the stretch before.
    """

    start: int
    inside: int
    end: int
    metre: Metre

    @property
    def bars(self) -> int:
        """Whole bars that it has."""
        return (self.end - self.start) // self.metre.bar_ticks


def find_stretches(
    notes: Sequence[Note], metres: Mapping[int, tuple[int, int]], whole_bars: Sequence[int] | None
) -> Iterator[MetreStretch]:
    """Every stretch in one metre whose bars are whole, in order of time.

    Args:
        notes: Notes in their order.
        metres: Time signatures by the tick where they stand.
        whole_bars: Where the bars begin that are as long as their metre says; None where bar lines must be found.
    """
    end_of_all = max(note.end for note in notes)
    marks, upbeat_ends = _with_short_ends(_from_the_beginning(metres), end_of_all)
    whole_bars = whole_bars or upbeat_ends
    times = sorted(marks)
    changes = [times[0], *(time for before, time in pairwise(times) if marks[before] != marks[time])]
    for start, end in pairwise([*changes, end_of_all]):
        metre = _metre_of(*marks[start])
        if metre is not None and end > start:
            inside = [note for note in notes if start <= note.start < end]
            lines = [line for line in whole_bars or () if start <= line < end]
            for stretch in _between_bar_lines(inside, lines, (start, end), metre):
                yield from _between_rests(notes, stretch)


def _from_the_beginning(metres: Mapping[int, tuple[int, int]]) -> Mapping[int, tuple[int, int]]:
    """The metres, of which the first holds in the upbeat before it, too; before more than that it is 4/4.

    So the standard of MIDI files has it, and it is harmless for notation, whose first metre stands at its beginning.
    """
    first = min(metres, default=0)
    if first <= 0:
        return metres or {0: (4, 4)}
    metre = _metre_of(*metres[first])
    upbeat = metre is not None and first < metre.bar_ticks
    return {0: metres[first] if upbeat else (4, 4), **metres}


def _with_short_ends(
    metres: Mapping[int, tuple[int, int]], end: int
) -> tuple[Mapping[int, tuple[int, int]], Sequence[int]]:
    """The metres without those of an upbeat and of a last bar that lacks it, and where the upbeat ends, if it is one.

    Notation programs write both to MIDI as bars with a metre of their own: 1/4, then 4/4, and 3/4 at the end.
    """
    kept = dict(metres)
    times = sorted(kept)
    if len(times) > 1 and _lacks_time(end - times[-1], kept[times[-1]], kept[times[-2]]):
        del kept[times.pop()]
    if len(times) > 1 and _lacks_time(times[1] - times[0], kept[times[0]], kept[times[1]]):
        kept[times[0]] = kept[times[1]]
        return kept, [times[1]]
    return kept, []


def _lacks_time(ticks: int, written: tuple[int, int], beside: tuple[int, int]) -> bool:
    """Whether so many ticks in a metre are no more than one bar, which is shorter than those in the metre beside it."""
    metre = _metre_of(*beside)
    own = TICKS_PER_QUARTER * 4 * written[0] / written[1]
    return metre is not None and own < metre.bar_ticks and 0 < ticks <= own


def _metre_of(numerator: int, denominator: int) -> Metre | None:
    felt = _ALIKE.get((numerator, denominator), (numerator, denominator))
    return next((metre for metre in vocabulary.METRES if (metre.numerator, metre.denominator) == felt), None)


def _between_bar_lines(
    inside: Sequence[Note], lines: Sequence[int], reach: tuple[int, int], metre: Metre
) -> Iterator[MetreStretch]:
    """The stretches of what lies in a reach in one metre, by its bar lines, which are found where there are none."""
    if not inside:
        return
    (start, end), bar = reach, metre.bar_ticks
    phases = (
        _written_phases([line - start for line in lines], bar) if lines else bar_phases(shifted(inside, -start), metre)
    )
    cuts = [*(tick for tick, _ in phases), end - start]
    for (tick, phase), cut in zip(phases, cuts[1:], strict=True):
        first = phase - bar if tick == 0 and phase else tick + (phase - tick) % bar
        yield MetreStretch(start + first, start + max(first, 0), start + cut, metre)


def _between_rests(notes: Sequence[Note], stretch: MetreStretch) -> Iterator[MetreStretch]:
    """The parts of a stretch between rests that are too long for a section."""
    bar = stretch.metre.bar_ticks
    begins = sounded = 0
    for note in notes:
        if not stretch.inside <= note.start < stretch.end:
            continue
        first = (note.start - stretch.start) // bar
        if first > sounded + LONGEST_REST:
            yield _part_of(stretch, begins, sounded)
            begins = first
        sounded = max(sounded, (min(note.end, stretch.end) - stretch.start + bar - 1) // bar)
    yield _part_of(stretch, begins, None)


def _part_of(stretch: MetreStretch, first: int, end: int | None) -> MetreStretch:
    """The stretch from one of its bars to before another, or to its end."""
    bar = stretch.metre.bar_ticks
    start = stretch.start + first * bar
    return replace(
        stretch,
        start=start,
        inside=max(start, stretch.inside),
        end=stretch.end if end is None else min(stretch.end, stretch.start + end * bar),
    )


def _written_phases(lines: Sequence[int], bar: int) -> list[tuple[int, int]]:
    """As `bar_phases` gives them: where whole bars come to begin off the grid of those before them.

    A bar that is split by a repeat sign moves nothing: the whole bars after it are on the grid again. A bar that
    lacks time ends its stretch; nothing of it is lost, for it stands in that stretch's last bar.
    """
    phases: list[tuple[int, int]] = []
    for line in lines:
        if not phases or line % bar != phases[-1][1]:
            phases.append((line if phases else 0, line % bar))
    return phases
