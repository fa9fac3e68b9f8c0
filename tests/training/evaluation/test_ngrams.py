from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from training.evaluation import ngrams
from training.evaluation.ngrams import ORDERS, ContextWindows, kneser_ney, token_windows, witten_bell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    Smoothing: TypeAlias = Callable[..., Iterable[NDArray[np.float64]]]

SMOOTHINGS = {"witten-bell": witten_bell, "kneser-ney": kneser_ney}
START, A, B, C = range(4)

every_smoothing = pytest.mark.parametrize("smoothing", SMOOTHINGS.values(), ids=SMOOTHINGS)


def seen(*sections: Sequence[int]) -> ContextWindows:
    return token_windows([np.array(section, np.uint16) for section in sections])


def random_sections(rng: np.random.Generator, *, types: int) -> ContextWindows:
    return seen(*([START, *rng.integers(1, types, size=rng.integers(1, 40)).tolist()] for _ in range(60)))


def probabilities(
    smoothing: Smoothing, train: ContextWindows, test: ContextWindows, *, types: int = 4
) -> NDArray[np.float64]:
    """Shape (orders, tokens)."""
    return np.stack(list(smoothing(train, test, vocabulary_size=types)))


def every_token(test: ContextWindows, *, types: int) -> ContextWindows:
    """Each window with every token of the vocabulary in its last place, side by side."""
    before = test.keys[:, None] >> ngrams.TOKEN_BITS << ngrams.TOKEN_BITS
    return ContextWindows((before | np.arange(types)).ravel(), np.repeat(test.reach, types))


def test_windows_hold_a_token_and_those_before_it_in_its_section() -> None:
    found = seen([START, A, B, C, A, B, C], [START, C])

    unpacked = [
        [key >> (back * ngrams.TOKEN_BITS) & 1023 for back in range(reach)]
        for key, reach in zip(found.keys.tolist(), found.reach.tolist(), strict=True)
    ]
    assert unpacked == [
        [A, START], [B, A, START], [C, B, A, START], [A, C, B, A, START], [B, A, C, B, A, START], [C, B, A, C, B, A],
        [C, START],
    ]  # fmt: skip


def test_a_token_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="below 1024, got 1024"):
        seen([1024])


@every_smoothing
def test_probabilities_sum_to_one_in_every_context(smoothing: Smoothing, rng: np.random.Generator) -> None:
    train, test = random_sections(rng, types=9), random_sections(rng, types=9)

    given = probabilities(smoothing, train, every_token(test, types=9), types=9)

    sums = given.reshape(len(ORDERS), -1, 9).sum(axis=-1)
    np.testing.assert_allclose(sums, 1, rtol=1e-12)
    assert given.min() > 0


@every_smoothing
def test_a_sequence_that_never_varies_costs_almost_nothing(smoothing: Smoothing) -> None:
    sections = seen(*[[START, *[A, B, C] * 200]] * 5)

    given = probabilities(smoothing, sections, sections)

    bits = -np.log2(given).mean(axis=1)
    assert bits[0] == pytest.approx(np.log2(3), abs=0.01)
    assert bits[1:].max() < 0.01


@every_smoothing
def test_without_anything_learned_all_tokens_are_alike(smoothing: Smoothing) -> None:
    given = probabilities(smoothing, seen([START]), seen([START, A, B]))

    np.testing.assert_array_equal(given, np.full((len(ORDERS), 2), 1 / 4))


def test_witten_bell_is_as_computed_by_hand() -> None:
    train = seen([START, A, B, A, B, A, C])

    of_b, of_c = probabilities(witten_bell, train, seen([C, A, B], [C, A, C]))[:2, [1, 3]].T

    # Six tokens, three types: a three times, b twice, c once; A is followed by b, b and c.
    b, c = ((count + 3 * Fraction(1, 4)) / (6 + 3) for count in (2, 1))
    assert of_b.tolist() == pytest.approx([float(b), float((2 + 2 * b) / (3 + 2))])
    assert of_c.tolist() == pytest.approx([float(c), float((1 + 2 * c) / (3 + 2))])


def test_kneser_ney_is_as_computed_by_hand() -> None:
    train = seen([START, A, B, A, B, A, C])

    one, two = probabilities(kneser_ney, train, seen([C, A, B], [C, A, C]))[:2, [1, 3]]

    # Counted as they stand: a three times, b twice, c once. One type of each: the discounts are 3, 1 and 1/3.
    left = 3 + 1 + 1 / 3
    assert one.tolist() == pytest.approx([(2 - 1 + left / 4) / 6, (1 - 1 / 3 + left / 4) / 6])
    # By what they follow: a comes after START and b, b after a, c after a. None follows three:
    # the discounts are not estimated but 1, 0.5 and 0.5.
    b = c = (1 - 0.5 + 2 / 4) / 4
    # A is followed by b twice and by c once; the discounts are 1 and 0.5.
    assert two.tolist() == pytest.approx([(2 - 1 + 1.5 * b) / 3, (1 - 0.5 + 1.5 * c) / 3])


def test_discounts_are_those_of_chen_and_goodman() -> None:
    times = [1] * 8 + [2] * 4 + [3] * 2 + [4]
    sections = [[START, token] for token, number in enumerate(times) for _ in range(number)]

    given = probabilities(kneser_ney, seen(*sections), seen([START, 0], [START, 8], [START, 12]), types=20)

    share = 8 / (8 + 2 * 4)
    taken = [1 - 2 * share * 4 / 8, 2 - 3 * share * 2 / 4, 3 - 4 * share * 1 / 2]
    left = 8 * taken[0] + 4 * taken[1] + 3 * taken[2]
    expected = [(count - off + left / 20) / 26 for count, off in zip((1, 2, 3), taken, strict=True)]
    assert given[0].tolist() == pytest.approx(expected)
