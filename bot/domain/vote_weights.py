"""How much votes weigh where models learn from them, so that no person and no server decides alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.training_contract import PERSON_CAP, SERVER_CAP, VOTE_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's vote for one piece.

    Attributes:
        person: Number that is that person's alone.
        server: Number of the server; None stands for all direct messages together.
        value: -1, 1 or 2: a thumb down, a thumb up or a heart.
    """

    person: int
    server: int | None
    value: int

    def __post_init__(self) -> None:
        """Refuse what is no vote."""
        if self.value not in VOTE_WEIGHTS:
            raise ValueError(f"no such vote: {self.value}")

    @property
    def weight(self) -> float:
        """Before the caps."""
        return VOTE_WEIGHTS[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedOpinion:
    """What people think of a piece.

    Attributes:
        liked: Sum of the weights of votes for it.
        disliked: Sum of the weights of votes against it.
        people: Number of people who voted.
        votes: Each person and the weight of the vote: above 0 for, below 0 against.
    """

    liked: float
    disliked: float
    people: int
    votes: tuple[tuple[int, float], ...] = ()


class Shares:
    """Which share of each vote of a person counts, so that all of them weigh at most `PERSON_CAP`."""

    def __init__(self) -> None:
        """Nobody has voted yet."""
        self._totals: defaultdict[int, float] = defaultdict(float)

    def __len__(self) -> int:
        """How many people voted."""
        return len(self._totals)

    def count(self, vote: Vote) -> None:
        """Take a vote into account; all of them have to be before the first `of`."""
        self._totals[vote.person] += vote.weight

    def of(self, person: int) -> float:
        """Between 0 and 1."""
        total = self._totals.get(person, 0.0)
        return PERSON_CAP / total if total > PERSON_CAP else 1.0


def opinion(votes: Iterable[Vote], shares: Shares) -> WeighedOpinion:
    """Weigh the votes for one piece, one of each person.

    Each vote counts by its person's share; then those from one server are scaled to weigh `SERVER_CAP` at most.
    """
    weights = [(vote, vote.weight * shares.of(vote.person)) for vote in votes]
    by_server: defaultdict[int | None, float] = defaultdict(float)
    for vote, weight in weights:
        by_server[vote.server] += weight
    scaled = [(vote, weight * _scale(by_server, vote.server)) for vote, weight in weights]
    return WeighedOpinion(
        liked=round(sum(weight for vote, weight in scaled if vote.value > 0), 6),
        disliked=round(sum(weight for vote, weight in scaled if vote.value < 0), 6),
        people=len(scaled),
        votes=tuple((vote.person, round(weight if vote.value > 0 else -weight, 6)) for vote, weight in scaled),
    )


def _scale(by_server: Mapping[int | None, float], server: int | None) -> float:
    return min(1.0, SERVER_CAP / by_server[server])
