from __future__ import annotations

import numpy as np
import pytest

from training.comparison.discriminator import discriminate


def pieces(values: np.ndarray) -> list[dict[str, float]]:
    return [{"pace": float(row[0]), "height": float(row[1])} for row in values]


def works(count: int) -> list[str]:
    return [f"work {number}" for number in range(count)]


def test_halves_of_one_set_are_not_told_apart(rng):
    values = rng.normal(size=(160, 2))

    answer = discriminate(pieces(values[:80]), pieces(values[80:]), works(160))

    assert answer.area == pytest.approx(0.5, abs=0.12)


def test_noise_is_told_from_music_and_by_what(rng):
    music, noise = rng.normal(size=(80, 2)), rng.normal(size=(80, 2)) + np.array([0, 6])

    answer = discriminate(pieces(music), pieces(noise), works(160))

    assert answer.area > 0.98
    assert answer.tells[0].feature == "height"
    assert answer.tells[0].alone > 0.98
    assert answer.tells[0].generated - answer.tells[0].people == pytest.approx(6, abs=0.5)


def test_works_that_only_differ_from_each_other_give_nothing_away(rng):
    """Both sides of each work have the same odd number: it tells works apart, not who wrote them."""
    odd = rng.normal(size=(20, 2)).repeat(4, axis=0)

    answer = discriminate(pieces(odd), pieces(odd), [str(index // 4) for index in range(80)] * 2)

    assert answer.area == pytest.approx(0.5, abs=0.05)


def test_the_same_seed_gives_the_same_answer(rng):
    values = rng.normal(size=(40, 2))

    answers = [discriminate(pieces(values[:20]), pieces(values[20:]), works(40), seed=3) for _ in range(2)]

    assert answers[0] == answers[1]


def test_trees_that_learned_from_others_know_what_is_alike_in_all(rng):
    people, ours, others = rng.normal(size=(40, 2)), rng.normal(size=(40, 2)), rng.normal(size=(40, 2))
    ours[:, 1] += 1
    others[:, 1] += 6

    found = discriminate(pieces(people), pieces(ours), works(80), others=pieces(others))

    assert found.unlearned is not None
    assert found.unlearned > 0.5
    assert found.interval[0] < found.area < found.interval[1]
    assert 0 < found.gap < 1
