"""Votes, and what they weigh once people's and servers' influence is capped."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from composer.training_contract import PERSON_CAP, SERVER_CAP, VOTE_WEIGHTS
from training.listeners.populations import Manner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from training.comparison.drawing import Drawn
    from training.listeners.populations import Listener

UP, DOWN, HEART = VOTE_WEIGHTS[1], -VOTE_WEIGHTS[-1], VOTE_WEIGHTS[2]
"""A vote's value; its size is its weight before the caps."""

RATERS = 10
"""People who hear a piece and vote, drawn from all; a brigade votes on everything."""

_LOVED = 0.9
"""The chance of a thumb up from which on a thumb is a heart."""


@dataclass(frozen=True, slots=True)
class SimulatedVote:
    """What one account thinks of one piece; `value` is `UP`, `DOWN` or `HEART`."""

    number: int
    person: int
    server: int
    value: float


@dataclass(frozen=True, slots=True)
class WeighedTally:
    """What a piece's votes weigh after the caps, by how many people they are, and each of them, below 0 if against."""

    liked: float
    disliked: float
    people: int
    votes: tuple[tuple[int, float], ...] = field(default=(), compare=False)


def cast_votes(listeners: Sequence[Listener], pieces: Sequence[Drawn], rng: np.random.Generator) -> NDArray[np.float64]:
    """What every listener would vote on every piece; shape (listeners, pieces)."""
    return np.stack([_cast_own_votes(listener, pieces, rng) for listener in listeners])


def _cast_own_votes(listener: Listener, pieces: Sequence[Drawn], rng: np.random.Generator) -> NDArray[np.float64]:
    chances = listener.ear.chances(pieces, lean=listener.lean)
    draws = rng.random(len(pieces))
    if listener.manner is Manner.RANDOM:
        return np.where(draws < 1 / 2, UP, DOWN)
    if listener.manner is Manner.AGAINST:
        return np.where(chances < 1 / 2, UP, DOWN)
    return np.where(draws < chances, np.where(chances > _LOVED, HEART, UP), DOWN)


def approval_shares(
    listeners: Sequence[Listener], cast: NDArray[np.float64], *, taste: str | None = None
) -> NDArray[np.float64]:
    """For each piece the share of listeners with a taste, or with that one, whose thumb goes up; shape (pieces,)."""
    judges = [
        place
        for place, listener in enumerate(listeners)
        if listener.is_judge and taste in {None, listener.ear.taste.name}
    ]
    shares: NDArray[np.float64] = (cast[judges] > 0).mean(axis=0)
    return shares


def draw_votes(
    listeners: Sequence[Listener], cast: NDArray[np.float64], rng: np.random.Generator, *, first: int = 1
) -> list[SimulatedVote]:
    """The votes that are given: `RATERS` people hear each piece, and a brigade hears all of them.

    Args:
        listeners: Everybody.
        cast: Votes of everybody, see `cast_votes`.
        rng: Draws who hears what.
        first: Number of the first piece.
    """
    people = [place for place, one in enumerate(listeners) if one.manner is not Manner.AGAINST]
    brigade = [place for place, one in enumerate(listeners) if one.manner is Manner.AGAINST]
    given = []
    for column in range(cast.shape[1]):
        raters = rng.choice(people, size=min(RATERS, len(people)), replace=False).tolist()
        given += [
            SimulatedVote(first + column, listeners[place].person, listeners[place].server, float(cast[place, column]))
            for place in (*raters, *brigade)
        ]
    return given


def weigh_votes(given: Iterable[SimulatedVote]) -> dict[int, WeighedTally]:
    """What the votes of each piece weigh, by its number: the contract between the bot and the trainer.

    One vote by person and piece, the newest. Each person's votes are scaled to weigh `PERSON_CAP` at most in all;
    then, in each piece, each server's to weigh `SERVER_CAP` at most.
    """
    standing = {(vote.number, vote.person): vote for vote in given}
    by_person: dict[int, float] = defaultdict(float)
    for vote in standing.values():
        by_person[vote.person] += abs(vote.value)
    weights = {at: abs(vote.value) * _scale_to_cap(by_person[vote.person], PERSON_CAP) for at, vote in standing.items()}
    by_server: dict[tuple[int, int], float] = defaultdict(float)
    for at, vote in standing.items():
        by_server[vote.number, vote.server] += weights[at]
    pieces: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for at, vote in standing.items():
        weight = weights[at] * _scale_to_cap(by_server[vote.number, vote.server], SERVER_CAP)
        pieces[vote.number].append((vote.person, weight if vote.value > 0 else -weight))
    return {number: _tally_votes(rows) for number, rows in sorted(pieces.items())}


def _scale_to_cap(weight: float, cap: float) -> float:
    return min(1.0, cap / weight)


def _tally_votes(rows: Sequence[tuple[int, float]]) -> WeighedTally:
    liked = sum(weight for _, weight in rows if weight > 0)
    return WeighedTally(liked, -sum(weight for _, weight in rows if weight < 0), len(rows), tuple(rows))
