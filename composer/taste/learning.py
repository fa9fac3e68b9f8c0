"""Votes of one server -> its taste, if it foresees votes better than the shared one does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from composer.models.learned_preferences import NONE, LearnedPreferences
from composer.taste.fitting import OpinionTable, fit_weights, losses, mean_weights
from composer.taste.leanings import preferences_of
from composer.taste.traits import MINOR, taste_traits
from composer.taste.weighing import weigh_votes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from composer.taste.weighing import TasteVote

FEWEST_PIECES, FEWEST_PEOPLE = 20, 3
"""Rated pieces, and people who rated them, from which on a server has a taste."""

_FOLDS = 5
SURE = 2.5
"""Logarithm of the Bayes factor for a taste of one's own from which on it is taken: "positive" to Kass and Raftery
(1995, "Bayes factors", Journal of the American Statistical Association 90). One in a hundred servers that vote by lot
has so much, or fewer; at 1 it was one in fifteen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedTaste:
    """What came of the votes of a server.

    Attributes:
        weights: Trait -> what it adds to the logarithm of the odds of a thumb up; of minor, what minor adds to them.
        deviations: Trait -> standard deviation of that weight, as far as it is not known.
        shrinkage: Share of the weights that is the shared taste's, 0 to 1, in the mean.
        spread: Standard deviation of servers' weights around the shared ones.
        votes: Number of votes.
        pieces: Number of pieces that were rated.
        people: Number of people who rated them.
        surer: How many of the votes it foresees beyond what chance does, each left out in turn.
        gain: Nats a vote by which it foresees them better than the shared taste.
        evidence: Logarithm of the Bayes factor for a taste of its own.
        signals: What each kind of deed besides votes weighed, in votes; below 0 against a piece.
        taken: Whether it composes: it is sure enough, and foresees votes that were left out no worse than the shared.
    """

    weights: Mapping[str, float]
    deviations: Mapping[str, float]
    shrinkage: float
    spread: float
    votes: int
    pieces: int
    people: int
    surer: float
    gain: float
    evidence: float
    taken: bool
    signals: Mapping[str, float] = field(default_factory=dict)

    @property
    def preferences(self) -> LearnedPreferences:
        """What it does to pieces."""
        return preferences_of(self.weights)


def has_enough(pieces: int, people: int) -> bool:
    """Whether something can be learned."""
    return pieces >= FEWEST_PIECES and people >= FEWEST_PEOPLE


def learn_taste(
    pieces: Mapping[int, Mapping[str, float]],
    votes: Sequence[TasteVote],
    *,
    families: Mapping[int, int] | None = None,
    shared: Mapping[str, float] | None = None,
    signals: Mapping[str, float] | None = None,
) -> LearnedTaste:
    """Fit a server's taste and hold it against the shared one; the same votes give the same taste.

    Args:
        pieces: Number of each piece -> its traits, see `traits.piece_traits`; at least one.
        votes: Votes on them, of at least one person; each person has one vote of a kind on a piece.
        families: Number of each piece -> that of the first that was asked for so; a piece that is not in it is alone.
        signals: What deeds weigh that are among the votes, to be told.
        shared: Weights of the shared taste by trait, as in `LearnedTaste`; what it does not name weighs 0.
    """
    table = _tabled(pieces, votes, families or {})
    known = np.array([(shared or {}).get(name, 0.0) / _scale(name) for name in table.names])
    fitted = fit_weights(table, known)
    cast = [vote for vote in votes if vote.cast]
    gain, surer = _foresight(table, known, fitted.spread)
    scales = np.array([_scale(name) for name in table.names])
    return LearnedTaste(
        weights=_named(table.names, fitted.weights * scales),
        deviations=_named(table.names, fitted.deviations * scales),
        shrinkage=round(float(1 - fitted.known.mean()), 4),
        spread=fitted.spread,
        votes=len(cast),
        pieces=len({number for vote in cast for number in vote.about if number is not None}),
        people=len({vote.person for vote in cast}),
        signals={name: round(weight, 3) for name, weight in (signals or {}).items()},
        surer=round(surer, 1),
        gain=round(gain, 4),
        evidence=round(fitted.evidence, 2),
        taken=gain > 0 and fitted.evidence >= SURE,
    )


def share_tastes(tastes: Sequence[LearnedTaste]) -> LearnedTaste:
    """What servers have in common, see `fitting.mean_weights`; at least one."""
    names = sorted({name for one in tastes for name in one.weights})
    weights = mean_weights([one.weights for one in tastes], names)
    return LearnedTaste(
        weights=_named(names, weights),
        deviations={},
        shrinkage=0.0,
        spread=0.0,
        votes=sum(one.votes for one in tastes),
        pieces=sum(one.pieces for one in tastes),
        people=sum(one.people for one in tastes),
        surer=0.0,
        gain=0.0,
        evidence=0.0,
        taken=True,
    )


def no_preferences(taste: LearnedTaste | None) -> LearnedPreferences:
    """What pieces are composed by: the taste's preferences, or none where it was not taken."""
    return taste.preferences if taste is not None and taste.taken else NONE


def _scale(name: str) -> float:
    """Minor is 1 and major -1 in the fit: the odds of minor are those of two steps."""
    return 2.0 if name == MINOR else 1.0


def _named(names: Sequence[str], values: NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def _tabled(
    pieces: Mapping[int, Mapping[str, float]], votes: Sequence[TasteVote], families: Mapping[int, int]
) -> OpinionTable:
    """Each piece and each pair that there are votes on, in order: so that those of votes makes no difference."""
    subjects = sorted({vote.about for vote in votes}, key=lambda about: (about[0], about[1] or -1))
    place = {about: row for row, about in enumerate(subjects)}
    found = {number: taste_traits(pieces[number]) for about in subjects for number in about if number is not None}
    names = tuple(sorted(set.intersection(*(set(one) for one in found.values()))))
    rows = {number: np.array([one[name] for name in names]) for number, one in found.items()}
    said = np.zeros((2, len(subjects)))
    for vote, weight in zip(votes, weigh_votes(votes), strict=True):
        said[int(not vote.says), place[vote.about]] += weight
    return OpinionTable(
        names=names,
        traits=np.array([rows[first] if other is None else rows[first] - rows[other] for first, other in subjects]),
        biased=np.array([float(other is None) for _, other in subjects]),
        liked=said[0].round(9),
        disliked=said[1].round(9),
        families=np.array([families.get(first, first) for first, _ in subjects]),
    )


def _foresight(table: OpinionTable, shared: NDArray[np.float64], spread: float) -> tuple[float, float]:
    """How much better votes are foreseen than by the shared taste, of families that were left out in turn.

    Returns:
        Nats a vote; and by how much more weight of votes is foreseen rightly than by whoever always says what most say.
    """
    gains, rightly = np.zeros(len(table.liked)), 0.0
    for out in _folds(table.families):
        learned, held = table.rows(~out), table.rows(out)
        own = fit_weights(learned, shared, spreads=(spread,))
        plain = fit_weights(learned, shared, spreads=(0.0,))
        gains[out] = losses(plain, held) - losses(own, held)
        rightly += float(np.where(own.odds(held) > 0, held.liked, held.disliked).sum())
    votes = float((table.liked + table.disliked).sum())
    chance = max(float(table.liked.sum()), float(table.disliked.sum()))
    return float(gains.sum()) / votes, max(rightly - chance, 0.0)


def _folds(families: NDArray[np.int64]) -> Iterator[NDArray[np.bool_]]:
    """Which pieces are left out, fold by fold; a family is never parted."""
    places = np.unique(families, return_inverse=True)[1]
    for fold in range(min(_FOLDS, int(places.max()) + 1)):
        yield places % _FOLDS == fold
