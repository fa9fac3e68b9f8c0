"""What is usual in each style: mean and deviation of every measure over stretches of its pieces."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from composer.music.analysis import shifted
from composer.music.measures import measure
from composer.music.score import Key, Mode, Part, Score, Tempo
from composer.parsing import parse_metre
from composer.planning.constraints import TONICS
from composer.styles.table import KINDS_OF_PIANO, PIANO
from composer.tokens import tokenizer

if TYPE_CHECKING:
    from training.corpus.dataset import CorpusEntry, Dataset

STRETCH_BARS = 24
"""About a minute of music: what people ask for."""

_MOST_PIECES = 400
_MODES = {1 + mode: mode for mode in Mode}


def measure_profiles(data: Dataset, *, seed: int = 0) -> dict[str, dict[str, tuple[float, float]]]:
    """For each style of the training split: measure -> (mean, standard deviation).

    `piano` is all kinds of piano music together.
    """
    rng = np.random.default_rng(seed)
    train = data.of("train")
    by_style: dict[str, list[dict[str, float]]] = defaultdict(list)
    for index in rng.permutation(len(train)):
        entry = train[index]
        if len(by_style[entry.style]) < _MOST_PIECES and entry.classes[1] in _MODES:
            stretch = score_of(data, entry, bars=STRETCH_BARS)
            if any(note.part is not Part.DRUMS for note in stretch.notes):
                by_style[entry.style].append(measure(stretch))
    by_style[PIANO] += [row for kind in KINDS_OF_PIANO for row in by_style[kind]]
    return {style: profile_of(rows) for style, rows in by_style.items() if rows}


def score_of(data: Dataset, entry: CorpusEntry, *, bars: int | None = None) -> Score:
    """The last `bars` bars of a section (all of them by default), as a score in C major or A minor."""
    mode = _MODES.get(entry.classes[1], Mode.MAJOR)
    metre = parse_metre(entry.metre)
    tokens = data.tokens[entry.start : entry.start + entry.length].tolist()
    whole = tokenizer.decode(tokens, metre=metre, key=Key(TONICS[mode], mode), tempos=(Tempo(0, 100.0),))
    if bars is None or whole.bars <= bars:
        return whole
    first = (whole.bars - bars) * metre.bar_ticks
    notes = shifted((note for note in whole.notes if note.start >= first), -first)
    return Score(notes, metre, bars, whole.key, whole.tempos)


def profile_of(rows: list[dict[str, float]]) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation of each measure over some pieces, at least one."""
    return {
        name: (
            round(float(np.mean([row[name] for row in rows])), 4),
            round(float(np.std([row[name] for row in rows])), 4),
        )
        for name in rows[0]
    }
