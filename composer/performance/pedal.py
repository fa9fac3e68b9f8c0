"""When the sustain pedal is down: it joins what belongs to one harmony and lets go where two would blur."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.music.score import Metre, Note

LAP, CATCH = 1, 3
"""Ticks after a new harmony at which the pedal comes up and goes down again.

It changes after the chord, not with it (syncopated pedalling, as pianists do): no gap is heard, and only
the new chord is caught.
"""

SHORTEST = TICKS_PER_QUARTER
"""Ticks that a foot keeps the pedal down at least; where harmonies change faster it stays up.

So the pedal goes down 1.1 times a bar and is down for 53 % of the time, in live performances 1.3 times and for 52 %.
"""

_MOST_BARS = 2
_OCTAVE = 12
_BASS_BELOW = 55
_SEMITONE_REACH = 25
"""Two octaves and a semitone: farther apart, a major seventh or minor ninth is colour, not blur."""

_WHOLE_TONE_BELOW = 67
"""From here up the strings are so short that a whole tone has died away before it disturbs."""


@dataclass(frozen=True, slots=True)
class Span:
    """The pedal is down from tick `start` to tick `end`."""

    start: int
    end: int


def pedalled(notes: Sequence[Note], *, metre: Metre, ticks: int) -> tuple[Span, ...]:
    """Spans of the pedal for notes that share one.

    The pedal changes with the first notes of a bar that bring a bass, in every second bar also without one, with a
    new bass on a beat, and where a note would blur with one that only the pedal holds. It stays up where that would
    happen too fast and where it would add nothing, and bridges rests for a beat at most.

    Args:
        notes: Notes in order of time.
        metre: Metre whose bars and beats count.
        ticks: End of the piece; the pedal is up before.
    """
    changes = [*_changes(notes, metre), ticks]
    starts = [note.start for note in notes]
    releases = sorted(note.end for note in notes)
    silences = list(accumulate((note.end for note in notes), max))
    spans = []
    for start, end in pairwise(changes):
        silence = silences[bisect_left(starts, end) - 1]
        span = Span(start + CATCH, min(end + LAP, silence + metre.beat_ticks, ticks - 1))
        adds = bisect_right(releases, span.start) < bisect_left(releases, span.end)
        if adds and end - start >= SHORTEST:
            spans.append(span)
    return tuple(spans)


def _changes(notes: Sequence[Note], metre: Metre) -> Iterator[int]:
    """Ticks of the onsets at which the pedal is to change."""
    ringing: list[Note] = []
    changed: int | None = None
    for start, chord in groupby(notes, key=lambda note: note.start):
        struck = list(chord)
        if (
            changed is None
            or _is_due(start // metre.bar_ticks - changed // metre.bar_ticks, struck)
            or (start % metre.beat_ticks == 0 and _is_new_bass(ringing, struck))
            or _blurs([*ringing, *struck], start)
        ):
            ringing = [note for note in ringing if note.end > start + CATCH]
            changed = start
            yield start
        ringing += struck


def _is_due(bars: int, struck: Sequence[Note]) -> bool:
    """Whether the pedal has been down long enough when so many bar lines were crossed."""
    return bars >= _MOST_BARS or (bars == 1 and min(note.pitch for note in struck) < _BASS_BELOW)


def _is_new_bass(ringing: Sequence[Note], struck: Sequence[Note]) -> bool:
    bass = min(note.pitch for note in struck)
    pitches = {note.pitch for note in ringing}
    below = bass < min(pitches, default=bass)
    return bass < _BASS_BELOW and below and bass % _OCTAVE not in {pitch % _OCTAVE for pitch in pitches}


def _blurs(notes: Sequence[Note], tick: int) -> bool:
    """Whether a note that only the pedal holds at `tick` clashes with one that was not struck together with it."""
    let_go = [note for note in notes if note.end <= tick]
    return any(_clash(one.pitch, other.pitch) for one in let_go for other in notes if other.start != one.start)


def _clash(one: int, other: int) -> bool:
    apart = abs(one - other)
    if apart == 2:  # noqa: PLR2004 - a whole tone
        return min(one, other) < _WHOLE_TONE_BELOW
    return apart % _OCTAVE in {1, _OCTAVE - 1} and apart <= _SEMITONE_REACH
