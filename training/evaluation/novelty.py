"""What is kept of the training split's melodies, so that every piece can say how much of its own was heard before."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import RequestError
from composer.files import write_atomically
from composer.novelty.heard import EVERY_STYLE, FILE, SPARED_BITS, Heard
from composer.novelty.melody import melody_runs
from composer.novelty.number_sets import pack_numbers
from composer.styles.table import KINDS_OF_PIANO, PIANO
from training.corpus.style_profiles import STRETCH_BARS, score_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from training.corpus.dataset import Dataset

_ENOUGH = 20
"""Held-out sections from which a mean is told."""


def write_heard(data: Dataset, path: Path = FILE) -> Heard:
    """Keep the runs of melody in a corpus's train split, and what held-out pieces share with them.

    Raises:
        RequestError: If the corpus holds nothing out.
        OutputError: If the file cannot be written.
    """
    runs = _learned_runs(data)
    shared = shared_by_people(data, Heard(runs, {}))
    people = {style: round(float(lengths.mean()), 1) for style, lengths in shared.items()}
    write_atomically(path, pack_numbers(runs, people=json.dumps(people)))
    return Heard(runs, people)


def shared_by_people(data: Dataset, heard: Heard) -> dict[str, NDArray[np.int64]]:
    """Style -> notes of the longest shared run in the last minute or so of each held-out section with a melody.

    Styles of which there are fewer than `_ENOUGH` are told with all others, under `EVERY_STYLE`.

    Raises:
        RequestError: If the corpus holds nothing out.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for entry in data.of("test"):
        notes = score_of(data, entry, bars=STRETCH_BARS).notes
        if len(melody_runs(notes)):
            shared = heard.longest_shared_run(notes)
            for style in (entry.style, EVERY_STYLE, *([PIANO] if entry.style in KINDS_OF_PIANO else [])):
                found[style].append(shared)
    if not found:
        raise RequestError("the corpus has no held-out pieces; prepare more of it")
    return {
        style: np.array(lengths) for style, lengths in found.items() if len(lengths) >= _ENOUGH or style == EVERY_STYLE
    }


def _learned_runs(data: Dataset) -> NDArray[np.uint64]:
    found = [melody_runs(score_of(data, entry).notes) for entry in data.of("train")]
    every = np.unique(np.concatenate([*found, np.array([], np.uint64)]))
    return np.unique(every[every != 0] >> SPARED_BITS)
