"""When keys go down and up: a little apart from each other, and not all for as long as notes are written.

Hands and players are not together to the millisecond: pianists' melodies lead, and their hands differ by some 10 ms
(Goebl 2001, "Melody Lead in Piano Performance"; Repp 1996, "Patterns of Note Onset Asynchronies in Expressive Piano
Performance"), players of an ensemble by more (Rasch 1979, "Synchronization in Performed Ensemble Music"). Steps are
bound a little over the next note, leaps are parted, and a key that is struck again goes up early (Bresin & Battel 2000,
"Articulation Strategies in Expressive Piano Performance"; Repp 1995, "Acoustics, Perception, and Production of Legato
Articulation on a Digital Piano"). The score keeps its grid: here is what a file holds beside it.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from composer.music.fluctuation import pink_noise
from composer.music.score import Part
from composer.performance.midi_events import PULSES, PULSES_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from composer.music.score import Note, Score
    from composer.performance.arrangement import Track

Times: TypeAlias = "tuple[tuple[int, int], ...]"
"""When the key of each note of a track goes down and up, in MIDI ticks."""

_ONE_PLAYER, _SEVERAL_PLAYERS, _DRUMMER = 8.0, 12.0, 8.0
"""Deviation in milliseconds of a part's onsets: of a hand, of a player among others, and of a drummer.

A drummer's course is slow: what is late is followed by what is late. In 243 performances of the Groove MIDI Dataset the
deviation is 21 ms (median), and the correlation from one moment to the next 0.39. The bands here leave less room.
"""

_STICKS = 6.0
"""Milliseconds by which strokes that belong together differ; 15 in those performances."""

_MELODY_LEAD = 5.0
_FINGER = 4.0
"""Milliseconds by which a pianist's melody comes early, and deviation of the notes of one chord."""

_FARTHEST = PULSES // 2 - 1
"""MIDI ticks: within half a tick of the score, so that the file is read back as that score."""

_FEWEST_ONSETS = 4
_OVERLAP = 15.0
"""Milliseconds that a step is bound over."""

_STEP, _LEAP = 2, 5
_PARTED, _STRUCK_AGAIN, _BETWEEN = 0.88, 0.72, 0.95
"""Share of its length that a key is held before a leap, before it is struck again, and otherwise."""

_UNEVEN = 0.06
_LONG_BEATS = 2
"""Beats from which on a note is held to its end."""

RELEASE = PULSES_PER_QUARTER // 40
"""MIDI ticks by which a note ends early when its key is struck again at once: a synthesiser needs them."""


def plain_times(track: Track) -> Times:
    """Every note as it is written, but for keys that are struck again at once: a synthesiser needs them to go up."""
    struck = {(note.start, note.pitch) for note in track.notes}
    return tuple(
        (note.start * PULSES, note.end * PULSES - (RELEASE if (note.end, note.pitch) in struck else 0))
        for note in track.notes
    )


def played_times(track: Track, score: Score, rng: np.random.Generator) -> Times:
    """Every note as people play it.

    Args:
        track: What one voice plays.
        score: The piece, for its tempos and metre.
        rng: Decides how far from the grid each note comes.
    """
    downs = _downs(track, score, rng)
    lengths = _lengths(track, score, rng)
    ends = [
        min(round(note.end * PULSES if length is None else down + length), score.ticks * PULSES)
        for note, down, length in zip(track.notes, downs, lengths, strict=True)
    ]
    return lift_before_next(track.notes, downs, ends)


def _downs(track: Track, score: Score, rng: np.random.Generator) -> list[int]:
    starts = sorted({note.start for note in track.notes})
    common = dict(zip(starts, _course(track, len(starts), rng).tolist(), strict=True))
    fingers = rng.normal(0, _STICKS if track.part is Part.DRUMS else _FINGER, len(track.notes)).tolist()
    late = [
        (common[note.start] + finger) * _pulses_a_millisecond(score, note.start)
        for note, finger in zip(track.notes, fingers, strict=True)
    ]
    shifts = keep_in_tick(np.array(late)).tolist()
    earliest = score.opening * PULSES
    return [max(earliest, note.start * PULSES + shift) for note, shift in zip(track.notes, shifts, strict=True)]


def _course(track: Track, onsets: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """How many milliseconds late each onset of a track is."""
    if track.part is Part.DRUMS:
        return _DRUMMER * pink_noise(rng, max(onsets, _FEWEST_ONSETS))[:onsets]
    deviation = _ONE_PLAYER if track.voice.pedal else _SEVERAL_PLAYERS
    lead = _MELODY_LEAD if track.voice.pedal and track.part is Part.MELODY else 0.0
    return rng.normal(-lead, deviation, onsets)


def keep_in_tick(shifts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Distances from the grid, in MIDI ticks, so that no note leaves its tick of the score; small ones stay."""
    return np.round(shifts / (1 + (shifts / _FARTHEST) ** 4) ** 0.25).astype(np.int64)


def _pulses_a_millisecond(score: Score, tick: int) -> float:
    place = bisect_right(score.tempos, tick, key=lambda tempo: tempo.start) - 1
    return score.tempos[place].quarters_per_minute * PULSES_PER_QUARTER / 60_000


def _lengths(track: Track, score: Score, rng: np.random.Generator) -> list[float | None]:
    """MIDI ticks that each key is held; None to the end of what is written."""
    following = _following(track.notes)
    uneven = rng.normal(1, _UNEVEN, len(track.notes)).tolist()
    last_bar = score.ticks - score.metre.bar_ticks
    held: list[float | None] = []
    for note, share in zip(track.notes, uneven, strict=True):
        after = following.get(note.start, ())
        long = note.duration >= _LONG_BEATS * score.metre.beat_ticks or note.start >= last_bar
        if track.part is Part.DRUMS or (long and note.pitch not in after):
            held.append(None)
        elif min((abs(note.pitch - pitch) for pitch in after if pitch != note.pitch), default=_LEAP) <= _STEP:
            overlap = _OVERLAP * _pulses_a_millisecond(score, note.start) if note.pitch not in after else 0.0
            held.append(note.duration * PULSES + overlap * share)
        else:
            held.append(note.duration * PULSES * min(1.0, _share(note, after) * share))
    return held


def _share(note: Note, after: Sequence[int]) -> float:
    if note.pitch in after:
        return _STRUCK_AGAIN
    nearest = min((abs(note.pitch - pitch) for pitch in after), default=_LEAP)
    return _PARTED if nearest >= _LEAP else _BETWEEN


def _following(notes: Sequence[Note]) -> Mapping[int, tuple[int, ...]]:
    """Pitches that a track strikes next, by the onset before."""
    chords: dict[int, list[int]] = {}
    for note in notes:
        chords.setdefault(note.start, []).append(note.pitch)
    return {before: tuple(chords[after]) for before, after in pairwise(sorted(chords))}


def lift_before_next(notes: Sequence[Note], downs: Sequence[int], ends: Sequence[int]) -> Times:
    """Let every key be down for a moment at least, and go up before it is struck again."""
    following: dict[int, int] = {}
    times: list[tuple[int, int]] = []
    for note, down, end in sorted(zip(notes, downs, ends, strict=True), key=lambda one: -one[1]):
        latest = following.get(note.pitch, end + RELEASE) - RELEASE
        times.append((down, max(down + 1, min(end, latest))))
        following[note.pitch] = down
    order = sorted(range(len(notes)), key=lambda place: -downs[place])
    found = dict(zip(order, times, strict=True))
    return tuple(found[place] for place in range(len(notes)))
