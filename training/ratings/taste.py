"""What people like, as a model of their votes: how likely a thumb goes up, from what can be measured of a piece."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold

from composer.taste.traits import piece_traits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from composer.models.card import ModelCard
    from training.ratings.ratings_file import RatedPiece

_STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Inverse strengths of regularisation that are tried."""

_FOLDS = 5
_FEWEST = 2 * _FOLDS
"""Pieces; fewer say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredOpinion:
    """A piece in numbers, and what people thought of it.

    Attributes:
        traits: See `composer.taste.traits.piece_traits`.
        votes: Number of each voter, and the weight of the vote: above 0 for, below 0 against.
        family: Number of the first piece that was asked for so; a family stays together.
    """

    traits: Mapping[str, float]
    votes: tuple[tuple[int, float], ...]
    family: int

    @property
    def liked(self) -> float:
        """Weight of the votes for it."""
        return sum(weight for _, weight in self.votes if weight > 0)

    @property
    def disliked(self) -> float:
        """Weight of the votes against it."""
        return -sum(weight for _, weight in self.votes if weight < 0)


def measured_opinions(pieces: Sequence[RatedPiece], card: ModelCard) -> list[MeasuredOpinion]:
    """What was thought of the pieces in styles that a model knows."""
    roots = group_families(pieces)
    return [
        MeasuredOpinion(
            traits=piece_traits(
                piece.measures,
                style=piece.style,
                mode=piece.key.mode,
                tempo=piece.tempo,
                profile=card.choosing.profiles[piece.style],
            ),
            votes=piece.votes,
            family=roots[piece.number],
        )
        for piece in pieces
        if piece.style in card.choosing.profiles
    ]


def group_families(pieces: Sequence[RatedPiece]) -> dict[int, int]:
    """For each piece the number of the first of those that were asked for with its settings."""
    before = {piece.number: piece.another_of for piece in pieces}
    found: dict[int, int] = {}
    for number in before:
        root, passed = number, {number}
        while (parent := before.get(root)) is not None and parent not in passed:
            root = parent
            passed.add(root)
        found[number] = root
    return found


@dataclass(frozen=True, slots=True)
class TasteModel:
    """A logistic model of votes.

    Attributes:
        weights: Trait -> what a unit of it adds to the logarithm of the odds of a thumb up.
        bias: The same, of a piece without any.
    """

    weights: Mapping[str, float]
    bias: float

    def approval(self, found: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """The share of thumbs up that each piece, given by its traits, may expect; shape (pieces,)."""
        rows = np.array([[row.get(name, 0.0) for name in self.weights] for row in found])
        odds = rows @ np.array(list(self.weights.values())) + self.bias
        shares: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return shares


def fit_taste(found: Sequence[MeasuredOpinion], pairs: Sequence[Mapping[str, float]] = ()) -> TasteModel:
    """Fit the votes by L2-regularised logistic regression; where nothing is to be seen in them, all weights are 0.

    How strongly it is regularised, or whether traits say anything at all, is decided on families left out in turn.

    Args:
        found: What was thought of single pieces.
        pairs: What the winner of each battle has more of than the loser, see `traits_apart`. They count beside votes
            in which something is to be seen (Bradley and Terry 1952: the odds of winning are the ratio of two odds).
    """
    taste, strength = _fit_strength(found)
    if not pairs or not any(taste.weights.values()):
        return taste
    return _fit_regression(found, tuple(taste.weights), strength, pairs)


def traits_apart(winner: RatedPiece, loser: RatedPiece, card: ModelCard) -> dict[str, float]:
    """What the winner of a battle has more of than the loser, in styles that a model knows."""
    won, lost = (one.traits for one in measured_opinions((winner, loser), card))
    return {name: won[name] - lost[name] for name in won.keys() & lost.keys()}


def _fit_strength(found: Sequence[MeasuredOpinion]) -> tuple[TasteModel, float]:
    """The taste, and the inverse strength of regularisation that does best."""
    names = _shared_traits(found)
    flat = TasteModel(dict.fromkeys(names, 0.0), _bias_of(found))
    if len({one.family for one in found}) < _FEWEST or not _both_ways(found):
        return flat, _STRENGTHS[0]
    losses = {strength: _left_out(found, names, strength) for strength in _STRENGTHS}
    strength = min(losses, key=lambda one: losses[one])
    return (_fit_regression(found, names, strength) if losses[strength] < _left_out(found, (), 1.0) else flat), strength


def _shared_traits(found: Sequence[MeasuredOpinion]) -> tuple[str, ...]:
    return tuple(sorted(set.intersection(*(set(one.traits) for one in found)))) if found else ()


def _bias_of(found: Sequence[MeasuredOpinion]) -> float:
    liked, disliked = (1 + sum(values) for values in ([one.liked for one in found], [one.disliked for one in found]))
    return float(np.log(liked / disliked))


def _both_ways(found: Sequence[MeasuredOpinion]) -> bool:
    return any(one.liked for one in found) and any(one.disliked for one in found)


def _fit_regression(
    found: Sequence[MeasuredOpinion],
    names: Sequence[str],
    strength: float,
    pairs: Sequence[Mapping[str, float]] = (),
) -> TasteModel:
    if not names or not _both_ways(found):
        return TasteModel(dict.fromkeys(names, 0.0), _bias_of(found))
    rows, up, weights = _regression_table(found, names)
    if pairs:
        # Each pair in both directions, with half a vote each: so it says nothing of how much is liked in all.
        apart = np.array([[pair.get(name, 0.0) for name in names] for pair in pairs])
        rows, up = np.vstack([rows, apart, -apart]), np.append(up, np.repeat([True, False], len(pairs)))
        weights = np.append(weights, np.full(2 * len(pairs), 0.5))
    regression = LogisticRegression(C=strength, solver="newton-cholesky").fit(rows, up, sample_weight=weights)
    return TasteModel(dict(zip(names, regression.coef_[0].tolist(), strict=True)), float(regression.intercept_[0]))


def _regression_table(
    found: Sequence[MeasuredOpinion], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Each piece twice: with its votes for, and with its votes against."""
    rows = np.array([[one.traits[name] for name in names] for one in found])
    up = np.repeat([True, False], len(found))
    weights = np.array([*(one.liked for one in found), *(one.disliked for one in found)])
    return np.vstack([rows, rows]), up, weights


def _left_out(found: Sequence[MeasuredOpinion], names: Sequence[str], strength: float) -> float:
    """Mean loss of a vote in nats, of families that were left out."""
    folds = GroupKFold(_FOLDS).split(found, groups=[one.family for one in found])
    losses, votes = [], []
    for learned, out in folds:
        taste = _fit_regression([found[place] for place in learned], names, strength)
        held = [found[place] for place in out]
        shares = taste.approval([one.traits for one in held])
        weights = np.array([*(one.liked for one in held), *(one.disliked for one in held)])
        up = np.repeat([True, False], len(held))
        losses.append(log_loss(up, np.tile(shares, 2), sample_weight=weights, labels=[False, True]))
        votes.append(weights.sum())
    return float(np.average(losses, weights=votes))


def measure_confidence(
    found: Sequence[MeasuredOpinion],
    before: Sequence[Mapping[str, float]],
    after: Sequence[Mapping[str, float]],
    *,
    rng: np.random.Generator,
    draws: int = 200,
) -> tuple[float, float, float]:
    """How sure it is that pieces are liked better than others, by the bootstrap (Efron 1979).

    Voters and families are drawn anew, each by itself (Owen 2007, "The pigeonhole bootstrap", Annals of Applied
    Statistics 1): many votes by one person, or for pieces that were asked for alike, say little of what others like. A
    taste is fitted on the votes, and requests are drawn anew whose pieces are judged by it: the same for both, since
    what a request asks for is no merit of either.

    Args:
        found: Votes that nothing was learned from.
        before: Traits of pieces as they were, request by request.
        after: Traits of as many pieces as they are now, in the same order.
        rng: Source of the draws.
        draws: Number of draws.

    Returns:
        Mean expected approval before and after, and the share of draws in which it rose.
    """
    names, (taste, strength) = _shared_traits(found), _fit_strength(found)
    rose = []
    for _ in range(draws):
        judge = _fit_regression(_drawn_anew(found, rng), names, strength)
        gained = judge.approval(after) - judge.approval(before)
        rose.append(gained[rng.integers(len(gained), size=len(gained))].mean() > 0)
    return float(taste.approval(before).mean()), float(taste.approval(after).mean()), float(np.mean(rose))


def _drawn_anew(found: Sequence[MeasuredOpinion], rng: np.random.Generator) -> list[MeasuredOpinion]:
    """The same opinions, each vote as often as its voter and its piece's family were drawn."""
    voters = _draw_counts({voter for one in found for voter, _ in one.votes}, rng)
    families = _draw_counts({one.family for one in found}, rng)
    drawn = []
    for one in found:
        times, liked, disliked = families[one.family], 0.0, 0.0
        for voter, weight in one.votes if times else ():
            liked += max(weight, 0.0) * voters[voter] * times
            disliked += max(-weight, 0.0) * voters[voter] * times
        if liked or disliked:
            drawn.append(replace(one, votes=((0, liked), (0, -disliked))))
    return drawn


def _draw_counts(of: set[int], rng: np.random.Generator) -> dict[int, int]:
    """How often each is drawn, where as many are drawn as there are."""
    drawn = rng.integers(len(of), size=len(of)) if of else ()
    return dict(zip(sorted(of), np.bincount(drawn, minlength=len(of)).tolist(), strict=True))
