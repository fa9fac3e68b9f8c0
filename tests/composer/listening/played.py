"""Tunes as people play them: in a tempo that comes and goes, never quite together."""

from __future__ import annotations

import random
from math import pi, sin

from composer.listening.timed_note import TimedNote
from composer.music.score import TICKS_PER_QUARTER


def play(notes, *, beats_per_minute, rubato=0.0, looseness=0.0, seed=1):
    """Notes of (start in quarters, quarters, pitch) in time.

    `rubato` is the share by which the tempo rises and falls over eight seconds, `looseness` the deviation of each
    beginning and end in seconds.
    """
    draw = random.Random(seed)

    def heard(quarters):
        time = quarters * 60 / beats_per_minute
        return 0.5 + time + rubato * 8 / (2 * pi) * sin(2 * pi * time / 8) + draw.gauss(0, looseness)

    played = ((heard(start), heard(start + length), pitch) for start, length, pitch in notes)
    return sorted(TimedNote(start, max(end, start + 0.05), pitch, 80) for start, end, pitch in played)


def places(score):
    """(quarters from the first note, pitch) of each note of a score."""
    first = score.notes[0].start
    return [((note.start - first) / TICKS_PER_QUARTER, note.pitch) for note in score.notes]


_ODE = """
64 1 64 1 65 1 67 1  67 1 65 1 64 1 62 1  60 1 60 1 62 1 64 1  64 1.5 62 .5 62 2
64 1 64 1 65 1 67 1  67 1 65 1 64 1 62 1  60 1 60 1 62 1 64 1  62 1.5 60 .5 60 2
"""
"""Pitch and quarters of each note."""


def in_a_row(text):
    """Notes of (start in quarters, quarters, pitch), one after the other."""
    words = text.split()
    lengths = [float(word) for word in words[1::2]]
    return [(sum(lengths[:place]), lengths[place], int(pitch)) for place, pitch in enumerate(words[::2])]


ODE = in_a_row(_ODE)
"""Beethoven, Symphony no. 9, the tune of the Ode to Joy: 4/4, C major."""

WALTZ = [
    (place * 3 + start, length, pitch)
    for place, root in enumerate((48, 43, 48, 43, 48, 41, 43, 48))
    for start, length, pitch in (
        (0, 2, root),
        (1, 0.9, root + 12),
        (1, 0.9, root + 16),
        (2, 0.9, root + 12),
        (2, 0.9, root + 16),
        (0, 2, root + 28),
        (2, 1, root + 31),
    )
]
"""A bass on the first beat, chords on the others and a tune above: 3/4."""

JIG = [
    (place * 3 + start / 2, 0.45, pitch)
    for place, bar in enumerate([(67, 71, 74, 74, 71, 67), (69, 72, 76, 74, 72, 69)] * 4)
    for start, pitch in enumerate(bar)
]
"""Eighths in threes: 6/8 in felt beats of three eighths."""
