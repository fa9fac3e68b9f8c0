"""Who wins battles: strengths fitted to all votes, how sure they are, and which battle would tell most."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.domain.battle import Choice
from composer.training_contract import PERSON_CAP, SERVER_CAP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bot.domain.battle import Bout, Contestant

_SPREAD = 1.0
"""Standard deviation of strengths, and of the logarithm of the readiness to call a tie, before any vote."""

_STEPS = 50
_CLOSE = 1e-9
_LARGEST_STEP = 1.0
_SURE = 1.96
"""Standard errors to either side that hold 95 of 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """One line of the standing table.

    Attributes:
        contestant: What it is about.
        share: Share of battles that it wins of those against an average contestant, a tie being half a win.
        low: Lower end of the interval that holds that share with 95%.
        high: Upper end.
        votes: Votes in its battles.
    """

    contestant: Contestant
    share: float
    low: float
    high: float
    votes: int


@dataclass(frozen=True, slots=True)
class StandingTable:
    """The strengths of all contestants, as far as votes tell.

    Attributes:
        strengths: Lines of the table, the strongest first.
        places: Place of each contestant in the arrays below.
        means: Logarithms of strengths, shape (contestants,).
        covariance: How unsure they are, shape (contestants, contestants).
        ties: Logarithm of how readily people call a tie.
    """

    strengths: tuple[Strength, ...]
    places: Mapping[Contestant, int]
    means: NDArray[np.float64]
    covariance: NDArray[np.float64]
    ties: float

    def information(self, one: Contestant, other: Contestant) -> float:
        """Nats that one more vote on these two would tell of their difference, about.

        Half the logarithm of how much smaller its variance gets (Lindley 1956, for a normal approximation). It is
        large where little is known and both are close, and small where it is clear who wins.
        """
        places = [self.places.get(one), self.places.get(other)]
        means = [0.0 if place is None else float(self.means[place]) for place in places]
        spread = sum(_SPREAD**2 if place is None else float(self.covariance[place, place]) for place in places)
        if places[0] is not None and places[1] is not None:
            spread -= 2 * float(self.covariance[places[0], places[1]])
        won, lost, _ = _odds(means[0] - means[1], self.ties)
        told = (won + lost) / 4 - (won - lost) ** 2 / 4
        return float(np.log1p(spread * told) / 2)


def fit_standings(bouts: Sequence[Bout]) -> StandingTable:
    """Fit the strengths to votes, by maximum likelihood with a normal prior.

    What met itself is left out.

    The model is that of Davidson (1970), "On extending the Bradley-Terry model to accommodate ties in paired comparison
    experiments", Journal of the American Statistical Association 65, equation 2.4. A wins with a chance in proportion
    to `p_a`, B to `p_b`, and a tie comes in proportion to `v * sqrt(p_a * p_b)`. Who calls both bad calls a tie. The
    intervals are those of the normal approximation at the maximum: the inverse of the Fisher information.

    Votes of one person weigh `PERSON_CAP` at most, and those on one battle `SERVER_CAP`, since they are about the same
    two pieces.
    """
    bouts = [bout for bout in bouts if bout.contestants[0] != bout.contestants[1]]
    names = sorted(
        {one for bout in bouts for one in bout.contestants}, key=lambda one: (one.model, one.version, one.taste or "")
    )
    places = {name: place for place, name in enumerate(names)}
    counted = _weigh(bouts, places)
    parameters, covariance = _maximise(counted, len(names))
    means, ties = parameters[:-1], float(parameters[-1])
    votes = Counter(one for bout in bouts for one in bout.contestants)
    lines = [
        _line(name, float(means[place]), covariance[place, place], ties, votes[name]) for name, place in places.items()
    ]
    ordered = tuple(sorted(lines, key=lambda line: (-line.share, str(line.contestant))))
    return StandingTable(ordered, places, means, covariance[:-1, :-1], ties)


def _line(name: Contestant, mean: float, variance: float, ties: float, votes: int) -> Strength:
    wide = _SURE * float(np.sqrt(variance))
    low, share, high = (_share(strength, ties) for strength in (mean - wide, mean, mean + wide))
    return Strength(contestant=name, share=share, low=low, high=high, votes=votes)


def _share(strength: float, ties: float) -> float:
    won, _, tied = _odds(strength, ties)
    return won + tied / 2


def _odds(ahead: float, ties: float) -> tuple[float, float, float]:
    """Chances that A wins, that B does, and of a tie, where A's strength is `ahead` of B's."""
    raw = np.exp(np.array([ahead / 2, -ahead / 2, ties]))
    won, lost, tied = (raw / raw.sum()).tolist()
    return won, lost, tied


def _weigh(bouts: Sequence[Bout], places: Mapping[Contestant, int]) -> Mapping[tuple[int, int], NDArray[np.float64]]:
    """Weights of wins, losses and ties by pair of places, after the caps."""
    by_person = Counter(bout.person for bout in bouts)
    weights = [min(1.0, PERSON_CAP / by_person[bout.person]) for bout in bouts]
    by_battle: defaultdict[int, float] = defaultdict(float)
    for bout, weight in zip(bouts, weights, strict=True):
        by_battle[bout.battle] += weight
    counted: defaultdict[tuple[int, int], NDArray[np.float64]] = defaultdict(lambda: np.zeros(3))
    for bout, weight in zip(bouts, weights, strict=True):
        outcome = {Choice.A: 0, Choice.B: 1}.get(bout.choice, 2)
        first, second = (places[one] for one in bout.contestants)
        counted[first, second][outcome] += weight * min(1.0, SERVER_CAP / by_battle[bout.battle])
    return counted


def _maximise(
    counted: Mapping[tuple[int, int], NDArray[np.float64]], contestants: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The likeliest strengths and readiness for ties, by Newton's method, and their covariance.

    Each pair is a choice among three whose logarithms are linear in the parameters, so there is one maximum.
    """
    size = contestants + 1
    parameters = np.zeros(size)
    designs = []
    for (first, second), weights in counted.items():
        design = np.zeros((3, size))
        design[0, first] = design[1, second] = design[2, -1] = 1.0
        design[2, [first, second]] += 0.5
        designs.append((design, weights))
    prior = np.eye(size) / _SPREAD**2
    for _ in range(_STEPS):
        gradient, information = -prior @ parameters, prior.copy()
        for design, weights in designs:
            logits = design @ parameters
            chances = np.exp(logits - logits.max())
            chances /= chances.sum()
            mean = chances @ design
            gradient += weights @ design - weights.sum() * mean
            information += weights.sum() * (design.T @ (chances[:, None] * design) - np.outer(mean, mean))
        step = np.linalg.solve(information, gradient)
        # A step as large as this would leave the region where the second order holds.
        parameters += step * min(1.0, _LARGEST_STEP / max(float(np.abs(step).max()), _CLOSE))
        if np.abs(step).max() < _CLOSE:
            break
    covariance: NDArray[np.float64] = np.linalg.inv(information).astype(np.float64)
    return parameters, covariance
