from __future__ import annotations

from dataclasses import replace

from composer.music.score import Key, Metre, Mode, Note, Part, Score
from training.comparison.halves import Halves, part_of, report_halves

SCORE = Score(
    tuple(Note(at * 24, 48, 60 + at * 5 % 12, 80, Part.MELODY) for at in range(64)),
    Metre(4, 4),
    16,
    Key(0, Mode.MAJOR),
)


def test_halves_hold_every_note_and_ring_no_further_than_their_end():
    first, second = part_of(SCORE, 0, 8, tempo=100), part_of(SCORE, 8, 16, tempo=100)

    assert len(first.notes) + len(second.notes) == len(SCORE.notes)
    assert max(note.end for note in first.notes) <= first.ticks
    assert second.notes[0].start == 0


def test_continuations_that_leave_the_register_are_told_and_whole_pieces_that_keep_it_are_not():
    first, second = part_of(SCORE, 0, 8, tempo=100), part_of(SCORE, 8, 16, tempo=100)
    high = replace(second, notes=tuple(replace(note, pitch=note.pitch + 24, duration=12) for note in second.notes))
    found = [Halves(f"work {number}", first, second, high, second, 10.0 - number, 11.0) for number in range(10)]

    figures = report_halves(found)

    assert figures["register_within"] == 0
    assert figures["area"] > 0.9
    assert figures["area_whole"] == 0.5
    assert figures["primed_better"] == 1
    assert figures["bits_primed"] < figures["bits_alone"]
