"""Who sings what: the notes of a staff, parted into at most two voices as the cheapest path through its onsets."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from composer.notation.rhythm.grid import snapped
from composer.notation.rhythm.values import BINARY, EIGHTH, TERNARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Metre, Note

MOST_VOICES = 2
"""On one staff, as a page for players has them: stems up and stems down."""

_BEAM = 24
"""Paths that are followed at each onset."""

_SECOND_VOICE, _REST_IN_SECOND, _IDLE_FIRST = 0.6, 0.3, 0.8
_CUT, _CUT_SHARE, _FREE_CUT = 0.3, 1.2, 0.2
_SMALL_CUT, _SMALL_SHARE = 0.2, 0.5
_UNEQUAL, _CROSSING, _TWO_GRIDS, _LEAP = 0.4, 1.0, 2.5, 0.01
"""What each thing costs that a reader does not like, in units of about one needless voice in a bar."""


@dataclass(frozen=True, slots=True)
class Stem:
    """Notes of one voice that begin together.

    Attributes:
        start: Tick from the beginning of the piece, on the voice's grid.
        played: Ticks for which most of its notes were held.
        notes: Its notes from low to high.
    """

    start: int
    played: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """What a path remembers of a voice: its last chord, and the eighth in which it began.

    Attributes:
        start: Tick of its last onset, -1 before the first.
        end: Tick at which that chord ends.
        low: Its lowest pitch.
        high: Its highest pitch.
        cell: The bar and the eighth of that onset.
        binary: Whether an onset in that eighth stands on 32nds alone.
        ternary: Whether one stands on triplets alone.
    """

    start: int = -1
    end: int = 0
    low: int = 60
    high: int = 60
    cell: tuple[int, int] = (-1, 0)
    binary: bool = False
    ternary: bool = False


@dataclass(frozen=True, slots=True)
class _Path:
    """A way to part the notes up to an onset.

    Attributes:
        cost: What a reader does not like about it.
        lines: Its voices, the upper one first.
        second_in: The last bar in which the lower one has a note.
        split: How many notes of its last onset, from the highest down, belong to the upper one.
        before: The path that it goes on from.
    """

    cost: float
    lines: tuple[_Line, _Line]
    second_in: int
    split: int = 0
    before: _Path | None = None


def part_voices(notes: Sequence[Note], *, metre: Metre, ticks: int) -> list[list[Stem]]:
    """One or two voices, the upper one first, whose chords begin on one grid in each eighth.

    Args:
        notes: Notes of a staff that start before `ticks`.
        metre: Metre of the piece.
        ticks: Length of the piece.
    """
    places = snapped({note.start for note in notes}, bar_ticks=metre.bar_ticks, ticks=ticks)
    placed = sorted(notes, key=lambda note: (places[note.start], -note.pitch, -note.duration))
    onsets = [(start, tuple(own)) for start, own in groupby(placed, key=lambda note: places[note.start])]
    splits = _cheapest_path(onsets, metre)
    voices: list[list[tuple[int, tuple[Note, ...]]]] = [[], []]
    for (start, own), split in zip(onsets, splits, strict=True):
        for voice, group in zip(voices, (own[:split], own[split:]), strict=True):
            if group:
                voice.append((start, group))
    return [_on_one_grid(voice, metre, ticks) for voice in voices if voice]


def single_voice(notes: Sequence[Note], *, metre: Metre, ticks: int) -> list[Stem]:
    """All notes as one voice."""
    placed = sorted(notes, key=lambda note: note.start)
    return _on_one_grid(
        [(start, tuple(own)) for start, own in groupby(placed, key=lambda note: note.start)], metre, ticks
    )


def _on_one_grid(voice: Sequence[tuple[int, tuple[Note, ...]]], metre: Metre, ticks: int) -> list[Stem]:
    """Chords that begin on one grid in each eighth; those that come to begin together become one."""
    places = snapped({start for start, _ in voice}, bar_ticks=metre.bar_ticks, ticks=ticks, one_grid=True)
    chords: dict[int, list[Note]] = {}
    for start, notes in voice:
        chords.setdefault(places[start], []).extend(notes)
    return [
        Stem(start, _held(notes), tuple(sorted(notes, key=lambda note: note.pitch)))
        for start, notes in sorted(chords.items())
    ]


def _held(notes: Sequence[Note]) -> int:
    """The duration of most of the notes; of equals the longest."""
    counts = Counter(note.duration for note in notes)
    return max(counts, key=lambda duration: (counts[duration], duration))


def _cheapest_path(onsets: Sequence[tuple[int, tuple[Note, ...]]], metre: Metre) -> list[int]:
    """How many notes of each onset, from the highest down, belong to the upper voice."""
    paths = [_Path(0.0, (_Line(), _Line()), -1)]
    for start, notes in onsets:
        best: dict[tuple[tuple[_Line, _Line], int], _Path] = {}
        for path in paths:
            for split in range(len(notes) + 1):
                grown = _grown(path, start, notes, split, metre)
                key = (grown.lines, grown.second_in)
                if key not in best or grown.cost < best[key].cost:
                    best[key] = grown
        paths = sorted(best.values(), key=lambda path: path.cost)[:_BEAM]
    splits: list[int] = []
    path = paths[0]
    while path.before is not None:
        splits.append(path.split)
        path = path.before
    return splits[::-1]


def _grown(path: _Path, start: int, notes: tuple[Note, ...], split: int, metre: Metre) -> _Path:
    """A path that gives the upper `split` notes of the next onset to the first voice, and the others to the second."""
    bar, tick = divmod(start, metre.bar_ticks)
    upper, lower = path.lines
    cost, second_in = path.cost, path.second_in
    above, below = notes[:split], notes[split:]
    place = _Place(start, (bar, tick // EIGHTH), tick % EIGHTH)
    if above:
        cost += _joining(upper, place, above)
        if below or lower.end > start:
            cost += _CROSSING * (above[-1].pitch < (below[0].pitch if below else lower.high))
    if below:
        cost += _joining(lower, place, below)
        silent = lower.end < start
        cost += (
            _REST_IN_SECOND * silent if second_in == bar else _SECOND_VOICE + _REST_IN_SECOND * (silent and tick > 0)
        )
        second_in = bar
        if not above:
            cost += _IDLE_FIRST if upper.end <= start else _CROSSING * (below[0].pitch > upper.low)
    lines = (_after(upper, place, above), _after(lower, place, below))
    return _Path(cost, lines, second_in, split, path)


@dataclass(frozen=True, slots=True)
class _Place:
    """An onset: its tick from the beginning of the piece, the eighth in which it lies, and its tick in that."""

    start: int
    cell: tuple[int, int]
    offset: int

    @property
    def binary(self) -> bool:
        """Whether it stands on 32nds alone."""
        return self.offset % BINARY == 0 and self.offset % TERNARY > 0

    @property
    def ternary(self) -> bool:
        """Whether it stands on triplets alone."""
        return self.offset % TERNARY == 0 and self.offset % BINARY > 0


def _joining(line: _Line, place: _Place, notes: tuple[Note, ...]) -> float:
    """What it costs that a voice goes on with these notes."""
    cost = 0.0
    left, length = line.end - place.start, line.end - line.start
    if left > BINARY and left > _FREE_CUT * length:
        # Fingers that let go late in a broken chord make no second voice.
        small = left <= EIGHTH and left <= _SMALL_SHARE * length
        cost += _SMALL_CUT if small else _CUT + _CUT_SHARE * left / length
    if len(notes) > 1:
        held = _held(notes)
        cost += _UNEQUAL * sum(min(1.0, abs(math.log2(note.duration / held))) for note in notes)
    if line.cell == place.cell and ((place.ternary and line.binary) or (place.binary and line.ternary)):
        cost += _TWO_GRIDS
    if line.start >= 0:
        cost += _LEAP * (abs(notes[0].pitch - line.high) + abs(notes[-1].pitch - line.low)) / 2
    return cost


def _after(line: _Line, place: _Place, notes: tuple[Note, ...]) -> _Line:
    if not notes:
        return line
    same = line.cell == place.cell
    return _Line(
        place.start,
        place.start + _held(notes),
        notes[-1].pitch,
        notes[0].pitch,
        place.cell,
        binary=place.binary or (same and line.binary),
        ternary=place.ternary or (same and line.ternary),
    )
