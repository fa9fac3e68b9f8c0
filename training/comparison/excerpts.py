"""What people wrote, cut to the length of what is generated: the ends of whole pieces, about a minute each."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.music.score import Part
from composer.styles.table import KINDS_OF_PIANO, PIANO
from composer.tokens import position, vocabulary
from composer.tokens.conditions import ANY
from composer.tokens.vocabulary import Kind
from training.comparison.commissions import MODE, plan_commissions
from training.corpus.style_profiles import score_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from composer.music.score import Score
    from training.comparison.commissions import Commission
    from training.corpus.dataset import CorpusEntry, Dataset

ENOUGH = 60
"""Examples with which a distribution can be told."""

HELD_OUT = ("valid", "test", "last")
"""What pieces are held beside: the valid split, the test split, and the works of it that are set aside.

Whoever looks at a set and then chooses has learned from it. So the last one is looked at once a release.
"""

_SET_ASIDE = 3
"""One work in so many of the test split is set aside."""

_MOST_ROUNDS = 20
_FEWEST_BARS = 8
_PITCHES = vocabulary.token_range(Kind.PITCH)
_MOVEMENT = re.compile(r"\s+-\s.*|[,:;(].*|(\s+(no|nr|n)\b\.?)?\s*\d+\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece that is compared, by whomever.

    Attributes:
        name: Name of its file, or of the request.
        work: Pieces of one work are never parted by cross-validation; a generated piece goes with the work
            whose conditions it was given.
        score: Music in C major or A minor.
    """

    name: str
    work: str
    score: Score


def find_endings(data: Dataset, split: str, style: str) -> list[CorpusEntry]:
    """Sections of one style that end their piece, whose mode is known and in which something has a pitch.

    Raises:
        RequestError: If there are none.
    """
    styles = KINDS_OF_PIANO if style == PIANO else (style,)
    found = [
        entry
        for entry in data.of(split)
        if (entry.style in styles or entry.style == style) and entry.classes[MODE] != ANY and ends_piece(data, entry)
    ]
    if not found:
        raise RequestError(f"the corpus has no {split} pieces in the style {style} that end; prepare more sets")
    return found


def find_held_out(data: Dataset, on: str, style: str) -> list[CorpusEntry]:
    """The endings of one of `HELD_OUT`, no work of which stands in another of them.

    Raises:
        RequestError: If there are none.
    """
    if on == "valid":
        return find_endings(data, on, style)
    found = [entry for entry in find_endings(data, "test", style) if is_set_aside(entry) == (on == "last")]
    if not found:
        raise RequestError(f"the corpus has no pieces in the style {style} on {on}; prepare more sets")
    return found


def is_set_aside(entry: CorpusEntry) -> bool:
    """Whether a work of the test split is one of the last ones; its name decides, so more music moves none."""
    return hashlib.sha256(work_of(entry).encode()).digest()[0] % _SET_ASIDE == 0


def ends_piece(data: Dataset, entry: CorpusEntry) -> bool:
    """Whether a section ends its piece, is long enough to be compared, and something in it has a pitch."""
    tokens = data.tokens[entry.start : entry.start + entry.length]
    has_pitch = bool(((tokens >= _PITCHES.start) & (tokens < _PITCHES.stop)).any())
    long_enough = entry.bars >= _FEWEST_BARS
    return has_pitch and long_enough and data.rows[entry.start + entry.length - 1, position.BARS_LEFT] == 0


def work_of(entry: CorpusEntry) -> str:
    """What an entry's piece is a part of: all movements, numbers and variations under one title are one work.

    Rather too coarse than too fine: two works taken for one only make cross-validation stricter.
    """
    title = _MOVEMENT.sub("", entry.title.strip().lower()).strip(" .") or entry.name
    return f"{entry.composer.split(',')[0].lower()}: {title}"


def people_excerpts(data: Dataset, entries: Sequence[CorpusEntry], *, seed: int) -> list[Excerpt]:
    """The end of each piece, cut as what is generated after it.

    Where a style has fewer than `ENOUGH` pieces, as many bars before each end join as there are, and so on backwards.
    """
    orders = plan_commissions(entries, pieces=len(entries), seed=seed)
    found: list[Excerpt] = []
    for before in range(_MOST_ROUNDS):
        if before and len(found) >= ENOUGH:
            break
        cut = (
            cut_excerpt(data, order.after, order.bars, before=before * order.bars)
            for order in orders
            if before == 0 or order.after.bars >= (before + 1) * order.bars
        )
        found += [example for example in cut if _has_pitch(example.score)]
    return found


def _has_pitch(score: Score) -> bool:
    return any(note.part is not Part.DRUMS for note in score.notes)


def cut_excerpt(data: Dataset, entry: CorpusEntry, bars: int, *, before: int = 0) -> Excerpt:
    """The last `bars` bars of a section but for its last `before`; all of it where it has no more."""
    end = score_of(data, entry, bars=bars + before)
    kept = min(bars, end.bars - before)
    notes = tuple(note for note in end.notes if note.start < kept * end.metre.bar_ticks)
    return Excerpt(entry.name, work_of(entry), replace(end, notes=notes, bars=kept))


def match_excerpts(
    data: Dataset, commissions: Sequence[Commission], among: Sequence[CorpusEntry], rng: np.random.Generator
) -> list[Excerpt]:
    """For each commission the end of another piece under the same conditions, as far as there are any.

    Style counts most, then metre, mode and that the piece has as many bars; none is taken twice before all that
    fit as well were taken.
    """
    shuffled = [among[index] for index in rng.permutation(len(among))]
    taken = [0] * len(shuffled)
    chosen = []
    for commission in commissions:
        index = min(range(len(shuffled)), key=lambda at: (_misfit(shuffled[at], commission), taken[at]))
        taken[index] += 1
        chosen.append(cut_excerpt(data, shuffled[index], commission.bars))
    return [example for example in chosen if _has_pitch(example.score)]


def _misfit(entry: CorpusEntry, commission: Commission) -> tuple[bool, bool, bool, bool]:
    after = commission.after
    return (
        entry.style != after.style,
        entry.metre != after.metre,
        entry.classes[MODE] != after.classes[MODE],
        entry.bars < commission.bars,
    )
