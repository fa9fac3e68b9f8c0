"""The second halves of held-out pieces beside continuations of their first halves, and beside whole pieces."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

from composer.compose import compose
from composer.decoding.likelihood import nats_after
from composer.decoding.network_engine import NetworkEngine
from composer.engine import no_themes
from composer.music.analysis import bar_phases, find_key, shifted
from composer.music.given import GivenMusic, Theme
from composer.music.score import TICKS_PER_QUARTER, Part, Score, Tempo
from composer.request import Request
from composer.styles.table import PIANO
from composer.tokens.tokenizer import quantised
from training.comparison.commissions import plan_commissions, seconds_for_bars
from training.comparison.description import describe_score
from training.comparison.discriminator import discriminate
from training.comparison.excerpts import cut_excerpt, find_endings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from composer.engine import Engine
    from composer.music.score import Note
    from composer.tokens.conditions import Conditions
    from training.comparison.commissions import Commission
    from training.corpus.dataset import Dataset

FEWEST_BARS, MOST_BARS = 16, 32
"""Bars of a piece that is halved; of longer ones the end is taken."""


@dataclass(frozen=True, slots=True)
class Half:
    """A piece in two halves.

    Attributes:
        work: Work that the piece belongs to.
        whole: The piece, or its end.
        first: Its first half.
        second: Its second half.
        seconds: Length to ask for, so that a continuation has as many bars as the second half.
    """

    work: str
    whole: Score
    first: Score
    second: Score
    seconds: float

    @property
    def theme(self) -> Theme:
        """The first half, to be carried on; what follows is heard alone."""
        return Theme(music=GivenMusic(score=self.first, style=PIANO), alone=True)


@dataclass(frozen=True, slots=True)
class Halves:
    """A piece in two halves, and what a network made of the first.

    Attributes:
        work: Work that the piece belongs to.
        first: Its first half.
        second: Its second half, which the network has not seen.
        ours: The continuation, as many bars long as the second half, where that fits a request's length.
        whole: A piece of the same bars, metre, tempo, key and style that the network made without the first half.
        bits_primed: Bits a note of the second half after the first.
        bits_alone: Bits a note of the second half as if it were a piece.
    """

    work: str
    first: Score
    second: Score
    ours: Score
    whole: Score
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
    found: list[Halves] = []
    for number, order in enumerate(plan_commissions(entries, pieces=pieces, seed=1)):
        progress(number)
        found.extend(_carried_on(engine, order, half) for half in halved(data, order))
    return found


def halved(data: Dataset, order: Commission) -> Iterator[Half]:
    """The piece after which something is asked for, in halves; nothing where one of them has no pitch."""
    excerpt = cut_excerpt(data, order.after, min(order.after.bars // 2 * 2, MOST_BARS))
    whole, tempo = excerpt.score, order.request.tempo
    assert tempo is not None
    middle = whole.bars // 2
    first, second = part_of(whole, 0, middle, tempo=tempo), part_of(whole, middle, whole.bars, tempo=tempo)
    if not all(_pitched(half.notes) for half in (first, second)):
        return
    yield Half(excerpt.work, whole, first, second, seconds_for_bars(PIANO, whole.metre, second.bars, tempo))


def _carried_on(engine: NetworkEngine, order: Commission, half: Half) -> Halves:
    ours = compose(Request(seconds=half.seconds, seed=order.request.seed), engine, theme=half.theme)
    # As `compare` asks for pieces, so that the two say the same of a network.
    asked = replace(order.request, seconds=half.seconds, key=half.first.key)
    primed, alone = _bits(engine, half.whole, half.first, half.second, ours.plan.conditions)
    return Halves(half.work, half.first, half.second, ours.score, compose(asked, engine).score, primed, alone)


def part_of(score: Score, begin: int, end: int, *, tempo: float) -> Score:
    """The bars of a score from one on to before another, at so many felt beats a minute."""
    bar = score.metre.bar_ticks
    inside = [note for note in score.notes if begin * bar <= note.start < end * bar]
    cut = [replace(note, duration=min(note.duration, end * bar - note.start)) for note in inside]
    quarters = tempo * score.metre.beat_ticks / TICKS_PER_QUARTER
    part = Score(shifted(cut, -begin * bar), score.metre, end - begin, score.key, (Tempo(0, quarters),))
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

    What ends in `_people` is of the true second halves, what ends in `_whole` is of whole pieces.

    Returns:
        key_kept, metre_kept: Share of continuations that sound in the key of the first half, and whose bars are found
            where they stand.
        density_within, register_within: Share of continuations whose density and mean pitch differ from the first
            half's by no more than a standard deviation of the true halves' differences, which is beside it.
        area, area_deviation: Area under the curve of a discriminator between true second halves and ours, and how it
            differs between rounds; 0.5 is chance.
        bits_primed, bits_alone: Bits a note of the true second halves after the first ones, and without.
        primed_better: Share of pieces of which the first half makes the second likelier.
    """
    sets = {
        "": [each.ours for each in found],
        "_people": [each.second for each in found],
        "_whole": [each.whole for each in found],
    }
    firsts = [each.first for each in found]
    figures: dict[str, float] = {"pieces": len(found)}
    for name, halves in sets.items():
        kept = [find_key(half.notes) == first.key for first, half in zip(firsts, halves, strict=True)]
        figures[f"key_kept{name}"] = fmean(kept)
        figures[f"metre_kept{name}"] = fmean(bar_phases(half.notes, half.metre)[0][1] == 0 for half in halves)
    for name, measure in (("density", _density), ("register", _register)):
        own = [measure(first) for first in firsts]
        differ = {
            of: [measure(half) - before for half, before in zip(halves, own, strict=True)]
            for of, halves in sets.items()
        }
        deviation = figures[f"{name}_deviation"] = pstdev(differ["_people"])
        for of, differences in differ.items():
            figures[f"{name}_within{of}"] = fmean(abs(difference) <= deviation for difference in differences)
    return figures | _areas(found, sets) | _mean_bits(found)


def _areas(found: Sequence[Halves], sets: Mapping[str, Sequence[Score]]) -> dict[str, float]:
    features = {name: [describe_score(half).features for half in halves] for name, halves in sets.items()}
    works = [each.work for each in found] * 2
    figures: dict[str, float] = {}
    for name in ("", "_whole"):
        told = discriminate(features["_people"], features[name], works)
        figures |= {f"area{name}": told.area, f"area_deviation{name}": told.deviation}
    return figures


def _mean_bits(found: Sequence[Halves]) -> dict[str, float]:
    figures: dict[str, float] = {}
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
