"""What generated pieces are asked for: the conditions of held-out pieces, so that the comparison is fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import Key, Mode
from composer.parsing import parse_metre
from composer.planning.constraints import TONICS
from composer.planning.plan import RELEASE_SECONDS, plan_piece
from composer.request import LONGEST, SHORTEST, Request
from composer.tokens.conditions import ANY, SIZES
from training.corpus.style_statistics import EDGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Metre
    from training.corpus.dataset import CorpusEntry

MODE = list(SIZES).index("mode")
TEMPO = list(SIZES).index("tempo")
"""Places of these conditions in an entry's classes."""

ABOUT = 60.0
"""Seconds that the longest excerpts last: what people ask for."""

_PHRASE = 4
_FEWEST_BARS = 8


@dataclass(frozen=True, slots=True)
class Commission:
    """One piece to be generated.

    Attributes:
        after: The held-out section whose style, metre, key, tempo class and number of bars are asked for.
        bars: Number of bars, at most those of the section: about a minute, in whole phrases where the section is cut.
        request: Request that asks for it; the model is left to whoever draws it.
    """

    after: CorpusEntry
    bars: int
    request: Request


def plan_commissions(entries: Sequence[CorpusEntry], *, pieces: int, seed: int) -> list[Commission]:
    """Draw what `pieces` pieces are asked for: every entry once before any comes again.

    Args:
        entries: Held-out sections that end their pieces.
        pieces: How many.
        seed: Seed of the draw; pieces get the seeds after it.
    """
    # Apart, so that a longer list begins as a shorter one does.
    order_rng, rng = np.random.default_rng(seed).spawn(2)
    known = [entry.classes[TEMPO] for entry in entries if entry.classes[TEMPO] != ANY] or [3]
    order: list[int] = []
    while len(order) < pieces:
        order += order_rng.permutation(len(entries)).tolist()
    drawn = []
    for number, index in enumerate(order[:pieces]):
        entry = entries[index]
        tempo_class = entry.classes[TEMPO] or int(rng.choice(known))
        tempo = float(round(rng.uniform(EDGES[tempo_class - 1], EDGES[tempo_class])))
        drawn.append(_make_commission(entry, tempo=tempo, seed=seed + number))
    return drawn


def _make_commission(entry: CorpusEntry, *, tempo: float, seed: int) -> Commission:
    metre = parse_metre(entry.metre)
    mode = Mode(entry.classes[MODE] - 1)
    most = int(ABOUT * tempo / 60 * metre.beat_ticks / metre.bar_ticks)
    bars = entry.bars if entry.bars <= most else max(most // _PHRASE * _PHRASE, _FEWEST_BARS)
    request = Request(
        seconds=seconds_for_bars(entry.style, metre, bars, tempo),
        seed=seed,
        style=entry.style,
        key=Key((TONICS[mode] - entry.transposition) % 12, mode),
        metre=metre,
        tempo=tempo,
    )
    return Commission(entry, bars, request)


def seconds_for_bars(style: str, metre: Metre, bars: int, tempo: float) -> float:
    """For how long to ask so that the plan has `bars` bars at `tempo`, to a tenth."""
    beats = metre.bar_ticks / metre.beat_ticks
    guess = _bound_seconds(bars * beats * 60 / tempo)
    planned = plan_piece(Request(seconds=guess, style=style, metre=metre, tempo=tempo), np.random.default_rng(0))
    played = planned.beats_per_minute * (guess - RELEASE_SECONDS) / 60
    slowed = played - planned.bars * beats
    return _bound_seconds((bars * beats + slowed) * 60 / tempo + RELEASE_SECONDS)


def _bound_seconds(seconds: float) -> float:
    return round(min(max(seconds, SHORTEST), LONGEST), 1)
