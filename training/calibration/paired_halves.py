"""Second halves of held-out piano pieces, and what a model makes of the first ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from composer.decoding.nearness import new_part
from composer.decoding.network_engine import NetworkEngine
from composer.decoding.ranking import distances, judge_continuations, profile_after
from composer.errors import RequestError
from composer.music.measures import measure
from composer.request import Request
from composer.styles.table import PIANO
from training.calibration.paired_pieces import FEWEST_PIECES, HeldOutExample, Stretch
from training.comparison.commissions import plan_commissions
from training.comparison.excerpts import find_endings
from training.comparison.halves import FEWEST_BARS, halved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from composer.models.loading import Model
    from training.comparison.halves import Half
    from training.corpus.dataset import Dataset

    Measures = Mapping[str, float]

UNWEIGHED = frozenset({"longest_run", "empty_bars", "absence", "immediate_repeats", "dynamics"})
"""Measures that cost nothing of what goes on: most halves have none of the first four, and most of the corpus has no
dynamics. One rhythm for bars on end does count: people have it for 3.3 bars, and lstm went on with 2.3."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual of people's second halves.

    Attributes:
        profile: Mean of each measure, and the deviation that is left when the first half is known.
        following: Slope of the regression of each measure on the first half's.
    """

    profile: dict[str, tuple[float, float]]
    following: dict[str, float]

    def distances_after(self, first: Measures, second: Measures) -> dict[str, float]:
        """How far a second half is from what is usual after a first one, in deviations."""
        return distances(second, profile_after(first, profile=self.profile, following=self.following))


def find_usual(pairs: Sequence[tuple[Measures, Measures]]) -> Usual:
    """What is usual, by the measures of first and second halves; at least one pair."""
    firsts, seconds = (
        {name: np.array([half[name] for half in halves]) for name in halves[0]} for halves in zip(*pairs, strict=True)
    )
    profile, following = {}, {}
    for name, second in seconds.items():
        first = firsts[name]
        spread = float(first.var())
        slope = float(((first - first.mean()) * (second - second.mean())).mean() / spread) if spread else 0.0
        following[name] = round(slope, 4)
        left = second - slope * first
        profile[name] = (round(float(second.mean()), 4), round(float(left.std()), 4))
    return Usual(profile, following)


def carry_on_halves(
    model: Model, data: Dataset, usual: Usual, *, pieces: int, candidates: int, seed: int = 0
) -> list[HeldOutExample]:
    """Let a model carry on the first halves of piano pieces of the valid split, each at most once.

    Args:
        model: Model that goes on from them.
        data: The corpus.
        usual: What is usual of second halves.
        pieces: How many.
        candidates: Continuations of each.
        seed: Seed of all draws.

    Raises:
        RequestError: If the corpus has too few such pieces.
    """
    halves = _halves(data, "valid", pieces, seed, fewest=FEWEST_PIECES)
    numbered = enumerate(tqdm(halves, unit="piece", disable=None))
    return [_carry_on(model, half, usual, candidates, seed=seed + place) for place, half in numbered]


def measure_halves(data: Dataset, *, number: int, seed: int = 0) -> list[tuple[Measures, Measures]]:
    """Measures of the first and second halves of piano pieces of the train split.

    Raises:
        RequestError: If the corpus has none.
    """
    return [(measure(half.first), measure(half.second)) for half in _halves(data, "train", number, seed, fewest=1)]


def stretches_of(pairs: Sequence[tuple[Measures, Measures]], usual: Usual) -> list[Stretch]:
    """Second halves, in deviations from what is usual after the first ones."""
    return [Stretch(PIANO, usual.distances_after(*pair)) for pair in pairs]


def _halves(data: Dataset, split: str, number: int, seed: int, *, fewest: int) -> list[Half]:
    entries = [entry for entry in find_endings(data, split, PIANO) if entry.bars >= FEWEST_BARS]
    orders = plan_commissions(entries, pieces=min(number, len(entries)), seed=seed)
    halves = [half for order in orders for half in halved(data, order)]
    if len({half.work for half in halves}) < fewest:
        raise RequestError(f"the corpus has fewer than {fewest} {split} pieces for piano of {FEWEST_BARS} bars or more")
    return halves


def _carry_on(model: Model, half: Half, usual: Usual, candidates: int, *, seed: int) -> HeldOutExample:
    request = Request(seconds=half.seconds, seed=seed, candidates=candidates)
    engine, rng = NetworkEngine(model), np.random.default_rng(seed)
    drawn = engine.carry_on(half.theme, request, engine.plan_theme(half.theme, request, rng), rng)
    verdicts = judge_continuations(drawn, half.theme, profile={}, weights={}, following={})
    first = measure(half.first)
    return HeldOutExample(
        piece=half.work,
        style=PIANO,
        human=usual.distances_after(first, measure(half.second)),
        candidates=tuple(usual.distances_after(first, measure(new_part(own.score, half.theme))) for own in drawn),
        forfeits=tuple(verdict.cost for verdict in verdicts),
    )
