"""Second halves of held-out piano pieces, and what a model makes of the first ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from composer.decoding.nearness import new_part
from composer.decoding.network_engine import NetworkEngine
from composer.decoding.ranking import distances, judge_continuations
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

    Profile = Mapping[str, tuple[float, float]]


def carry_on_halves(
    model: Model, data: Dataset, profile: Profile, *, pieces: int, candidates: int, seed: int = 0
) -> list[HeldOutExample]:
    """Let a model carry on the first halves of piano pieces of the valid split, each at most once.

    Args:
        model: Model that goes on from them.
        data: The corpus.
        profile: Usual measures of second halves.
        pieces: How many.
        candidates: Continuations of each.
        seed: Seed of all draws.

    Raises:
        RequestError: If the corpus has too few such pieces.
    """
    halves = _halves(data, "valid", pieces, seed, fewest=FEWEST_PIECES)
    numbered = enumerate(tqdm(halves, unit="piece", disable=None))
    return [_carry_on(model, half, profile, candidates, seed=seed + place) for place, half in numbered]


def measure_second_halves(data: Dataset, *, number: int, seed: int = 0) -> list[dict[str, float]]:
    """Measures of the second halves of piano pieces of the train split.

    Raises:
        RequestError: If the corpus has none.
    """
    return [measure(half.second) for half in _halves(data, "train", number, seed, fewest=1)]


def stretches_of(measured: Sequence[Mapping[str, float]], profile: Profile) -> list[Stretch]:
    """What was measured, in deviations from what is usual."""
    return [Stretch(PIANO, distances(own, profile)) for own in measured]


def _halves(data: Dataset, split: str, number: int, seed: int, *, fewest: int) -> list[Half]:
    entries = [entry for entry in find_endings(data, split, PIANO) if entry.bars >= FEWEST_BARS]
    orders = plan_commissions(entries, pieces=min(number, len(entries)), seed=seed)
    halves = [half for order in orders for half in halved(data, order)]
    if len({half.work for half in halves}) < fewest:
        raise RequestError(f"the corpus has fewer than {fewest} {split} pieces for piano of {FEWEST_BARS} bars or more")
    return halves


def _carry_on(model: Model, half: Half, profile: Profile, candidates: int, *, seed: int) -> HeldOutExample:
    request = Request(seconds=half.seconds, seed=seed, candidates=candidates)
    engine, rng = NetworkEngine(model), np.random.default_rng(seed)
    drawn = engine.carry_on(half.theme, request, engine.plan_theme(half.theme, request, rng), rng)
    verdicts = judge_continuations(drawn, half.theme, profile={}, weights={})
    return HeldOutExample(
        piece=half.work,
        style=PIANO,
        human=distances(measure(half.second), profile),
        candidates=tuple(distances(measure(new_part(own.score, half.theme)), profile) for own in drawn),
        forfeits=tuple(verdict.cost for verdict in verdicts),
    )
