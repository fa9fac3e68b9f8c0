from __future__ import annotations

from composer.music.score import Key, Metre, Mode, Note, Part, Score
from composer.performance.expression import perform


def played(*notes: tuple[int, int, Part]) -> list[Note]:
    score = Score(
        tuple(Note(start, 24, pitch, 70, part) for start, pitch, part in notes), Metre(4, 4), 8, Key(0, Mode.MAJOR)
    )
    return list(perform(score).notes)


def test_the_melody_sings_over_the_accompaniment():
    top, inner, below = played((0, 72, Part.MELODY), (0, 67, Part.MELODY), (0, 48, Part.ACCOMPANIMENT))

    assert top.velocity > inner.velocity > below.velocity


def test_the_beginning_of_a_bar_is_stressed():
    downbeat, upbeat = played((96, 72, Part.MELODY), (96 + 12, 72, Part.MELODY))

    assert downbeat.velocity > upbeat.velocity


def test_the_end_fades():
    middle, end = played((2 * 96, 72, Part.MELODY), (6 * 96 + 95, 72, Part.MELODY))

    assert end.velocity < middle.velocity


def test_notes_and_times_stay():
    notes = [(index * 12, 60 + index, Part.MELODY) for index in range(30)]

    assert [(note.start, note.pitch, note.part) for note in played(*notes)] == notes
