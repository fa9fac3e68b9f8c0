"""Smoothed n-grams of tokens, exact: what a network has to beat.

Counts stand in sorted arrays of k-grams packed into whole numbers, so that training is sorting and looking up is a
binary search. Both smoothings are those of Chen and Goodman 1999, "An empirical study of smoothing techniques for
language modeling": interpolated, down to all tokens being equally likely. A history never reaches over the START of
its section: where it is shorter than the order, the order that it fills is the highest that is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    Probabilities: TypeAlias = NDArray[np.float64]
    Rule: TypeAlias = Callable[["_Found", Probabilities], Probabilities]

HIGHEST_ORDER = 6
ORDERS = range(1, HIGHEST_ORDER + 1)

TOKEN_BITS = 10
"""Six tokens fit into 63 bits."""

_UNESTIMATED = (0.5, 1.0, 1.5)
"""Discounts where too few k-grams are rare to estimate them: those that KenLM falls back to."""


@dataclass(frozen=True, slots=True)
class ContextWindows:
    """Every token but the first of each section, with those before it.

    Attributes:
        keys: int64, shape (tokens,): the token in the lowest `TOKEN_BITS` bits, the one before it in the next, and
            so on for `HIGHEST_ORDER` tokens; zeros before the section's first.
        reach: int8, shape (tokens,): how many tokens each key holds, the token itself counted.
    """

    keys: NDArray[np.int64]
    reach: NDArray[np.int8]

    def of(self, order: int) -> NDArray[np.int64]:
        """The k-grams of an order."""
        return self.keys[self.reach >= order] & _mask_of(order)


def token_windows(sections: Sequence[NDArray[np.uint16]]) -> ContextWindows:
    """The windows of sections, in their order.

    Raises:
        ValueError: If a token does not fit into `TOKEN_BITS`.
    """
    tokens = np.concatenate([*sections, np.array([], np.uint16)])
    if tokens.max(initial=0) >> TOKEN_BITS:
        raise ValueError(f"tokens must be below {1 << TOKEN_BITS}, got {tokens.max()}")
    lengths = np.array([len(section) for section in sections], np.int64)
    place = np.arange(len(tokens)) - np.repeat(lengths.cumsum() - lengths, lengths)
    keys = np.zeros(len(tokens), np.int64)
    for back in range(HIGHEST_ORDER):
        before = np.roll(tokens, back).astype(np.int64) << (back * TOKEN_BITS)
        keys |= np.where(place >= back, before, 0)
    reach = np.minimum(place + 1, HIGHEST_ORDER).astype(np.int8)
    return ContextWindows(keys[place > 0], reach[place > 0])


def witten_bell(train: ContextWindows, test: ContextWindows, *, vocabulary_size: int) -> Iterator[Probabilities]:
    """What n-grams of each order from 1 on give the test windows' tokens.

    A context leaves as many parts to the order below as it has seen different tokens.
    """
    lower = np.full(len(test.keys), 1 / vocabulary_size)
    for order in ORDERS:
        lower = _refine_probabilities(lower, test, order, _Table(train.of(order)), _witten_bell)
        yield lower


def kneser_ney(train: ContextWindows, test: ContextWindows, *, vocabulary_size: int) -> Iterator[Probabilities]:
    """What n-grams of each order from 1 on give the test windows' tokens, with three discounts ("modified").

    Below its highest order a k-gram counts by how many different tokens it has followed; one at the START, which has
    followed none, counts as often as it stands there.
    """
    lower = np.full(len(test.keys), 1 / vocabulary_size)
    table = _Table(train.of(1))
    for order in ORDERS:
        yield _refine_probabilities(lower, test, order, table, _kneser_ney)
        if order < HIGHEST_ORDER:
            table = _Table(train.of(order + 1))
            first = train.keys[train.reach == order]
            followed = _Table(np.concatenate([table.grams & _mask_of(order), first]))
            lower = _refine_probabilities(lower, test, order, followed, _kneser_ney)


class _Table:
    """How often each k-gram of one order stands there, and what is to be known of its context."""

    def __init__(self, grams: NDArray[np.int64]) -> None:
        self.grams, self._counts = np.unique(grams, return_counts=True)
        contexts = self.grams >> TOKEN_BITS
        starts = np.flatnonzero(np.diff(contexts, prepend=-1))
        self._contexts = contexts[starts]
        self._totals = np.add.reduceat(self._counts, starts)
        self._followers = [np.add.reduceat(rare, starts, dtype=np.int64) for rare in _by_rarity(self._counts)]
        self.discounts = _find_discounts(np.bincount(np.minimum(self._counts, 5), minlength=5)[1:5])

    def look_up(self, grams: NDArray[np.int64]) -> _Found:
        """Zeros for what was never seen."""
        gram, context = _find_places(self.grams, grams), _find_places(self._contexts, grams >> TOKEN_BITS)
        totals, *followers = (_take_values(values, context) for values in (self._totals, *self._followers))
        return _Found(_take_values(self._counts, gram), totals, np.stack(followers), self.discounts)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a table knows of some k-grams.

    Attributes:
        counts: Counts of the k-gram.
        totals: Counts of all k-grams in its context.
        followers: Number, of shape (3, k-grams), of different tokens seen in its context once, twice, more often.
        discounts: Discounts of the table: what Kneser-Ney takes from a count of 1, 2, more.
    """

    counts: NDArray[np.int64]
    totals: NDArray[np.int64]
    followers: NDArray[np.int64]
    discounts: tuple[float, float, float]


def _refine_probabilities(
    lower: Probabilities,
    test: ContextWindows,
    order: int,
    table: _Table,
    rule: Callable[[_Found, Probabilities], Probabilities],
) -> Probabilities:
    """Probabilities of one order from those of the order below, which stay where the context is new or too short."""
    long_enough = np.flatnonzero(test.reach >= order)
    found = table.look_up(test.keys[long_enough] & _mask_of(order))
    with np.errstate(invalid="ignore"):
        refined = rule(found, lower[long_enough])
    probabilities = lower.copy()
    probabilities[long_enough] = np.where(found.totals > 0, refined, lower[long_enough])
    return probabilities


def _witten_bell(found: _Found, lower: Probabilities) -> Probabilities:
    followers = found.followers.sum(axis=0)
    probabilities: Probabilities = (found.counts + followers * lower) / (found.totals + followers)
    return probabilities


def _kneser_ney(found: _Found, lower: Probabilities) -> Probabilities:
    taken = np.array((0.0, *found.discounts))[np.minimum(found.counts, 3)]
    left = np.array(found.discounts) @ found.followers
    probabilities: Probabilities = (found.counts - taken + left * lower) / found.totals
    return probabilities


def _by_rarity(counts: NDArray[np.int64]) -> Iterator[NDArray[np.bool_]]:
    yield counts == 1
    yield counts == 2  # noqa: PLR2004 - as Chen and Goodman class them
    yield counts > 2  # noqa: PLR2004 - the same


def _find_discounts(rare: NDArray[np.int64]) -> tuple[float, float, float]:
    """From the numbers of k-grams that stand there once to four times."""
    once, twice, thrice, four_times = rare.tolist()
    if not (once and twice and thrice):
        return _UNESTIMATED
    share = once / (once + 2 * twice)
    estimated = (1 - 2 * share * twice / once, 2 - 3 * share * thrice / twice, 3 - 4 * share * four_times / thrice)
    return estimated if min(estimated) > 0 else _UNESTIMATED


def _find_places(known: NDArray[np.int64], asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each stands among the known, which are sorted; -1 where it does not."""
    places = np.searchsorted(known, asked)
    there = places < len(known)
    there[there] = known[places[there]] == asked[there]
    return np.where(there, places, -1)


def _take_values(values: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The value at each place, 0 for place -1."""
    return np.append(values, 0)[places]


def _mask_of(order: int) -> int:
    return (1 << (order * TOKEN_BITS)) - 1
