"""Pieces of music to test with, in any key, metre and tempo."""

from __future__ import annotations

from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from tests.composer.pieces import C_MAJOR, FOUR_FOUR


def note(start: int, duration: int, pitch: int, part: Part = Part.MELODY, *, velocity: int = 80) -> Note:
    """One note; the right hand plays it unless said otherwise."""
    return Note(start, duration, pitch, velocity, part)


def piece(
    *notes: Note,
    bars: int = 1,
    metre: Metre = FOUR_FOUR,
    key: Key = C_MAJOR,
    tempos: tuple[Tempo, ...] = (Tempo(0, 120.0),),
) -> Score:
    """A score of these notes."""
    return Score(notes, metre, bars, key, tempos)


WALTZ = (
    (45, (60, 64), (76, 81, 80)),
    (45, (60, 64), (81, 84, 83)),
    (50, (57, 62, 65), (81, 77, 74)),
    (50, (57, 62, 65), (77, 76, 74)),
    (40, (56, 62, 64), (76, 80, 83)),
    (40, (56, 62, 64), (86, 84, 83)),
    (40, (56, 62, 64), (80, 83, 76)),
)
"""Bass, chord and tune of each bar but the last."""


def waltz() -> Score:
    """Eight bars in A minor for two hands: a bass and two chords under a tune, and a close."""
    notes = []
    for bar, (bass, chord, tune) in enumerate(WALTZ):
        start = 72 * bar
        notes.append(note(start, 24, bass, Part.ACCOMPANIMENT, velocity=70))
        notes += [
            note(start + beat, 24, pitch, Part.ACCOMPANIMENT, velocity=60) for beat in (24, 48) for pitch in chord
        ]
        values = zip((0, 36, 60), (36, 24, 12), tune, strict=True)
        notes += [note(start + place, length, pitch) for place, length, pitch in values]
    notes += [note(504, 72, pitch, Part.ACCOMPANIMENT, velocity=65) for pitch in (45, 60, 64)]
    notes.append(note(504, 72, 81, velocity=75))
    tempos = (Tempo(0, 132.0), Tempo(432, 120.0), Tempo(504, 96.0))
    return piece(*notes, bars=8, metre=Metre(3, 4), key=Key(9, Mode.MINOR), tempos=tempos)
