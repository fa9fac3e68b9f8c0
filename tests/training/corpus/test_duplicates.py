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

    shared = grams(score) & grams(slower)
    assert shared
    assert all(gram & 1 for gram in shared)


def test_performances_of_one_work_are_one_work_though_none_keeps_time() -> None:
    rng = random.Random(3)
    works = [tune(seed, notes=128) for seed in (1, 1, 1, 2, 2)]
    played = [
        score_of(
            *(
                Note(max(0, 30 * at + rng.randint(-1, 1)), 20, note.pitch, 75, Part.MELODY)
                for at, note in enumerate(work.notes)
            ),
            *(Note(30 * at + rng.randint(0, 1), 20, 40, 75, Part.ACCOMPANIMENT) for at in range(0, 128, 4)),
            bars=41,
        )
        for work in works
    ]

    assert group_works([grams(one) for one in played]) == [0, 0, 0, 3, 3]


def test_scales_and_trills_make_no_two_pieces_one_work() -> None:
    scale = [60 + step for step in (0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2)] * 8
    trill = [72, 74] * 56

    kinds = ((1, 24, scale), (2, 12, scale), (3, 24, trill), (4, 12, trill))
    pieces = [score_of(*line([*notes, *pitches_of(tune(seed))], step=step), bars=60) for seed, step, notes in kinds]

    assert group_works([grams(piece) for piece in pieces]) == [0, 1, 2, 3]


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
