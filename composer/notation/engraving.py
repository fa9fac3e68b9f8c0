"""Notes as they are written down: voices, note values, ties and rests of one staff."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from composer.music.score import Metre, Note

BINARY, TERNARY = 3, 4
"""Ticks of a 32nd and of a sixteenth in a triplet: what is written begins and ends on multiples of one or the other."""

MOST_VOICES = 4
"""What notation programs take on one staff."""

_EIGHTH = TICKS_PER_QUARTER // 2
_VALUES = {BINARY: (144, 96, 72, 48, 36, 24, 18, 12, 9, 6, 3), TERNARY: (32, 16, 8, 4)}
"""Ticks of the printed values by grid, longest first: plain, dotted, and in triplets."""

_LEGATO = 3
"""A gap of at most a third of a note's length is written as part of it."""


@dataclass(frozen=True, slots=True)
class Written:
    """One printed chord or rest.

    Attributes:
        start: Tick from the beginning of its bar.
        duration: Ticks of its printed value, or of the bar for the rest of a whole one.
        pitches: Pitches of a chord from low to high; none for a rest.
        tied: Whether it is tied to the next of its voice.
        tied_back: Whether it is tied to the one before.
    """

    start: int
    duration: int
    pitches: tuple[int, ...] = ()
    tied: bool = False
    tied_back: bool = False


@dataclass(frozen=True, slots=True)
class _Chord:
    """Notes on one stem, in ticks from the beginning of the piece."""

    start: int
    end: int
    pitches: tuple[int, ...]


def engrave(notes: Sequence[Note], *, metre: Metre, bars: int) -> list[list[list[Written]]]:
    """What is printed: for every bar, for each of its voices, chords and rests in order of time.

    The first voice fills the bar with rests where it is silent; the others leave gaps. Onsets that are no multiple
    of a 32nd or a sixteenth in a triplet move to the nearest one, and so do all ends. Durations that only separate
    notes from each other are written in full.

    Args:
        notes: Notes that start before the end of the last bar.
        metre: Metre of all bars.
        bars: Number of bars.
    """
    printed: list[list[list[Written]]] = [[] for _ in range(bars)]
    voices = _voices(_chords(notes, metre, bars * metre.bar_ticks)) or [[]]
    for voice in voices:
        lines: list[list[Written]] = [[] for _ in range(bars)]
        for chord in voice:
            for bar, written in _printed(chord, metre):
                lines[bar].append(written)
        for bar, line in enumerate(lines):
            if voice is voices[0]:
                printed[bar].append(_with_rests(line, metre))
            elif line:
                printed[bar].append(line)
    return printed


def _chords(notes: Sequence[Note], metre: Metre, ticks: int) -> list[_Chord]:
    """Notes that begin and end together; by time, at one onset from high to low."""
    grids = (BINARY, TERNARY) if metre.beat_ticks % _EIGHTH == 0 else (BINARY,)
    starts = [min(_nearest(note.start, grids), ticks - BINARY) for note in notes]
    onsets = [*sorted(set(starts)), ticks]
    pitches: dict[tuple[int, int], set[int]] = {}
    for start, note in zip(starts, notes, strict=True):
        end = _full_end(start, note.duration, onsets)
        same_beat = start // metre.beat_ticks == (end - 1) // metre.beat_ticks
        own = grids if start % _EIGHTH == 0 or not same_beat else (_grid(start),)
        end = max(_nearest(end, own), start + own[0])
        pitches.setdefault((start, end), set()).add(note.pitch)
    chords = [_Chord(start, end, tuple(sorted(own))) for (start, end), own in pitches.items()]
    return sorted(chords, key=lambda chord: (chord.start, -chord.pitches[-1], chord.end))


def _nearest(tick: int, grids: Iterable[int]) -> int:
    """The nearest multiple of any of the grids; of two the earlier."""
    places = [place * grid for grid in grids for place in (tick // grid, tick // grid + 1)]
    return min(places, key=lambda place: (abs(place - tick), place))


def _full_end(start: int, duration: int, onsets: Sequence[int]) -> int:
    """Where a note ends that is held until the next one begins, if it nearly was; also the next eighth will do."""
    end = min(start + duration, onsets[-1])
    following = bisect_left(onsets, end)
    if onsets[following - 1] > max(start, end - BINARY):
        return onsets[following - 1]
    goal = min(onsets[following], -(-end // _EIGHTH) * _EIGHTH)
    return goal if (goal - end) * _LEGATO <= duration else end


def _voices(chords: Iterable[_Chord]) -> list[list[_Chord]]:
    """Chords that do not overlap, each in the first voice that is free: higher ones come first."""
    voices: list[list[_Chord]] = []
    for chord in chords:
        free = next((voice for voice in voices if voice[-1].end <= chord.start), None)
        if free is not None:
            free.append(chord)
        elif len(voices) < MOST_VOICES:
            voices.append([chord])
        else:
            _squeeze(chord, min(voices, key=lambda voice: voice[-1].end))
    return voices


def _squeeze(chord: _Chord, voice: list[_Chord]) -> None:
    """Make room in a voice: its last chord ends earlier, or, where no time would be left for it, takes the notes in."""
    last = voice.pop()
    end = chord.start if last.start % _EIGHTH == 0 else chord.start // _grid(last.start) * _grid(last.start)
    if last.start < end:
        voice += [replace(last, end=end), chord]
    else:
        voice.append(replace(last, pitches=tuple(sorted({*last.pitches, *chord.pitches}))))


def _grid(tick: int) -> int:
    return BINARY if tick % BINARY == 0 else TERNARY


def _printed(chord: _Chord, metre: Metre) -> Iterator[tuple[int, Written]]:
    """(bar, piece of the chord), tied together."""
    start = chord.start
    while start < chord.end:
        bar = start // metre.bar_ticks
        first = bar * metre.bar_ticks
        end = first + _cut(start - first, min(chord.end - first, metre.bar_ticks), metre.beat_ticks)
        yield (
            bar,
            Written(start - first, end - start, chord.pitches, tied=end < chord.end, tied_back=start > chord.start),
        )
        start = end


def _with_rests(line: Iterable[Written], metre: Metre) -> list[Written]:
    """A voice's bar without gaps, save those that no rest can fill."""
    filled: list[Written] = []
    now = 0
    for written in [*line, Written(metre.bar_ticks, 0)]:
        if now == 0 and written.start == metre.bar_ticks:
            return [Written(0, metre.bar_ticks)]
        while now < written.start:
            end = _cut(now, written.start, metre.beat_ticks)
            if any(end - now in values for values in _VALUES.values()):
                filled.append(Written(now, end - now))
            now = end
        filled.append(written)
        now = written.start + written.duration
    return filled[:-1]


def _cut(start: int, end: int, beat: int) -> int:
    """Where the first printed value ends of what lasts from `start` to `end`, in ticks of one bar."""
    if _is_printable(start, end, beat):
        return end
    boundary = (start // beat + 1) * beat
    if boundary < end:
        if start % beat:
            return _cut(start, boundary, beat)
        return start + next(value for value in _VALUES[BINARY] if value % beat == 0 and start + value <= end)
    half = (start // _EIGHTH + 1) * _EIGHTH
    if start % _EIGHTH and start % BINARY == 0 and half < end:
        return half
    grid = BINARY if start % BINARY == 0 and end % BINARY == 0 else TERNARY
    return next((start + value for value in _VALUES[grid] if start + value <= end), end)


def _is_printable(start: int, end: int, beat: int) -> bool:
    """Whether one value says it and hides no beat, save on whole beats, dots on a beat and plain syncopation."""
    duration = end - start
    same_beat = start // beat == (end - 1) // beat
    on_binary = start % BINARY == 0 and end % BINARY == 0 and duration in _VALUES[BINARY]
    if not on_binary:
        return same_beat and start % TERNARY == 0 and end % TERNARY == 0 and duration in _VALUES[TERNARY]
    dotted = start % beat == 0 and duration * 2 == beat * 3
    syncopated = start % beat * 2 == beat and duration == beat
    return same_beat or (start % beat == 0 and end % beat == 0) or dotted or syncopated
