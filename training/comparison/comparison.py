"""Generated pieces beside people's: every measure of `python -m training compare`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import find_key
from training.comparison import distances, outside, textures
from training.comparison.checks import check_pieces, ends_well
from training.comparison.commissions import plan_commissions
from training.comparison.copying import Copying, Index, distinct_share, measure_copying
from training.comparison.description import SUPPORTS, describe_score
from training.comparison.discriminator import Discrimination, discriminate
from training.comparison.drawing import draw_commissions
from training.comparison.excerpts import (
    Excerpt,
    find_endings,
    find_held_out,
    match_excerpts,
    people_excerpts,
    work_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from composer.engines import InstalledEngine
    from training.comparison.commissions import Commission
    from training.comparison.description import Description
    from training.corpus.dataset import Dataset

DISTINCT = (4, 8)
"""Lengths of the runs of onsets whose variety is told."""

TUTORIAL = "tutorial"


@dataclass(frozen=True, slots=True)
class Distance:
    """Distance of one measure from the held-out pieces: see `training.comparison.distances`."""

    overlap: float
    wasserstein: float


@dataclass(frozen=True, slots=True)
class Set:
    """A set of pieces beside the held-out ones.

    Attributes:
        name: Name of whoever made them.
        pieces: Number of pieces.
        distances: Distances by measure; None for the held-out pieces themselves.
        frechet: Distance over all measures; None for the held-out pieces themselves.
        discrimination: How well they are told from the held-out pieces; None for those.
        copying: What they copy from the training split; None for pieces of it.
        distinct: Share of different runs of onsets by length; depends on how many pieces there are.
        checks: Share of pieces that are what was asked for, see `training.comparison.checks`.
    """

    name: str
    pieces: int
    distances: dict[str, Distance] | None
    frechet: float | None
    discrimination: Discrimination | None
    copying: Copying | None
    distinct: dict[int, float]
    checks: dict[str, float]

    @property
    def mean_overlap(self) -> float:
        """Over all measures."""
        return float(np.mean([distance.overlap for distance in (self.distances or {}).values()]))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that was measured.

    Attributes:
        style: Style of all pieces.
        on: Whose pieces are beside them: one of `training.comparison.excerpts.HELD_OUT`.
        seed: Seed of all draws.
        held_out: People's pieces that no model was trained on.
        floor: Pieces of the training split under the conditions of the generated ones: as near as people come.
        generated: Engines, then the tutorial's network if its pieces were given.
    """

    style: str
    on: str
    seed: int
    held_out: Set
    floor: Set
    generated: tuple[Set, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonTerms:
    """What is compared.

    Attributes:
        style: One of `composer.styles.table.STYLE_NAMES`.
        on: Whose pieces engines are held beside: one of `training.comparison.excerpts.HELD_OUT`.
        pieces: How many each engine writes.
        seed: Seed of all draws.
    """

    style: str
    on: str
    pieces: int
    seed: int


def compare_engines(
    data: Dataset,
    engines: Sequence[InstalledEngine],
    terms: ComparisonTerms,
    *,
    workers: int,
    folder: Path | None = None,
    tutorial: Path | None = None,
) -> Comparison:
    """Draw pieces and measure them.

    Args:
        data: The corpus on whose training split the models were trained.
        engines: Who composes, each what it can be told of what is asked for.
        terms: What is compared.
        workers: Processes that compose.
        folder: Where drawn pieces are kept; None keeps none.
        tutorial: A folder of pieces that `python -m training tutorial` wrote.

    Raises:
        RequestError: If the corpus or an engine lacks the style.
    """
    style, seed = terms.style, terms.seed
    entries, rng = find_held_out(data, terms.on, style), np.random.default_rng(seed)
    orders = plan_commissions(entries, pieces=terms.pieces, seed=seed)
    bench = _Bench(people_excerpts(data, entries, seed=seed), _index_training(data))
    learned = match_excerpts(data, orders, find_endings(data, "train", style), rng)
    made = [_draw_engine(engine, orders, folder=folder, workers=workers) for engine in engines]
    made += [_Made(TUTORIAL, outside.read_folder(tutorial), {})] if tutorial else []
    return Comparison(
        style=style,
        on=terms.on,
        seed=seed,
        held_out=bench.held_out(),
        floor=bench.measured(_Made("training split", learned, {}), copied=False),
        generated=tuple(bench.measured(one, beside=[other for other in made if other is not one]) for one in made),
    )


class _Made:
    """Pieces that somebody made.

    Attributes:
        name: Name of whoever made them.
        pieces: The pieces.
        described: Each in numbers.
        checks: See `Set`; empty where nothing was asked for.
    """

    def __init__(self, name: str, pieces: Sequence[Excerpt], checks: dict[str, float]) -> None:
        self.name, self.pieces, self.checks = name, pieces, checks
        self.described = [describe_score(piece.score) for piece in pieces]


def _index_training(data: Dataset) -> Index:
    train = data.of("train")
    sections = ((entry.name, data.tokens[entry.start : entry.start + entry.length]) for entry in train)
    return Index((name, textures.of_tokens(tokens)) for name, tokens in sections)


def _draw_engine(engine: InstalledEngine, orders: Sequence[Commission], *, folder: Path | None, workers: int) -> _Made:
    drawn = draw_commissions(orders, engine, folder=folder, workers=workers)
    examples = [
        Excerpt(f"seed {piece.request.seed}", work_of(order.after), outside.normalise_score(piece.score))
        for piece, order in zip(drawn, orders, strict=True)
    ]
    return _Made(engine.identity.label, examples, check_pieces(drawn))


class _Bench:
    """Holds the held-out pieces, and measures others against them."""

    def __init__(self, examples: Sequence[Excerpt], index: Index) -> None:
        self._people, self._index = examples, index
        self._described = [describe_score(piece.score) for piece in examples]

    def held_out(self) -> Set:
        examples = self._people
        keys = [find_key(piece.score.notes) == piece.score.key for piece in examples]
        checks = {"key": sum(keys) / len(keys), **_share_of_cadences(examples)}
        return Set(
            "held out",
            len(examples),
            None,
            None,
            None,
            measure_copying(examples, self._index),
            _distinct_by_length(examples),
            checks,
        )

    def measured(self, made: _Made, *, copied: bool = True, beside: Sequence[_Made] = ()) -> Set:
        """Measure pieces; `beside` are others' from which trees learn that never saw these."""
        pieces, described = made.pieces, made.described
        discrimination = discriminate(
            [piece.features for piece in self._described],
            [piece.features for piece in described],
            [piece.work for piece in (*self._people, *pieces)],
            others=[piece.features for other in beside for piece in other.described],
        )
        return Set(
            name=made.name,
            pieces=len(pieces),
            distances=_distances_by_measure(described, self._described),
            frechet=distances.frechet_distance(_summarise_pieces(described), _summarise_pieces(self._described)),
            discrimination=discrimination,
            copying=measure_copying(pieces, self._index) if copied else None,
            distinct=_distinct_by_length(pieces),
            checks=made.checks or _share_of_cadences(pieces),
        )


def _share_of_cadences(pieces: Sequence[Excerpt]) -> dict[str, float]:
    return {"cadence": sum(ends_well(piece.score) for piece in pieces) / len(pieces)}


def _distinct_by_length(pieces: Sequence[Excerpt]) -> dict[int, float]:
    return {length: distinct_share(pieces, length) for length in DISTINCT}


def _distances_by_measure(described: Sequence[Description], people: Sequence[Description]) -> dict[str, Distance]:
    found = {}
    for name in people[0].measures:
        one, other = ([piece.measures[name] for piece in pieces] for pieces in (described, people))
        unit = float(np.std(other))
        found[name] = Distance(
            distances.density_overlap(one, other), distances.wasserstein_distance(one, other, unit=unit)
        )
    for name, support in SUPPORTS.items():
        shares, usual = (_mean_histogram(name, pieces) for pieces in (described, people))
        moved = distances.wasserstein_of_histograms(support, shares, usual)
        found[name] = Distance(distances.shared_mass(shares, usual), moved)
    return found


def _mean_histogram(name: str, pieces: Sequence[Description]) -> distances.Numbers:
    """Every piece counts alike, however many notes it has."""
    total = np.sum([piece.histograms[name] for piece in pieces], axis=0)
    shares: distances.Numbers = total / max(float(total.sum()), 1e-9)
    return shares


def _summarise_pieces(pieces: Sequence[Description]) -> distances.Numbers:
    return np.array([list(piece.summary.values()) for piece in pieces])
