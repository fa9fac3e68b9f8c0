"""The second halves of held-out pieces beside continuations of their first halves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

import numpy as np

from composer.compose import compose
from composer.decoding.likelihood import nats_after
from composer.decoding.network_engine import NetworkEngine
from composer.engine import no_themes
from composer.music.analysis import bar_phases, find_key, shifted
from composer.music.given import GivenMusic, Theme
from composer.music.score import Part, Score, Tempo
from composer.planning.plan import RELEASE_SECONDS
from composer.request import LONGEST, Request
from composer.styles.table import PIANO
from composer.tokens.tokenizer import quantised
from training.comparison.description import describe_score
from training.comparison.discriminator import discriminate
from training.comparison.excerpts import cut_excerpt, find_endings, work_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from composer.engine import Engine
    from composer.music.score import Note
    from composer.tokens.conditions import Conditions
    from training.corpus.dataset import CorpusEntry, Dataset

FEWEST_BARS, MOST_BARS = 16, 32
"""Bars of a piece that is halved; of longer ones the end is taken."""

_TEMPO = 100.0
"""Quarters a minute of pieces whose tempo the corpus does not keep."""


@dataclass(frozen=True, slots=True)
class Halves:
    """A piece in two halves, and what a network made of the first.

    Attributes:
        work: Work that the piece belongs to.
        first: Its first half.
        second: Its second half, which the network has not seen.
        ours: The continuation, as long as the second half by a bar or two.
        bits_primed: Bits a note of the second half after the first.
        bits_alone: Bits a note of the second half as if it were a piece.
    """

    work: str
    first: Score
    second: Score
    ours: Score
    bits_primed: float
    bits_alone: float


def halve_pieces(
    data: Dataset, engine: Engine, *, pieces: int, progress: Callable[[int], None] = lambda _: None
) -> list[Halves]:
    """Halve held-out piano pieces, and carry on their first halves, each once before any comes again.

    Raises:
        RequestError: If the engine is no network, or the corpus has no such pieces.
    """
    if not isinstance(engine, NetworkEngine):
        raise no_themes(engine.identity)
    entries = [entry for entry in find_endings(data, "test", PIANO) if entry.bars >= FEWEST_BARS]
    order = np.random.default_rng(1).permutation(len(entries))
    found: list[Halves] = []
    for number in range(pieces):
        progress(number)
        found.extend(_halved(data, engine, entries[order[number % len(order)]], seed=number))
    return found


def _halved(data: Dataset, engine: NetworkEngine, entry: CorpusEntry, *, seed: int) -> Iterator[Halves]:
    whole = cut_excerpt(data, entry, min(entry.bars // 2 * 2, MOST_BARS)).score
    middle = whole.bars // 2
    first, second = part_of(whole, 0, middle), part_of(whole, middle, whole.bars)
    seconds = second.seconds + RELEASE_SECONDS
    if seconds > LONGEST or not all(_pitched(half.notes) for half in (first, second)):
        return
    theme = Theme(music=GivenMusic(score=first, style=PIANO), alone=True)
    piece = compose(Request(seconds=max(seconds, 5.0), seed=seed), engine, theme=theme)
    primed, alone = _bits(engine, whole, first, second, piece.plan.conditions)
    yield Halves(work_of(entry), first, second, piece.score, primed, alone)


def part_of(score: Score, begin: int, end: int) -> Score:
    """The bars of a score from one on to before another."""
    bar = score.metre.bar_ticks
    inside = [note for note in score.notes if begin * bar <= note.start < end * bar]
    cut = [replace(note, duration=min(note.duration, end * bar - note.start)) for note in inside]
    part = Score(shifted(cut, -begin * bar), score.metre, end - begin, score.key, (Tempo(0, _TEMPO),))
    return quantised(part)


def _pitched(notes: Sequence[Note]) -> list[Note]:
    return [note for note in notes if note.part is not Part.DRUMS]


def _bits(
    engine: NetworkEngine, whole: Score, first: Score, second: Score, conditions: Conditions
) -> tuple[float, float]:
    notes = len(second.notes) * math.log(2)
    joined = replace(whole, notes=(*first.notes, *shifted(second.notes, first.ticks)))
    primed = nats_after(engine.model, joined, conditions, bar=first.bars)
    alone = nats_after(engine.model, second, conditions, bar=0)
    return primed / notes, alone / notes


def report_halves(found: Sequence[Halves]) -> dict[str, float]:
    """All figures of some halved pieces.

    Returns:
        key_kept, metre_kept: Share of continuations that sound in the key of the first half, and whose bars are found
            where they stand; `key_kept_people` and `metre_kept_people` are the same of the true second halves.
        density_within, register_within: Share of continuations whose density and mean pitch differ from the first
            half's by no more than a standard deviation of the true halves' differences, which is beside it.
        area: Area under the curve of a discriminator between true and our second halves; 0.5 is chance.
        bits_primed, bits_alone: Bits a note of the true second halves after the first ones, and without.
    """
    figures: dict[str, float] = {"pieces": len(found)}
    for name, halves in (("", [each.ours for each in found]), ("_people", [each.second for each in found])):
        keys = zip(found, halves, strict=True)
        figures[f"key_kept{name}"] = fmean(find_key(half.notes) == each.first.key for each, half in keys)
        figures[f"metre_kept{name}"] = fmean(bar_phases(half.notes, half.metre)[0][1] == 0 for half in halves)
    for name, measure in (("density", _density), ("register", _register)):
        true = [measure(each.second) - measure(each.first) for each in found]
        ours = [measure(each.ours) - measure(each.first) for each in found]
        deviation = pstdev(true)
        figures[f"{name}_deviation"] = deviation
        figures[f"{name}_within"] = fmean(abs(difference) <= deviation for difference in ours)
        figures[f"{name}_within_people"] = fmean(abs(difference) <= deviation for difference in true)
    people = [describe_score(each.second).features for each in found]
    generated = [describe_score(each.ours).features for each in found]
    works = [each.work for each in found]
    figures["area"] = discriminate(people, generated, [*works, *works]).area
    notes = [len(each.second.notes) for each in found]
    for name in ("bits_primed", "bits_alone"):
        bits = [getattr(each, name) for each in found]
        figures[name] = sum(own * many for own, many in zip(bits, notes, strict=True)) / sum(notes)
    figures["primed_better"] = fmean(each.bits_primed < each.bits_alone for each in found)
    return figures


def _density(score: Score) -> float:
    return len(_pitched(score.notes)) * score.metre.beat_ticks / score.ticks


def _register(score: Score) -> float:
    return fmean(note.pitch for note in _pitched(score.notes))
