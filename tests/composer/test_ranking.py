from __future__ import annotations

from composer.ranking import best, judge
from composer.score import Key, Metre, Mode, Note, Part, Score

USUAL = {"density": (1.0, 0.2), "melody_step": (2.0, 0.5)}


def verdict(pitches: list[int], *, nats: float = 1.0):
    notes = tuple(Note(index * 24, 24, pitch, 70, Part.MELODY) for index, pitch in enumerate(pitches))
    score = Score(notes, Metre(4, 4), len(pitches) // 4, Key(0, Mode.MAJOR))
    return judge(score, nats=nats, usual_nats=1.0, profile=USUAL)


TUNE = [60, 62, 64, 62, 60, 62, 64, 65, 67, 65, 64, 62]


def test_a_piece_like_its_style_beats_one_that_leaps():
    assert best([verdict([60, 80, 55, 90] * 3), verdict(TUNE)]) == 1


def test_a_loop_loses():
    assert best([verdict([60] * 12), verdict(TUNE)]) == 1


def test_an_unlikely_piece_costs_and_a_likely_one_is_not_rewarded():
    usual, unlikely, likely = (verdict(TUNE, nats=nats).cost for nats in (1.0, 2.0, 0.5))

    assert usual < unlikely
    assert usual == likely


def test_of_equals_the_first_is_kept():
    assert best([verdict(TUNE), verdict(TUNE)]) == 0
