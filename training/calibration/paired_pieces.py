"""What a model composes beside people's pieces: in their style, mode, tempo, metre and length, or even density."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from composer.decoding.network_engine import NetworkEngine
from composer.decoding.ranking import distances, judge_candidates
from composer.errors import RequestError
from composer.music.measures import measure
from composer.music.score import Key, Mode, Tempo
from composer.parsing import parse_metre
from composer.planning.constraints import TONICS
from composer.planning.form import FORMS
from composer.planning.plan import Plan, plan_piece
from composer.request import Request
from composer.tokens.conditions import ANY, SIZES, Conditions
from training.comparison.commissions import plan_commissions
from training.comparison.excerpts import cut_excerpt, ends_piece
from training.corpus import style_profiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from composer.engine import Candidate
    from composer.models.loading import Model
    from composer.music.score import Score
    from training.comparison.commissions import Commission
    from training.corpus.dataset import CorpusEntry, Dataset

FEWEST_PIECES = 5
"""Fewest pieces by people: one for each part of a cross-validation."""

_TEMPO = Tempo(0, 100.0)
_SHORTEST = 8
"""Bars: what is shorter has hardly any structure."""


@dataclass(frozen=True, slots=True)
class HeldOutExample:
    """A stretch of a person's piece and what a model composed under its conditions.

    Attributes:
        piece: Name of the person's piece; examples of one piece stay together.
        style: Style of the piece.
        human: Distances of its measures from what is usual, see `composer.decoding.ranking.distances`.
        candidates: Those of the model's pieces.
        forfeits: What each of these costs whatever its measures weigh, see `composer.decoding.ranking.judge`.
    """

    piece: str
    style: str
    human: dict[str, float]
    candidates: tuple[dict[str, float], ...]
    forfeits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a person's piece beside which nothing is composed.

    Attributes:
        style: Style of the piece.
        human: See `Example`.
    """

    style: str
    human: dict[str, float]


def compose_pairs(
    model: Model, data: Dataset, *, sections: int, candidates: int, seed: int = 0
) -> list[HeldOutExample]:
    """Let a model compose beside the ends of held-out pieces, as if they were asked for.

    Args:
        model: Model that composes.
        data: The corpus.
        sections: How many ends of the valid split, as evenly from every style as there are.
        candidates: Pieces beside each.
        seed: Seed of all draws.

    Raises:
        RequestError: If the corpus has too few pieces of styles that the model knows.
    """
    rng = np.random.default_rng(seed)
    chosen = held_out(model, [entry for entry in data.of("valid") if ends_piece(data, entry)], sections, rng)
    ordered = [plan_commissions([entry], pieces=1, seed=seed + place)[0] for place, entry in enumerate(chosen)]
    return [_compose_pair(model, data, one, candidates) for one in tqdm(ordered, unit="section", disable=None)]


def find_endings(model: Model, data: Dataset, *, number: int, seed: int = 0) -> list[Stretch]:
    """Ends of pieces of the train split, as evenly from every style that a model knows as there are."""
    rng = np.random.default_rng(seed)
    known = model.card.choosing.profiles
    chosen = _choose_evenly([entry for entry in data.of("train") if ends_piece(data, entry)], known, number, rng)
    ordered = [plan_commissions([entry], pieces=1, seed=seed + place)[0] for place, entry in enumerate(chosen)]
    return [Stretch(one.after.style, _measure_human(data, one, known[one.after.style])) for one in ordered]


def _measure_human(data: Dataset, order: Commission, profile: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    return distances(measure(cut_excerpt(data, order.after, order.bars).score), profile)


def held_out(model: Model, among: Sequence[CorpusEntry], sections: int, rng: np.random.Generator) -> list[CorpusEntry]:
    """Some of the sections of held-out pieces, as evenly from every style that a model knows as there are.

    Raises:
        RequestError: If the corpus has too few of them.
    """
    chosen = _choose_evenly(among, model.card.choosing.profiles, sections, rng)
    if len({entry.name for entry in chosen}) < FEWEST_PIECES:
        name = model.card.identity.name
        raise RequestError(f"the corpus has fewer than {FEWEST_PIECES} held-out pieces of {name}'s styles")
    return chosen


def bars_of(entry: CorpusEntry) -> int:
    """How long what is composed beside a section is, in bars."""
    return min(entry.bars, style_profiles.STRETCH_BARS)


def _choose_evenly(
    entries: Sequence[CorpusEntry], known: Mapping[str, object], number: int, rng: np.random.Generator
) -> list[CorpusEntry]:
    seen: dict[str, int] = {}
    ranked: list[tuple[int, CorpusEntry]] = []
    for place in rng.permutation(len(entries)):
        entry = entries[place]
        if entry.style in known and entry.bars >= _SHORTEST and entry.classes[1] != ANY:
            seen[entry.style] = seen.get(entry.style, -1) + 1
            ranked.append((seen[entry.style], entry))
    ranked.sort(key=lambda pair: pair[0])
    return [entry for _, entry in ranked[:number]]


def _compose_pair(model: Model, data: Dataset, order: Commission, candidates: int) -> HeldOutExample:
    entry, request = order.after, replace(order.request, candidates=candidates)
    rng = np.random.default_rng(request.seed)
    planned = plan_piece(request, rng, model.card.choosing.preferences)
    drawn = NetworkEngine(model).candidates(request, planned, rng)
    verdicts = judge_candidates(drawn, profile={}, weights={})
    profile = model.card.choosing.profiles[entry.style]
    return HeldOutExample(
        piece=entry.name,
        style=entry.style,
        human=_measure_human(data, order, profile),
        candidates=tuple(distances(verdict.measures, profile) for verdict in verdicts),
        forfeits=tuple(verdict.cost for verdict in verdicts),
    )


def compose_under_conditions(
    model: Model, entries: Sequence[CorpusEntry], *, candidates: int, seed: int
) -> Iterator[Score]:
    """All that a model composes under the conditions of sections; see `compose_beside`.

    Beside a section it always draws the same, whatever the model leans to.
    """
    for place, entry in enumerate(entries):
        pieces = compose_beside(model, entry, candidates=candidates, rng=np.random.default_rng((seed, place)))
        yield from (piece.score for piece in pieces)


def compose_beside(model: Model, entry: CorpusEntry, *, candidates: int, rng: np.random.Generator) -> list[Candidate]:
    """Compose under a section's conditions, in C major or A minor.

    Args:
        model: Model that composes.
        entry: The section; its last `style_profiles.STRETCH_BARS` bars, if it has more, are what is composed beside.
        candidates: Number of pieces.
        rng: Source of the draws.
    """
    planned = _plan_like_section(entry, bars_of(entry), form=int(rng.integers(len(FORMS))))
    return NetworkEngine(model).candidates(Request(style=entry.style, candidates=candidates), planned, rng)


def _plan_like_section(entry: CorpusEntry, bars: int, *, form: int) -> Plan:
    """What a request for a piece like a section would have been planned as, in C major or A minor."""
    mode = Mode(entry.classes[1] - 1)
    return Plan(
        metre=parse_metre(entry.metre),
        bars=bars,
        key=Key(TONICS[mode], mode),
        beats_per_minute=_TEMPO.quarters_per_minute,
        tempos=(_TEMPO,),
        conditions=Conditions(**dict(zip(SIZES, entry.classes, strict=True))),
        form=form,
    )
