"""Notes as they are written down: voices of complete bars, with note values, ties, rests and triplets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from composer.notation.rhythm.values import (
    BINARY,
    EIGHTH,
    QUARTER,
    SIXTEENTH,
    TERNARY,
    ValueSpan,
    pieces,
    pulse_of,
    triplets_of,
)
from composer.notation.rhythm.voices import Stem, part_voices, single_voice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from composer.music.score import Metre, Note

_MORE_PIECES, _DETACHED, _NEARLY, _LONGER, _SHORTER = 0.9, 0.65, 0.8, 4.0, 3.5
_REST_OF = {EIGHTH: 0.5, TERNARY: 0.6, SIXTEENTH: 0.9, BINARY: 1.4}
"""What a choice of a note's end costs.

That is: each tied piece more; each octave by which it is longer than it was played, where a dot says so, where it only
reaches the next note, and anywhere else; each octave by which it is shorter; a rest after it, by its grid.
"""

_SAME, _SMALL_GAP, _STRUCK_AGAIN = 1.15, 1.34, 1.6
"""Up to so much longer than it was played a note is as long as it was meant, and may be to reach the next one.

It may be longer where the same key is struck again, which has to go up before, and always reach the next one where less
than an eighth is lacking.
"""

_DETACHABLE = frozenset({6, 8, 12, 16, 24})
"""Ticks of the values that may have a staccato dot: up to a quarter, and not dotted."""

_STACCATO = 1.6
"""From so many times the played duration on, what is written longer gets a staccato dot."""


@dataclass(frozen=True, slots=True)
class Written:
    """One printed chord or rest.

    Attributes:
        start: Tick from the beginning of its bar.
        duration: Ticks for which it counts in its bar.
        notes: Notes of a chord from low to high; none for a rest.
        triplet: Whether it is two thirds as long as its value says.
        bracket: "start" and "stop" where a triplet's bracket begins or ends with it, else empty.
        tied: Whether it is tied to the next of its voice.
        tied_back: Whether it is tied to the one before.
        share: How much of its written length it was played; 1 for rests and tied pieces.
    """

    start: int
    duration: int
    notes: tuple[Note, ...] = ()
    triplet: bool = False
    bracket: str = ""
    tied: bool = False
    tied_back: bool = False
    share: float = 1.0

    @property
    def staccato(self) -> bool:
        """Whether it was played much shorter than it is written."""
        return not self.tied and self.duration in _DETACHABLE and self.share * _STACCATO <= 1

    @property
    def end(self) -> int:
        """First tick of its bar after it."""
        return self.start + self.duration

    @property
    def pitches(self) -> tuple[int, ...]:
        """Pitches of its notes, each once, from low to high."""
        return tuple(sorted({note.pitch for note in self.notes}))


@dataclass(frozen=True, slots=True)
class _Held:
    """A chord with its written end, in ticks from the beginning of the piece."""

    chord: Stem
    end: int

    @property
    def share(self) -> float:
        return self.chord.played / (self.end - self.chord.start)


@dataclass(frozen=True, slots=True)
class _Following:
    """What comes next in a voice: where, and its notes; none at the end."""

    start: int
    notes: tuple[Note, ...] = ()

    def repeats(self, chord: Stem) -> bool:
        """Whether it strikes a key of a chord again."""
        return not {note.pitch for note in self.notes}.isdisjoint(note.pitch for note in chord.notes)


@dataclass(slots=True)
class _Bar:
    """A voice's bar that is being filled: what sounds in it, by its ticks in the bar."""

    sounding: list[tuple[int, int, _Held]] = field(default_factory=list)


def engrave(notes: Sequence[Note], *, metre: Metre, bars: int) -> list[list[list[Written]]]:
    """What is printed on a staff: for every bar, for each of its voices, chords and rests in order of time.

    Every voice of a bar is as long as the bar. The second voice is left out where it is silent; the first one rests.

    Args:
        notes: Notes that start before the end of the last bar.
        metre: Metre of all bars.
        bars: Number of bars.
    """
    ticks = bars * metre.bar_ticks
    return write_voices(part_voices(notes, metre=metre, ticks=ticks), metre=metre, bars=bars)


def engrave_voices(voices: Iterable[Sequence[Note]], *, metre: Metre, bars: int) -> list[list[list[Written]]]:
    """The same of voices that are parted already, the upper one first."""
    ticks = bars * metre.bar_ticks
    lines = [single_voice(notes, metre=metre, ticks=ticks) for notes in voices]
    return write_voices(lines, metre=metre, bars=bars)


def write_voices(voices: Sequence[Sequence[Stem]], *, metre: Metre, bars: int) -> list[list[list[Written]]]:
    """Bars of what voices sing."""
    lines = [_write_voice(voice, metre, bars) for voice in voices] or [_write_voice((), metre, bars)]
    first, *others = lines
    return [[first[bar], *(line[bar] for line in others if any(own.notes for own in line[bar]))] for bar in range(bars)]


def _write_voice(chords: Sequence[Stem], metre: Metre, bars: int) -> list[list[Written]]:
    ticks = bars * metre.bar_ticks
    onsets = [chord.start for chord in chords]
    ends = [_Following(chord.start, chord.notes) for chord in chords[1:]] + [_Following(ticks)]
    taken = _grids_of(onsets, metre)
    filled = [_Bar() for _ in range(bars)]
    for chord, following in zip(chords, ends, strict=False):
        held = _Held(chord, _best_end(chord, following, metre, taken))
        start = chord.start
        while start < held.end:
            bar, tick = divmod(start, metre.bar_ticks)
            stop = min(held.end - bar * metre.bar_ticks, metre.bar_ticks)
            filled[bar].sounding.append((tick, stop, held))
            start = bar * metre.bar_ticks + stop
    return [_write_bar(own, bar * metre.bar_ticks, metre) for bar, own in enumerate(filled)]


def _grids_of(onsets: Iterable[int], metre: Metre) -> dict[tuple[int, int], int]:
    """The grid of each (bar, eighth) of which onsets say one: ticks of its steps."""
    found = {}
    for onset in onsets:
        bar, tick = divmod(onset, metre.bar_ticks)
        offset = tick % EIGHTH
        if offset % BINARY:
            found[bar, tick // EIGHTH] = TERNARY
        elif offset % SIXTEENTH:
            found[bar, tick // EIGHTH] = BINARY
        elif offset:
            found.setdefault((bar, tick // EIGHTH), SIXTEENTH)
    return found


def _best_end(chord: Stem, following: _Following, metre: Metre, taken: dict[tuple[int, int], int]) -> int:
    """Where a chord is printed to end: the cheapest of all places on the grid up to the next onset."""
    latest = min(following.start, chord.start + 2 * chord.played + QUARTER)
    places = {end for end in range(chord.start + 1, latest + 1) if _may_end(end, chord, metre, taken)}
    if chord.start + 4 * chord.played + QUARTER >= following.start:
        places.add(following.start)
    return min(places, key=lambda end: (_cost_of_end(chord, end, following, metre), end), default=following.start)


def _may_end(end: int, chord: Stem, metre: Metre, taken: dict[tuple[int, int], int]) -> bool:
    """Whether a note may end inside a stretch between onsets: on the grid that the onsets beside it say."""
    bar, tick = divmod(end, metre.bar_ticks)
    offset, cell = tick % EIGHTH, tick // EIGHTH
    beside = cell + 1 - 2 * (cell % 2) if pulse_of(metre) == QUARTER else cell
    in_thirds = TERNARY in {taken.get((bar, cell)), taken.get((bar, beside)) if (bar, cell) not in taken else None}
    if offset == 0:
        # In the middle of a quarter in thirds nothing begins or ends.
        return tick % QUARTER == 0 or TERNARY not in {taken.get((bar, cell - 1)), taken.get((bar, cell))}
    if in_thirds:
        return offset % TERNARY == 0
    grid = taken.get((bar, cell), SIXTEENTH if chord.played < QUARTER else EIGHTH)
    if grid == SIXTEENTH and chord.played < SIXTEENTH and chord.start // EIGHTH == end // EIGHTH:
        grid = BINARY
    return offset % grid == 0


def _cost_of_end(chord: Stem, end: int, following: _Following, metre: Metre) -> float:
    length, played, gap = end - chord.start, chord.played, following.start - end
    cost = _MORE_PIECES * (_count_pieces(chord.start, end, metre) - 1)
    if length >= played:
        small = _STRUCK_AGAIN if following.repeats(chord) else _SMALL_GAP
        lacking = length - played < EIGHTH
        near = length < _SAME * played or (gap == 0 and (lacking or length < small * played))
        near = near or (lacking and length <= _STRUCK_AGAIN * played and end % metre.bar_ticks % QUARTER == 0)
        dotted = length in _DETACHABLE and length >= _STACCATO * played
        cost += (_DETACHED if dotted else _NEARLY if near else _LONGER) * math.log2(length / played)
    else:
        cost += _SHORTER * math.log2(played / length)
    if gap:
        tick = end % metre.bar_ticks
        cost += _REST_OF[next((value for value in (EIGHTH, TERNARY, SIXTEENTH) if tick % value == 0), BINARY)]
    return cost


def _count_pieces(start: int, end: int, metre: Metre) -> int:
    """Tied pieces in two bars at most, as if nothing were in thirds; those are cut alike for every end."""
    bar, tick = divmod(start, metre.bar_ticks)
    stop = end - bar * metre.bar_ticks
    count = len(pieces(tick, min(stop, metre.bar_ticks), metre, ()))
    return count + (stop > metre.bar_ticks)


def _write_bar(bar: _Bar, begins: int, metre: Metre) -> list[Written]:
    if not bar.sounding:
        return [Written(0, metre.bar_ticks)]
    marks = {0, metre.bar_ticks, *(start for start, _, _ in bar.sounding), *(end for _, end, _ in bar.sounding)}
    triplets = triplets_of(marks, metre)
    line: list[Written] = []
    now = 0
    for start, end, held in bar.sounding:
        line += _rests(now, start, metre, triplets)
        line += _struck(start, end, held, begins, metre, triplets)
        now = end
    line += _rests(now, metre.bar_ticks, metre, triplets)
    return _bracketed(line, triplets)


def _rests(start: int, end: int, metre: Metre, triplets: Sequence[ValueSpan]) -> Iterator[Written]:
    for span in pieces(start, end, metre, triplets, rest=True):
        yield Written(span.start, span.end - span.start, triplet=span.triplet)


def _struck(
    start: int, end: int, held: _Held, begins: int, metre: Metre, triplets: Sequence[ValueSpan]
) -> Iterator[Written]:
    for span in pieces(start, end, metre, triplets):
        first = begins + span.start == held.chord.start
        yield Written(
            span.start,
            span.end - span.start,
            held.chord.notes,
            triplet=span.triplet,
            tied=begins + span.end < held.end,
            tied_back=not first,
            share=held.share if first else 1.0,
        )


def _bracketed(line: Sequence[Written], triplets: Sequence[ValueSpan]) -> list[Written]:
    starts, ends = {span.start for span in triplets}, {span.end for span in triplets}
    found = []
    for own in line:
        bracket = ("start" if own.start in starts else "stop" if own.end in ends else "") if own.triplet else ""
        found.append(replace(own, bracket=bracket))
    return found
