"""How chords follow each other in a prepared corpus, counted for `composer.planning.chord_model`."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import RequestError
from composer.files import write_atomically
from composer.music.chord_names import spell_chord
from composer.music.chord_symbol import ALL_SYMBOLS
from composer.music.score import Mode
from composer.parsing import parse_metre
from composer.planning.chord_model import ANY_STYLE, slots_in_bar
from composer.tokens import outlook, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from training.corpus.dataset import CorpusEntry, Dataset

_FEWEST = 20
"""Times that a run of chords must have been gone on from to be kept."""

_LEAST_SHARE = 0.03
"""Share of those times from which on a chord that followed is kept."""

_CODES = {outlook.chord_code(symbol): spell_chord(symbol) for symbol in ALL_SYMBOLS}

Counts = dict[str, dict[str, dict[str, int]]]
"""Style and mode -> place in the bar and the one or two chords before -> chord -> how often."""


def count_chords(data: Dataset) -> Counts:
    """Count the train split.

    Raises:
        RequestError: If the corpus was prepared without chords.
    """
    if not data.feature_set.has_outlook:
        raise RequestError("the corpus was prepared when chords were not read; prepare it again")
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for entry in data.of("train"):
        if entry.classes[1]:
            mode = Mode(entry.classes[1] - 1).name.lower()
            for place, before, chord in _followings(data, entry):
                *_, last = before
                found[f"{entry.style} {mode}"][f"{place} {' '.join(before)}"][chord] += 1
                found[f"{ANY_STYLE} {mode}"][f"{place} {last}"][chord] += 1
    return {
        style: {run: kept for run, chords in sorted(runs.items()) if (kept := _kept(chords))}
        for style, runs in sorted(found.items())
    }


def _followings(data: Dataset, entry: CorpusEntry) -> Iterator[tuple[int, list[str], str]]:
    """For each slot whose chord and the two before are known: its place in the bar, those two, and it."""
    here = slice(entry.start, entry.start + entry.length)
    metre = parse_metre(entry.metre)
    slots = slots_in_bar(metre)
    bars = np.flatnonzero(data.tokens[here] == vocabulary.BAR)
    columns = data.rows[here][bars][:, [outlook.CHORD, outlook.CHORD_TICKS, outlook.NEXT_CHORD]].astype(int)
    now, ticks, following = columns.T
    changed = np.where(ticks <= metre.bar_ticks // 2, following, now)
    codes = np.stack([now, changed][:slots], axis=1).ravel().tolist()
    for at in range(2, len(codes)):
        run = codes[at - 2 : at + 1]
        if all(run):
            *before, chord = (_CODES[code] for code in run)
            yield at % slots, before, chord


def _kept(chords: Counter[str]) -> dict[str, int]:
    total = sum(chords.values())
    if total < _FEWEST:
        return {}
    return {chord: count for chord, count in chords.most_common() if count >= max(2, _LEAST_SHARE * total)}


def save(counts: Counts, path: Path) -> None:
    """Write them where the chord model reads them.

    Raises:
        OutputError: If they cannot be written there.
    """
    write_atomically(path, json.dumps(counts, separators=(",", ":")).encode() + b"\n")
