"""Notes and beats -> which metre they are in, and with which beat bars begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.listening.beats import Onset
from composer.music.analysis import find_accents
from composer.music.score import TICKS_PER_QUARTER, Metre, Note, Part, note_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.listening.beats import Seconds
    from composer.listening.timed_note import TimedNote

_TOGETHER = 0.05
"""Seconds within which notes begin together."""

_MOST_NOTES, _MOST_SECONDS, _LONG = 3, 1.2, 0.6
_THIRDS = 1.3
"""How many times as many onsets must stand on thirds of beats as on halves and quarters in a compound metre."""

_FEWEST_THIRDS = 4
_ON_THIRDS = (1 / 3, 2 / 3)
_DIVIDED = (0.0, 1 / 4, 1 / 2, 3 / 4, 1.0, *_ON_THIRDS)
_THREE = 3
_SIMPLE = {False: (4, Metre(4, 4)), True: (_THREE, Metre(3, 4))}
_COMPOUND = {False: (2, Metre(6, 8)), True: (_THREE, Metre(9, 8))}
"""Beats in a bar and metre, by whether bars have three beats."""

_USUAL = {2: 0.0, 3: 0.3, 4: 0.6}
"""In advance, for metres by their beats, in deviations: four beats are the commonest."""

_CLEAR = 3.5
"""Deviations from which bars are clear."""

_FULL_BAR = 1.0
"""In advance for bars that begin with the first note."""

_LAST = 0.5
"""In advance for bars in which the last note begins with a strong beat."""


@dataclass(frozen=True, slots=True)
class BarLines:
    """Where bars begin.

    Attributes:
        metre: The metre.
        beats: Felt beats in a bar.
        first: Number of the first beat that begins a bar, less than `beats`.
    """

    metre: Metre
    beats: int
    first: int


def onsets_of(notes: Sequence[TimedNote]) -> list[Onset]:
    """When something begins: what begins together is one onset, which weighs more for more, longer and lower notes.

    Args:
        notes: In order of time.
    """
    middle = float(np.median([note.pitch for note in notes]))
    groups: list[list[TimedNote]] = []
    for note in notes:
        if groups and note.start - groups[-1][0].start < _TOGETHER:
            groups[-1].append(note)
        else:
            groups.append([note])
    return [Onset(float(np.mean([note.start for note in group])), _weight(group, middle)) for group in groups]


def _weight(group: Sequence[TimedNote], middle: float) -> float:
    longest = min(max(note.end - note.start for note in group), _MOST_SECONDS)
    low = min(note.pitch for note in group) < middle
    return 0.4 + 0.2 * min(len(group), _MOST_NOTES) + 0.3 * longest / _LONG + 0.3 * low


def settle_beats(notes: Sequence[TimedNote], beats: Seconds) -> Seconds:
    """The beats, or halves of them where those clearly make bars of three, as in a fast waltz."""
    halves = np.interp(np.arange(2 * len(beats) - 1) / 2, np.arange(len(beats)), beats)
    accents = _accents(_on_beats(notes, halves), len(halves))
    best, count = max((_contrast(accents, count, first), count) for count in _USUAL for first in range(count))
    return halves if count == _THREE and best > _CLEAR else beats


def find_bars(notes: Sequence[TimedNote], beats: Seconds) -> BarLines:
    """The metre whose bars begin where most is marked, and where they begin.

    Args:
        notes: In order of time.
        beats: When beats fall.
    """
    places = np.interp([note.start for note in notes], beats, np.arange(len(beats)))
    accents = _accents(_on_beats(notes, beats), len(beats))
    scores = {
        (count, first): _contrast(accents, count, first) + _USUAL[count] + _hints(places, count, first)
        for count in _USUAL
        for first in range(min(count, len(beats)))
    }
    in_threes = max(scores, key=lambda bars: scores[bars])[0] == _THREE
    metres = _COMPOUND if _is_compound(places) else _SIMPLE
    count, metre = metres[in_threes]
    first = max(range(min(count, len(beats))), key=lambda start: scores[count, start])
    return BarLines(metre, count, first)


def _on_beats(notes: Sequence[TimedNote], beats: Seconds) -> list[Note]:
    """Notes as if every beat were a quarter, on the nearest half of one."""

    def halves(time: float) -> int:
        return round(2 * float(np.interp(time, beats, np.arange(len(beats)))))

    half = TICKS_PER_QUARTER // 2
    spans = ((halves(note.start), halves(note.end), note.pitch) for note in notes)
    written = (Note(half * start, half * max(end - start, 1), pitch, 1, Part.MELODY) for start, end, pitch in spans)
    return sorted(written, key=note_order)


def _accents(notes: Sequence[Note], beats: int) -> NDArray[np.float64]:
    """Shape (beats,): how much each beat is marked."""
    accents = np.zeros(beats)
    for tick, weight in find_accents(notes, longest=4 * TICKS_PER_QUARTER):
        if tick % TICKS_PER_QUARTER == 0:
            accents[min(tick // TICKS_PER_QUARTER, beats - 1)] += weight
    return accents


def _contrast(accents: NDArray[np.float64], count: int, first: int) -> float:
    """How much more begins with bars than elsewhere, in deviations of the difference of both means (Welch 1947)."""
    begins = np.zeros(len(accents), bool)
    begins[first::count] = True
    on, off = accents[begins], accents[~begins]
    if len(on) < 2 or len(off) < 2:  # noqa: PLR2004 - a deviation needs two
        return 0.0
    return float((on.mean() - off.mean()) / np.sqrt(on.var() / len(on) + off.var() / len(off) + 1e-3))


def _hints(places: NDArray[np.float64], count: int, first: int) -> float:
    begin, end = round(float(places[0])), round(float(places[-1]))
    strong = 2 if count % 2 == 0 else count
    return _FULL_BAR * (begin % count == first) + _LAST * ((end - first) % strong == 0)


def _is_compound(places: NDArray[np.float64]) -> bool:
    inside = places % 1
    nearest = [min(_DIVIDED, key=lambda place: abs(place - each)) for each in inside.tolist()]
    thirds = sum(place in _ON_THIRDS for place in nearest)
    others = sum(0 < place < 1 for place in nearest) - thirds
    return thirds >= _FEWEST_THIRDS and thirds > _THIRDS * others
