"""Who listens: people with a taste, people who vote at random, and accounts that vote against everything liked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from composer.errors import unknown_name
from training.listeners.tastes import DENSE_FAST, SLOW_MINOR, WIDE_LEAPS, tune_taste

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from training.comparison.drawing import Drawn
    from training.listeners.tastes import Ear, Taste

PEOPLE, SERVERS = 60, 12
"""How many listen who are not a brigade, and on how many servers, evenly."""

BRIGADE = 60
"""Accounts of a brigade, all on one server of their own."""

_RANDOM_SHARE = 0.2
_LEAN = 0.25
"""Standard deviation by which one listener likes all music more than another of the same taste."""


class Manner(Enum):
    """How somebody votes: by taste, by lot, or against what others like."""

    TASTE = "taste"
    RANDOM = "random"
    AGAINST = "against"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One account.

    Attributes:
        person: Number of the account.
        server: Number of the server on which it votes.
        manner: How it votes.
        ear: Ear by or against which it votes.
        lean: How much more than others of the taste it likes everything.
    """

    person: int
    server: int
    manner: Manner
    ear: Ear
    lean: float = 0.0

    @property
    def is_judge(self) -> bool:
        """Whether its approval is what music is to win."""
        return self.manner is Manner.TASTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Who listens, before it is known to what.

    Attributes:
        name: Name by which it is asked for.
        camps: Tastes, each of an equal share of the people.
        random: Share of the people who vote by lot.
        brigade: Accounts that vote against the first taste.
    """

    name: str
    camps: tuple[Taste, ...]
    random: float = 0.0
    brigade: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether everybody has the one taste: there approval is expected to rise."""
        return len(self.camps) == 1 and not self.random and not self.brigade

    def gathered(self, pieces: Sequence[Drawn], rng: np.random.Generator) -> list[Listener]:
        """The listeners, their tastes tuned on a model's pieces; see `tastes.tune_taste`."""
        ears = [tune_taste(taste, pieces) for taste in self.camps]
        lots = round(PEOPLE * self.random)
        people = [
            Listener(
                person=person,
                server=person % SERVERS,
                manner=Manner.RANDOM if person < lots else Manner.TASTE,
                # Not person modulo camps: no server is to be of one camp, and all camps are to be of one size.
                ear=ears[(person // SERVERS + person % SERVERS) % len(ears)],
                lean=float(rng.normal(scale=_LEAN)),
            )
            for person in range(PEOPLE)
        ]
        brigade = [
            Listener(person=PEOPLE + number, server=SERVERS, manner=Manner.AGAINST, ear=ears[0])
            for number in range(self.brigade)
        ]
        return people + brigade


POPULATIONS = {
    population.name: population
    for population in (
        Population(name="slow-minor", camps=(SLOW_MINOR,)),
        Population(name="dense-fast", camps=(DENSE_FAST,)),
        Population(name="wide-leaps", camps=(WIDE_LEAPS,)),
        Population(name="two-camps", camps=(WIDE_LEAPS, WIDE_LEAPS.opposite())),
        Population(name="random-voters", camps=(WIDE_LEAPS,), random=_RANDOM_SHARE),
        Population(name="brigade", camps=(WIDE_LEAPS,), brigade=BRIGADE),
    )
}
"""By name. Those with two camps, random voters or a brigade are about the same taste as one of the plain ones, so that
rows can be held against each other."""


def find_population(name: str) -> Population:
    """One of `POPULATIONS`.

    Raises:
        RequestError: If there is none of that name.
    """
    if name not in POPULATIONS:
        raise unknown_name("a population", name, tuple(POPULATIONS))
    return POPULATIONS[name]
