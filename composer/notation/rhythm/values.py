"""Note values: how long printed notes and rests may last where they stand, and which triplets they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from composer.music.score import Metre

QUARTER, EIGHTH, SIXTEENTH = TICKS_PER_QUARTER, TICKS_PER_QUARTER // 2, TICKS_PER_QUARTER // 4
BINARY, TERNARY = 3, 4
"""Ticks of a 32nd and of a sixteenth in a triplet: what is printed begins and ends on multiples of one or the other."""

NAMES = {192: "breve", 96: "whole", 48: "half", 24: "quarter", 12: "eighth", 6: "16th", 3: "32nd"}
"""Names of the plain values by their ticks."""

_PLAIN = (192, 96, 48, 24, 12, 6, 3)
_VALUES = (288, 192, 144, 96, 72, 48, 36, 24, 18, 12, 9, 6, 3)
"""Ticks of plain and dotted values, longest first."""

_TRIPLETS = (32, 16, 8, 4)
"""Ticks of the plain values in triplets, longest first."""


@dataclass(frozen=True, slots=True, order=True)
class ValueSpan:
    """A stretch of a bar, as one value or triplet prints it.

    Attributes:
        start: Tick from the beginning of the bar.
        end: First tick after it.
        triplet: Whether three notes in it take the time of two.
    """

    start: int
    end: int
    triplet: bool = False


def pulse_of(metre: Metre) -> int:
    """Ticks of the longest note that is felt as one count and is not dotted: what longer values must not hide."""
    unit = TICKS_PER_QUARTER * 4 // metre.denominator
    return min(unit, QUARTER)


def triplets_of(boundaries: Collection[int], metre: Metre) -> list[ValueSpan]:
    """The triplets of a voice's bar, in order.

    Each is the shortest of an eighth, a quarter and a half note that holds what begins or ends off the binary grid,
    and nothing binary. Half notes are taken where thirds of a half begin there, and nothing else does.

    Args:
        boundaries: Ticks from the beginning of the bar where notes and rests of the voice begin or end.
        metre: Metre of the bar.
    """
    pulse, found, now = pulse_of(metre), [], 0
    marks = sorted(boundaries)
    while now < metre.bar_ticks:
        size = next((size for size in (2 * QUARTER, QUARTER) if _is_triplet(marks, now, size, pulse, metre)), 0)
        if size:
            found.append(ValueSpan(now, now + size, triplet=True))
        else:
            size = min(max(pulse, EIGHTH), metre.bar_ticks - now)
            found += _eighth_triplets(marks, now, now + size)
        now += size
    return found


def _is_triplet(marks: Collection[int], start: int, size: int, pulse: int, metre: Metre) -> bool:
    """Whether all that begins or ends in a quarter or a half stands on its thirds, or on halves of a quarter's."""
    if pulse != QUARTER or start + size > metre.bar_ticks:
        return False
    if size > QUARTER and start % size and metre.bar_ticks % size == 0:
        return False
    inside = [mark - start for mark in marks if start < mark < start + size]
    third = size // 3
    unit = third if size > QUARTER else TERNARY
    return bool(inside) and all(mark % unit == 0 and 2 * mark != size for mark in inside)


def _eighth_triplets(marks: Collection[int], start: int, end: int) -> Iterator[ValueSpan]:
    for at in range(start, end - EIGHTH + 1, EIGHTH):
        if any(at < mark < at + EIGHTH and (mark - at) % BINARY for mark in marks):
            yield ValueSpan(at, at + EIGHTH, triplet=True)


def pieces(
    start: int, end: int, metre: Metre, triplets: Collection[ValueSpan], *, rest: bool = False
) -> list[ValueSpan]:
    """The printed values, tied together if they are notes, of what lasts from `start` to `end` in a bar.

    Args:
        start: Tick from the beginning of the bar.
        end: First tick after it, at most the length of the bar.
        metre: Metre of the bar.
        triplets: What `triplets_of` found.
        rest: Whether it is silent: rests hide no beat at all.
    """
    found = []
    while start < end:
        inside = next((span for span in triplets if span.start <= start < span.end), None)
        if inside is not None and (start, min(end, inside.end)) != (inside.start, inside.end):
            stop = start + _in_triplet(start - inside.start, min(end, inside.end) - start, rest=rest)
            found.append(ValueSpan(start, stop, triplet=True))
        else:
            limit = min([end, *(span.start for span in triplets if start < span.start)])
            if inside is not None and end > inside.end:
                limit = min(limit, inside.end)
            stop = _rest_end(start, limit, metre) if rest else _cut(start, limit, metre)
            found.append(ValueSpan(start, stop))
        start = stop
    return found


def _in_triplet(offset: int, length: int, *, rest: bool) -> int:
    """Ticks of the next value in a triplet; rests begin where their own value does."""
    fitting = [value for value in _TRIPLETS if value <= length and not (rest and offset % value)]
    return fitting[0]


def _rest_end(start: int, end: int, metre: Metre) -> int:
    """Where the first rest ends: as long a one as begins on a multiple of itself and hides no beat."""
    beat = metre.beat_ticks
    for value in _VALUES:
        whole = value % beat == 0 and (metre.bar_ticks % value == 0 or value == QUARTER)
        plain = value in _PLAIN and value <= beat
        if (whole or plain) and start % value == 0 and start + value <= end and _same_beat(start, value, beat, whole):
            return start + value
    return min(end, start + BINARY)


def _same_beat(start: int, value: int, beat: int, whole: bool) -> bool:  # noqa: FBT001 - a rule's third leg
    return whole or start // beat == (start + value - 1) // beat


def _cut(start: int, end: int, metre: Metre) -> int:
    """Where the first value ends of a note that lasts from `start` to `end`."""
    if _is_printable(start, end, metre):
        return end
    beat = metre.beat_ticks
    for grid in (beat, pulse_of(metre), EIGHTH, SIXTEENTH):
        boundary = (start // grid + 1) * grid
        if start % grid and boundary < end:
            return _cut(start, boundary, metre)
    fitting = (value for value in _VALUES if start + value <= end and _is_printable(start, start + value, metre))
    return start + next(fitting, BINARY)


def _is_printable(start: int, end: int, metre: Metre) -> bool:
    """Whether one value says it and hides no beat, save on whole beats, dots on a beat and plain syncopation."""
    duration, beat, pulse = end - start, metre.beat_ticks, pulse_of(metre)
    if duration not in _VALUES or start % BINARY:
        return False
    if start % beat == 0 and (end % beat == 0 or duration * 2 == beat * 3):
        return True
    if start % beat * 2 == beat == duration:
        return True
    if start // beat != (end - 1) // beat:
        return False
    crosses = start // pulse != (end - 1) // pulse
    if crosses and (start % EIGHTH or duration % EIGHTH):
        return False
    return not (start % SIXTEENTH and start // EIGHTH != (end - 1) // EIGHTH)
