"""How strongly a model's returning sections must lean on what they recall to come back as people's do.

A network that reads an echo of the bar that returns may repeat it by itself: what one model needs is too much for
another. So each composes under several strengths, and that is taken whose structure is nearest to people's: how alike
phrases are, and how many figures return exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from composer.models.card import changed
from composer.music.measures import measure
from composer.music.repetition import SPANS, structure_indicators
from training.calibration import paired_pieces
from training.corpus import style_profiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from composer.models.loading import Model
    from composer.music.score import Score
    from training.corpus.dataset import CorpusEntry, Dataset

LADDER = (0.0, 0.8, 1.6, 2.4, 3.2)
"""Strengths that are tried; what lies between them is interpolated."""

_FIGURES = "repeated_figures"
INDICATORS = (*SPANS, _FIGURES)
"""See `composer.music.repetition` and `composer.music.measures`."""

_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was found.

    Attributes:
        recall: Value for `Choosing.recall`.
        people: Mean of each of `INDICATORS` over people's stretches.
        deviation: Standard deviation of one stretch from it.
        rungs: The model's means, shape (len(LADDER), len(INDICATORS)).
    """

    recall: float
    people: NDArray[np.float64]
    deviation: NDArray[np.float64]
    rungs: NDArray[np.float64]


def fit_recall(model: Model, data: Dataset, *, sections: int, candidates: int, seed: int = 0) -> Recalled:
    """Find the strength under which a model's pieces are structured as people's.

    Args:
        model: Model as it is but for its recall.
        data: Beside its valid split the model composes.
        sections: How many of that, as evenly from every style as there are.
        candidates: Pieces beside each.
        seed: Seed of all draws, the same for every strength.

    Raises:
        RequestError: If the corpus has too few sections of styles that the model knows.
    """
    entries = paired_pieces.held_out(model, data.of("valid"), sections, np.random.default_rng(seed))
    people = np.array(
        [_indicators_of(style_profiles.score_of(data, entry, bars=paired_pieces.bars_of(entry))) for entry in entries]
    )
    told = tqdm(LADDER, unit="strength", disable=None)
    rungs = np.array(
        [_mean_indicators(_compose_with_recall(model, entries, recall, candidates, seed)) for recall in told]
    )
    deviation = np.maximum(people.std(axis=0), 1e-6)
    return Recalled(find_strength(rungs, people.mean(axis=0), deviation), people.mean(axis=0), deviation, rungs)


def find_strength(rungs: NDArray[np.float64], people: NDArray[np.float64], deviation: NDArray[np.float64]) -> float:
    """The strength between the first and the last of `LADDER` whose interpolated means are nearest to people's.

    Args:
        rungs: Means at each of `LADDER`, shape (len(LADDER), indicators).
        people: Theirs, shape (indicators,).
        deviation: The unit of each distance, shape (indicators,).
    """
    between = np.arange(LADDER[0], LADDER[-1] + _STEP / 2, _STEP)
    columns = [np.interp(between, LADDER, column) for column in rungs.T]
    far = ((np.stack(columns, axis=1) - people) / deviation) ** 2
    return round(float(between[far.sum(axis=1).argmin()]), 2)


def _compose_with_recall(
    model: Model, entries: Sequence[CorpusEntry], recall: float, candidates: int, seed: int
) -> Iterable[Score]:
    changed_model = replace(model, card=changed(model.card, recall=recall))
    return paired_pieces.compose_under_conditions(changed_model, entries, candidates=candidates, seed=seed)


def _mean_indicators(scores: Iterable[Score]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.mean([_indicators_of(score) for score in scores], axis=0)
    return found


def _indicators_of(score: Score) -> list[float]:
    found = structure_indicators(score) | {_FIGURES: measure(score)[_FIGURES]}
    return [found[name] for name in INDICATORS]


def format_table(found: Recalled) -> str:
    """A table for a terminal."""
    lines = [f"{'recall':8} " + " ".join(f"{name:>17}" for name in INDICATORS)]
    names = ("people", *(f"{rung:.1f}" for rung in LADDER))
    for name, means in zip(names, (found.people, *found.rungs), strict=True):
        lines.append(f"{name:8} " + " ".join(f"{value:17.3f}" for value in means))
    return "\n".join([*lines, f"nearest to people's: {found.recall:.2f}"])
