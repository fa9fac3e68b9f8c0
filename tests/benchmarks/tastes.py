"""Servers of different taste, each of which learns its own: `python -m tests.benchmarks.tastes`.

A few people on each server hear pieces by one model and vote by their taste. The server's taste is learned from that,
and they hear what is composed by it, and what would have been composed without it, for the same requests.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from composer.compose import compose
from composer.engine import adapt_engine
from composer.engines import find
from composer.models.learned_preferences import NONE
from composer.request import Request
from composer.taste import learning
from composer.taste.traits import piece_traits
from composer.taste.weighing import TasteVote
from training.comparison.drawing import of_composition
from training.listeners import approval, voting
from training.listeners.populations import Listener, Manner
from training.listeners.tastes import DENSE_FAST, SLOW_MINOR, WIDE_LEAPS, tune_taste

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.engine import Engine
    from composer.models.learned_preferences import LearnedPreferences
    from composer.taste.learning import LearnedTaste
    from training.comparison.drawing import Drawn
    from training.listeners.tastes import Taste

PEOPLE, RATERS = 6, 3
"""People on a server, and how many of them vote on each piece."""

BRIGADE = 30
_TUNED_ON = 60
_HEARD_SEEDS = 500_000


@dataclass(frozen=True, slots=True)
class Server:
    """Who is on a server: people of some tastes, in turn, some who vote by lot, and accounts of a brigade."""

    name: str
    tastes: tuple[Taste, ...]
    by_lot: int = 0
    brigade: int = 0


SERVERS = (
    Server("slow minor", (SLOW_MINOR,)),
    Server("fast major", (SLOW_MINOR.opposite(),)),
    Server("dense fast", (DENSE_FAST,)),
    Server("wide leaps", (WIDE_LEAPS,)),
    Server("small steps", (WIDE_LEAPS.opposite(),)),
    Server("two camps", (WIDE_LEAPS, WIDE_LEAPS.opposite())),
    Server("one of six by lot", (WIDE_LEAPS,), by_lot=1),
    Server("all by lot", (WIDE_LEAPS,), by_lot=PEOPLE),
    Server("brigade", (WIDE_LEAPS,), brigade=BRIGADE),
    Server("no votes", (SLOW_MINOR,)),
)


def people_of(server: Server, pieces: Sequence[Drawn], rng: np.random.Generator) -> list[Listener]:
    """Everybody on a server, their tastes tuned on a model's pieces."""
    ears = [tune_taste(taste, pieces) for taste in server.tastes]
    people = [
        Listener(
            person=number,
            server=0,
            manner=Manner.RANDOM if number < server.by_lot else Manner.TASTE,
            ear=ears[number % len(ears)],
            lean=float(rng.normal(scale=0.25)),
        )
        for number in range(PEOPLE)
    ]
    against = [
        Listener(person=PEOPLE + number, server=0, manner=Manner.AGAINST, ear=ears[0])
        for number in range(server.brigade)
    ]
    return people + against


def given_votes(listeners: Sequence[Listener], pieces: Sequence[Drawn], rng: np.random.Generator) -> list[TasteVote]:
    """Some people vote on each piece, and a brigade on all."""
    cast = voting.cast_votes(listeners, pieces, rng)
    people = [place for place, one in enumerate(listeners) if one.manner is not Manner.AGAINST]
    brigade = [place for place, one in enumerate(listeners) if one.manner is Manner.AGAINST]
    return [
        TasteVote(piece=number, person=listeners[place].person, liked=bool(cast[place, number] > 0))
        for number in range(len(pieces))
        for place in (*rng.choice(people, RATERS, replace=False).tolist(), *brigade)
    ]


class Trial:
    """One model, and what it composes for numbered requests."""

    def __init__(self, name: str, seconds: float) -> None:
        """Load the model."""
        self._engine, self._name, self._seconds = find(name).load(), name, seconds
        self.plain = cache(self._plain)

    def draw(self, seed: int, liked: LearnedPreferences = NONE) -> Drawn:
        """A piece for whom everything is left open to."""
        request = Request(seconds=self._seconds, seed=seed, model=self._name)
        return of_composition(request, compose(request, adapt_engine(self._engine, liked)))

    def _plain(self, seed: int) -> Drawn:
        return self.draw(seed)

    @property
    def engine(self) -> Engine:
        """The model without any taste."""
        return self._engine

    def traits(self, piece: Drawn) -> dict[str, float]:
        """A piece as a taste is learned from it."""
        return piece_traits(
            piece.measures,
            style=piece.request.style,
            mode=piece.score.key.mode,
            tempo=piece.beats_per_minute,
            profile=self._engine.choosing.profiles[piece.request.style],
        )


def play(trial: Trial, server: Server, seed: int, options: argparse.Namespace) -> tuple[float, float, LearnedTaste]:
    """Approval before and after, and what was learned."""
    rng = np.random.default_rng([seed, sum(map(ord, server.name))])
    tuned = [trial.plain(number) for number in range(_TUNED_ON)]
    listeners = people_of(server, tuned, rng)
    first = 1000 * (seed + 1)
    rated = [trial.plain(first + number) for number in range(options.pieces)]
    votes = given_votes(listeners, rated, rng)
    taste = learning.learn_taste({number: trial.traits(piece) for number, piece in enumerate(rated)}, votes)
    taken = NONE if server.name == "no votes" else learning.no_preferences(taste)
    seeds = [_HEARD_SEEDS + first + number for number in range(options.after)]
    before = [trial.plain(one) for one in seeds]
    after = before if taken == NONE else [trial.draw(one, taken) for one in seeds]
    judges = listeners if server.by_lot < PEOPLE else people_of(Server("", server.tastes), tuned, rng)
    # In the same mood both times.
    was, is_now = (
        voting.approval_shares(judges, voting.cast_votes(judges, pieces, np.random.default_rng([seed, 1])))
        for pieces in (before, after)
    )
    return float(was.mean()), float(is_now.mean()), taste


def main() -> None:
    """Play all servers with several seeds, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tastes", description=__doc__)
    parser.add_argument("--model", default="lstm")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--pieces", type=int, default=20, help="rated by three people each")
    parser.add_argument("--after", type=int, default=30, help="pieces heard afterwards")
    parser.add_argument("--seconds", type=float, default=15.0)
    options = parser.parse_args()
    trial = Trial(options.model, options.seconds)
    say("| server | votes | before | after | change | of seeds taken | shrinkage | votes surer | ms |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for server in SERVERS:
        started, rows = time.monotonic(), []
        rows = [play(trial, server, seed, options) for seed in range(options.seeds)]
        changes = np.array([after - before for before, after, _ in rows])
        change = approval.mean_approval(changes, np.random.default_rng(1))
        tastes = [taste for _, _, taste in rows]
        say(
            f"| {server.name} | {tastes[0].votes} | {100 * fmean(row[0] for row in rows):.1f} "
            f"| {100 * fmean(row[1] for row in rows):.1f} "
            f"| {100 * change.mean:+.1f} ({100 * changes.min():+.1f} to {100 * changes.max():+.1f}) "
            f"| {sum(taste.taken for taste in tastes)} of {len(tastes)} "
            f"| {fmean(taste.shrinkage for taste in tastes):.2f} | {fmean(taste.surer for taste in tastes):.1f} "
            f"| {time.monotonic() - started:.0f} s |"
        )


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
