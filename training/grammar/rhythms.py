"""Which rhythms the bars of melodies have."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from composer.music.score import Part
from composer.styles.table import KINDS_OF_PIANO, PIANO
from training.corpus.style_profiles import score_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.music.score import Score
    from training.corpus.dataset import Dataset

GROUPS: Mapping[str, frozenset[str]] = {
    "piano": frozenset({PIANO, "song", *KINDS_OF_PIANO}),
    "quartet": frozenset({"quartet"}),
    "choir": frozenset({"choir"}),
}
"""Styles that are counted together; a song's melody is the singer's."""

_SETS = {"open-hymnal": "choir"}
"""Sets that count for another group than their style says: hymns read as songs."""

_FEWEST_BARS = 400
"""Bars of a metre below which it is left out."""

_MOST_RHYTHMS = 48
_FEWEST_TIMES = 3
_MOST_ONSETS = 12
_GRIDS = (6, 8)
"""Ticks of a sixteenth, and of an eighth in a triplet: other rhythms are left out."""


def count_rhythms(data: Dataset) -> dict[str, dict[str, dict[str, int]]]:
    """Group -> metre -> onsets of a bar in ticks -> how often; of the training split, commonest first."""
    found: dict[str, dict[str, Counter[str]]] = {group: defaultdict(Counter) for group in GROUPS}
    for entry in data.of("train"):
        for group, styles in GROUPS.items():
            if _SETS.get(entry.collection, group) == group and (entry.style in styles or entry.collection in _SETS):
                found[group][entry.metre].update(_rhythms(score_of(data, entry)))
    return {
        group: {metre: _commonest(counts) for metre, counts in sorted(rows.items()) if counts.total() >= _FEWEST_BARS}
        for group, rows in found.items()
    }


def _commonest(counts: Counter[str]) -> dict[str, int]:
    return {rhythm: times for rhythm, times in counts.most_common(_MOST_RHYTHMS) if times >= _FEWEST_TIMES}


def _rhythms(score: Score) -> Iterable[str]:
    """Onsets of the melody in each bar that begins with one."""
    bar = score.metre.bar_ticks
    bars: dict[int, set[int]] = defaultdict(set)
    for note in score.notes:
        if note.part is Part.MELODY:
            bars[note.start // bar].add(note.start % bar)
    for onsets in bars.values():
        on_grid = any(all(onset % grid == 0 for onset in onsets) for grid in _GRIDS)
        if 0 in onsets and on_grid and len(onsets) <= _MOST_ONSETS:
            yield " ".join(map(str, sorted(onsets)))
