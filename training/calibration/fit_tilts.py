"""What a model's melodies must lean to for their intervals to be as frequent as people's, style by style.

Exponential tilting: where people take an interval p times and the model q times in a hundred, log(p / q) is added to
its logits. A melody that moves otherwise is answered otherwise, so that is done more than once. And it is done for
each kind of melody that people write, from those that hardly repeat a note to those that often do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from composer.models.card import changed
from composer.music.intervals import INTERVALS, LARGEST_INTERVAL, interval_shares, interval_shares_by_kind
from composer.styles.table import KINDS_OF_PIANO, PIANO, STYLE_NAMES
from composer.tokens.conditions import ANY, style_class
from training.calibration import paired_pieces
from training.corpus import style_profiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from composer.models.loading import Model
    from composer.music.score import Score
    from training.corpus.dataset import CorpusEntry, Dataset

ROUNDS = 2
KINDS = 3
"""Kinds of melody in a style."""

FARTHEST = 2.5
"""Most that is added to a logit or taken from it, in nats."""

_FEWEST_BARS = 8
_MOST_PEOPLE = 200
"""Stretches of people's pieces that are counted in a style."""

_FLOOR = 0.003
"""Added to both shares: what hardly ever happens says little."""


@dataclass(frozen=True, slots=True)
class Tilted:
    """What was found for a kind of melody in a style.

    Attributes:
        tilt: Weight of each of `intervals.INTERVALS`.
        people: Shares of the intervals in people's melodies of the kind, with no more repeated notes than `before`.
        before: The model's as it was.
        after: The model's with the tilt.
    """

    tilt: tuple[float, ...]
    people: NDArray[np.float64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]


def fit_tilts(
    model: Model, data: Dataset, *, sections: int, candidates: int, seed: int = 0
) -> dict[str, tuple[Tilted, ...]]:
    """Find the tilts of every style that a model knows and a corpus has.

    Args:
        model: Model with or without tilts; it begins without.
        data: Corpus whose train split says how people's melodies move.
        sections: Number of sections whose conditions the model composes under, in each style.
        candidates: Pieces under each.
        seed: Seed of all draws.
    """
    found = {}
    for style in tqdm([one for one in STYLE_NAMES if one in model.card.identity.styles], unit="style", disable=None):
        entries = _choose_entries(data, style, np.random.default_rng(seed))
        stretches = (
            style_profiles.score_of(data, entry, bars=style_profiles.STRETCH_BARS) for entry in entries[:_MOST_PEOPLE]
        )
        kinds = interval_shares_by_kind(stretches, KINDS)
        if all(people.any() for people in kinds):
            before = interval_shares(
                _compose_with_tilt(model, entries[:sections], np.zeros(len(INTERVALS)), candidates, seed)
            )
            wanted = [repeating_at_most(people, float(before[LARGEST_INTERVAL])) for people in kinds]
            found[style] = tuple(
                _fit_style(model, people, before, entries[:sections], candidates, seed) for people in wanted
            )
    return found


def _choose_entries(data: Dataset, style: str, rng: np.random.Generator) -> list[CorpusEntry]:
    kinds = {style, *KINDS_OF_PIANO} if style == PIANO else {style}
    known = [
        entry
        for entry in data.of("train")
        if entry.style in kinds and entry.bars >= _FEWEST_BARS and entry.classes[1] != ANY
    ]
    # Asked for in the style's own name, as people ask: a kind of piano music as piano music where that is the style.
    return [
        replace(known[place], style=style, classes=(style_class(style), *known[place].classes[1:]))
        for place in rng.permutation(len(known))
    ]


def repeating_at_most(people: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """Shares of intervals with at most that of repeated notes.

    Where people repeat most of a melody's notes (in a third of the band music two of three), it mostly is an
    accompaniment that stands on top. No model is to repeat its notes more than it does by itself.
    """
    repeated = min(float(people[LARGEST_INTERVAL]), most)
    others = 1 - float(people[LARGEST_INTERVAL])
    wanted: NDArray[np.float64] = people * ((1 - repeated) / max(others, 1e-9))
    wanted[LARGEST_INTERVAL] = repeated
    return wanted


def _fit_style(
    model: Model,
    people: NDArray[np.float64],
    before: NDArray[np.float64],
    entries: Sequence[CorpusEntry],
    candidates: int,
    seed: int,
) -> Tilted:
    tilt, now = np.zeros(len(INTERVALS)), before
    for _ in range(ROUNDS):
        step = np.log((people + _FLOOR) / (now + _FLOOR))
        tilt = np.clip(tilt + step, -FARTHEST, FARTHEST).round(3)
        now = interval_shares(_compose_with_tilt(model, entries, tilt, candidates, seed))
    return Tilted(tuple(tilt.tolist()), people, before, now)


def _compose_with_tilt(
    model: Model, entries: Sequence[CorpusEntry], tilt: NDArray[np.float64], candidates: int, seed: int
) -> Iterable[Score]:
    tilts = {entry.style: (tuple(tilt.tolist()),) for entry in entries}
    tilted = replace(model, card=changed(model.card, tilts=tilts))
    return paired_pieces.compose_under_conditions(tilted, entries, candidates=candidates, seed=seed)


def format_table(found: Mapping[str, Sequence[Tilted]]) -> str:
    """A table: of each kind the shares of repeated notes and of steps, and how far all shares are from people's."""
    lines = [f"{'style':10} {'repeated':>26} {'steps':>26} {'apart':>17}", f"{'':10} {'people before after':>26} " * 2]
    for style, one in ((style, one) for style, kinds in found.items() for one in kinds):
        columns = [
            " ".join(f"{100 * share:7.1f} %" for share in row)
            for row in (
                [_share_within(each, 0, 0) for each in (one.people, one.before, one.after)],
                [_share_within(each, 1, 2) for each in (one.people, one.before, one.after)],
                [_total_variation(one.people, each) for each in (one.before, one.after)],
            )
        ]
        lines.append(" ".join([f"{style:10}", *columns]))
    return "\n".join(lines)


def _share_within(each: NDArray[np.float64], least: int, most: int) -> float:
    return sum(float(share) for step, share in zip(INTERVALS, each, strict=True) if least <= abs(step) <= most)


def _total_variation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Share that would have to move for the two to be the same (total variation)."""
    return float(np.abs(one - other).sum()) / 2
