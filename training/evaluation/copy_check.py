"""What models learned from, as numbers: enough to notice a copy, too little to play it.

A number stands for a run of whole bars, struck note for note; durations, velocities and parts make no difference.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import MachineError, spell_command
from composer.files import write_atomically
from composer.music.score import TICKS_PER_QUARTER
from composer.novelty.number_sets import is_among, mix_bits, pack_numbers, unpack_numbers
from composer.parsing import parse_metre
from composer.tokens import vocabulary
from composer.tokens.vocabulary import KEYS, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.music.score import Metre
    from training.corpus.dataset import Dataset

PATH = Path(__file__).with_suffix(".npz")

RUN_QUARTERS = 12
"""What a run lasts at least: where a quotation becomes a copy."""

_SPARED_BITS = np.uint64(24)
"""Bits of a number's 64 that are left out, for a smaller file.

By 40 bits one run in 2.6 million is taken by chance for one of 430,000.

By 32 it was one in 10,000, and of the 400 runs that a test looks at one was."""


def bar_runs(tokens: Sequence[int] | NDArray[np.uint16], metre: Metre) -> NDArray[np.uint64]:
    """The number of each run of bars that just lasts `RUN_QUARTERS`, in their order; none of its bars is silent.

    Args:
        tokens: Tokens of one piece, in C major or A minor.
        metre: Metre of all its bars.
    """
    bars = _hash_bars(np.asarray(tokens, np.int64))
    length = -(-RUN_QUARTERS * TICKS_PER_QUARTER // metre.bar_ticks)
    if len(bars) < length:
        return np.array([], np.uint64)
    parts = np.lib.stride_tricks.sliding_window_view(bars, length)
    numbers = np.zeros(len(parts), np.uint64)
    for part in parts.T:
        numbers = mix_bits(numbers + part)
    found: NDArray[np.uint64] = numbers[(parts != 0).all(axis=1)] >> _SPARED_BITS
    return found


def _hash_bars(tokens: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A number for each bar: the sum of its notes', whatever their order."""
    bar = np.cumsum(tokens == vocabulary.BAR) - 1
    entered = np.where(_is_of_kind(tokens, Kind.POSITION), np.arange(len(tokens)), 0)
    position = tokens[np.maximum.accumulate(entered)]
    pitched, drums = _is_of_kind(tokens, Kind.PITCH), _is_of_kind(tokens, Kind.DRUM)
    key = np.where(pitched, (tokens - vocabulary.OFFSETS[Kind.PITCH]) % KEYS, tokens + KEYS)
    notes = pitched | drums
    numbers = np.zeros(int(bar.max(initial=-1)) + 1, np.uint64)
    np.add.at(numbers, bar[notes], mix_bits((position << 16 | key)[notes].astype(np.uint64)))
    return numbers


def _is_of_kind(tokens: NDArray[np.int64], kind: Kind) -> NDArray[np.bool_]:
    known = vocabulary.token_range(kind)
    return (tokens >= known.start) & (tokens < known.stop)


def copied_runs(tokens: Sequence[int] | NDArray[np.uint16], metre: Metre, known: NDArray[np.uint64]) -> int:
    """How many runs of a piece are among the known ones, which are sorted; see `bar_runs` and `load_runs`."""
    return int(is_among(bar_runs(tokens, metre), known).sum())


def learned_runs(data: Dataset) -> NDArray[np.uint64]:
    """The runs of a corpus's train split, sorted."""
    found = [
        bar_runs(data.tokens[entry.start : entry.start + entry.length], parse_metre(entry.metre))
        for entry in data.of("train")
    ]
    return np.unique(np.concatenate([*found, np.array([], np.uint64)]))


def write_runs(data: Dataset, path: Path = PATH) -> int:
    """Keep the runs of a corpus's train split.

    Returns:
        Their number.

    Raises:
        OutputError: If the file cannot be written.
    """
    numbers = learned_runs(data)
    write_atomically(path, pack_numbers(numbers, vocabulary=vocabulary.fingerprint()))
    return len(numbers)


def load_runs(path: Path = PATH) -> NDArray[np.uint64]:
    """The runs of the train split, sorted.

    Raises:
        MachineError: If the file is missing, damaged or holds another vocabulary's runs.
    """
    again = f"make it again: {spell_command('training fixture')} --data"
    try:
        numbers, beside = unpack_numbers(path.read_bytes())
    except (OSError, ValueError) as error:
        raise MachineError(f"{path} is missing or damaged; {again}") from error
    if beside.get("vocabulary") != vocabulary.fingerprint():
        raise MachineError(f"{path} holds runs of another vocabulary; {again}")
    return numbers
