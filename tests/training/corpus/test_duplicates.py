from __future__ import annotations

import random

from composer.music.score import Note, Part, Score
from tests.composer.pieces import line, score_of
from training.corpus.duplicates import GRAM, group_works, melody_grams


def tune(seed: int, *, notes: int = 64) -> Score:
    rng = random.Random(seed)
    pitches = [rng.randrange(60, 84) for _ in range(notes)]
    return score_of(*line(pitches), bars=notes // 4)


def pitches_of(score: Score) -> list[int]:
    return [note.pitch for note in score.notes]


def accompanied(score: Score) -> Score:
    below = [Note(note.start, 24, 40, 75, Part.ACCOMPANIMENT) for note in score.notes]
    return score_of(*score.notes, *below, bars=score.bars)


def grams(*scores: Score) -> frozenset[int]:
    return melody_grams(scores)


def test_line_has_a_fingerprint_for_each_run_of_steps() -> None:
    assert len(grams(tune(1, notes=GRAM + 4))) == 4


def test_line_too_short_for_a_run_has_none() -> None:
    assert grams(score_of(*line(range(60, 60 + GRAM)))) == frozenset()
    assert grams() == frozenset()


def test_fingerprints_do_not_hear_key_accompaniment_or_drums() -> None:
    score = tune(1)
    drums = [Note(note.start, 6, 81, 75, Part.DRUMS) for note in score.notes]

    assert grams(score) == grams(score.transposed(5)) == grams(accompanied(score))
    assert grams(score) == grams(score_of(*score.notes, *drums, bars=score.bars))


def test_fingerprints_do_hear_rhythm() -> None:
    score = tune(1)
    slower = score_of(*line([note.pitch for note in score.notes], step=48), bars=2 * score.bars)

    assert not grams(score) & grams(slower)


def test_versions_of_one_work_have_the_index_of_the_first() -> None:
    whole, other, excerpt = tune(1), tune(2), score_of(*tune(1).notes[8:40], bars=10)

    assert group_works([grams(whole), grams(other), grams(excerpt), grams(other, excerpt)]) == [0, 0, 0, 0]
    assert group_works([grams(whole), grams(other), grams(excerpt)]) == [0, 1, 0]


def test_pieces_that_share_a_figure_are_two_works() -> None:
    figure = tune(1, notes=12)
    one, other = (score_of(*figure.notes, *line(pitches_of(tune(seed)), start=288), bars=19) for seed in (2, 3))

    assert grams(one) & grams(other)
    assert group_works([grams(one), grams(other)]) == [0, 1]


def test_commonplace_in_many_pieces_joins_none() -> None:
    scale = grams(score_of(*line(range(60, 72)), bars=3))

    assert group_works([scale] * 41) == list(range(41))
    assert group_works([scale] * 40) == [0] * 40


def test_pieces_without_melody_are_works_of_their_own() -> None:
    assert group_works([frozenset(), frozenset()]) == [0, 1]
    assert group_works([]) == []
