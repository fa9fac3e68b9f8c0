"""Bars moved along the scale: how alike one bar is to another that is moved, and what a moved bar holds.

Pieces stand in C major or A minor, whose scale is the white keys. A note on a black key is the white one below it,
raised, and keeps that when it is moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.tokens import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STEPS = (-1, 1, -2, 2, -3, 3, -4, 4, -7, 7)
"""How far along the scale a bar may be moved: steps, thirds, fourths, fifths and octaves."""

LAGS = (1, 2)
"""Bars from the start of one link of a sequence to the next."""

_WHITE = (0, 2, 4, 5, 7, 9, 11)
_DEGREES = (0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6)
"""Of each pitch class, the degree of its white key, from 0."""

_SPACING = 72
"""Bits for a position in a set of degrees: more than there are degrees on a keyboard, moved by an octave or not."""

_LOWEST = 5
"""Subtracted from degrees, so that the lowest key, moved an octave down, still has a bit."""


def _degree(pitch: int) -> int:
    return pitch // 12 * 7 + _DEGREES[pitch % 12]


def _moved_pitch(pitch: int, steps: int) -> int | None:
    octave, degree = divmod(_degree(pitch) + steps, 7)
    raised = pitch % 12 - _WHITE[_DEGREES[pitch % 12]]
    moved = octave * 12 + _WHITE[degree] + raised
    return moved if vocabulary.LOWEST_PITCH <= moved <= vocabulary.HIGHEST_PITCH else None


_PITCHES = range(vocabulary.LOWEST_PITCH, vocabulary.HIGHEST_PITCH + 1)
_DEGREE_BITS = tuple(1 << (_degree(pitch) - _LOWEST) for pitch in _PITCHES)
_MOVED_BITS = {
    steps: tuple(
        0 if (moved := _moved_pitch(pitch, steps)) is None else 1 << (moved - vocabulary.LOWEST_PITCH)
        for pitch in _PITCHES
    )
    for steps in STEPS
}


def _bits(pitches: int) -> Iterator[int]:
    """Places of the bits of a set, lowest first."""
    while pitches:
        lowest = pitches & -pitches
        yield lowest.bit_length() - 1
        pitches ^= lowest


def diatonic_set(bar: Mapping[int, int]) -> int:
    """A bar's (position, degree) pairs as one set of bits, from its pitches by position."""
    found = 0
    for at, pitches in bar.items():
        degrees = 0
        for place in _bits(pitches):
            degrees |= _DEGREE_BITS[place]
        found |= degrees << (at * _SPACING)
    return found


def moved_bar(bar: Mapping[int, int], steps: int) -> dict[int, int]:
    """A bar's pitches by position, each moved by so many `STEPS` of the scale, without those beyond the keyboard."""
    table = _MOVED_BITS[steps]
    moved = {}
    for at, pitches in bar.items():
        there = 0
        for place in _bits(pitches):
            there |= table[place]
        moved[at] = there
    return moved


@dataclass(frozen=True, slots=True)
class SequenceLink:
    """How a sequence went so far.

    Attributes:
        lag: Bars from one link to the next.
        steps: Steps of the scale from one link to the next.
        likeness: Jaccard index of the last bar and the link before it, moved.
    """

    lag: int
    steps: int
    likeness: float


def sequence_after(bars: Sequence[int], *, least: float) -> SequenceLink | None:
    """The sequence that the last bar went on with; None where none is as alike, or the last bar was plainly repeated.

    Args:
        bars: Every bar so far, see `diatonic_set`.
        least: Likeness from which on it is one.
    """
    best = None
    for lag in LAGS:
        if len(bars) <= lag:
            break
        last, before = bars[-1], bars[-1 - lag]
        if not last or not before:
            continue
        size = last.bit_count() + before.bit_count()
        likest = max(least, _likeness((last & before).bit_count(), size), 0.0 if best is None else best.likeness)
        for steps in STEPS:
            moved = before << steps if steps > 0 else before >> -steps
            alike = _likeness((last & moved).bit_count(), size)
            if alike > likest:
                best, likest = SequenceLink(lag, steps, alike), alike
    return best


def _likeness(shared: int, size: int) -> float:
    """Jaccard index of two sets of so many elements together."""
    return shared / (size - shared)
