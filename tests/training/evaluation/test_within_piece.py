"""A piece that returns to itself becomes likelier as it is read."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.within_piece import mix, within_piece

TYPES = 5


def read(*tokens: int, order: int = 8) -> np.ndarray:
    return within_piece(np.array(tokens, np.uint16), vocabulary_size=TYPES, order=order)


def test_what_may_come_next_adds_up_to_one(rng: np.random.Generator) -> None:
    before = rng.integers(0, TYPES, 60).tolist()

    assert sum(read(*before, token)[-1] for token in range(TYPES)) == pytest.approx(1)


def test_nothing_is_known_at_first() -> None:
    assert read(0, 1)[0] == pytest.approx(1 / TYPES)


def test_a_figure_that_returns_is_expected() -> None:
    found = read(0, *[1, 2, 3, 4, 2, 1] * 5)

    assert found[-1] > 0.9
    assert found[:6].max() < 0.4


def test_a_longer_context_tells_more() -> None:
    figure = [1, 2, 1, 3] * 8

    assert read(0, *figure)[-8:].prod() > read(0, *figure, order=2)[-8:].prod()


def test_smoothing_is_that_of_witten_and_bell() -> None:
    # After 0 1 1 2 the order without context has read 1 twice and 2 once.
    assert read(0, 1, 1, 2, 1, order=1)[-1] == pytest.approx((2 + 2 / TYPES) / (3 + 2))


def test_a_mixture_follows_whichever_model_does_better() -> None:
    sure, lost = np.full(200, 0.9), np.full(200, 0.01)

    mixed = mix(lost, sure)

    assert np.log(mixed).sum() > np.log(sure).sum() - 10
    assert mixed[0] == pytest.approx(0.9 * 0.01 + 0.1 * 0.9)
    assert mix(sure, lost)[-1] > 0.85
