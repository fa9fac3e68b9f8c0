"""The longest run of melody that a piece shares with the music that networks learned from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import MachineError
from composer.novelty.melody import SHORTEST, longest_run, melody_runs
from composer.novelty.number_sets import is_among, unpack_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from composer.music.score import Note

FILE = Path(__file__).with_name("heard.npz")
"""Made by `python -m training novelty`."""

EVERY_STYLE = "every style"

SPARED_BITS = np.uint64(32)
"""Bits of a number's 64 that are left out, for a smaller file."""


@dataclass(frozen=True, slots=True)
class Novelty:
    """How much of a piece's melody was heard before.

    Attributes:
        shared: Notes of the longest run that it shares with the training split, at least `SHORTEST` - 1.
        people: The same of held-out pieces of its style by people, in the mean.
    """

    shared: int
    people: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The runs of melody in the training split.

    Attributes:
        runs: Their numbers of `melody_runs` without `SPARED_BITS`, sorted.
        people: Style -> notes of the longest run that a held-out piece by people shares with them, in the mean.
            `EVERY_STYLE` stands for styles that are not named.
    """

    runs: NDArray[np.uint64]
    people: Mapping[str, float]

    def longest_shared_run(self, notes: Iterable[Note]) -> int:
        """Notes of the longest run of a piece's melody that stands in the training split, or at most `SHORTEST` - 1.

        It may be told longer than it is, never shorter: runs of `SHORTEST` notes are looked up, and what overlaps
        may come from several pieces.
        """
        return max(longest_run(self.are_known(melody_runs(notes))), SHORTEST - 1)

    def are_known(self, runs: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Whether each run of `melody_runs` is in the training split."""
        known: NDArray[np.bool_] = is_among(runs >> SPARED_BITS, self.runs) & (runs != 0)
        return known


def measure_novelty(notes: Iterable[Note], style: str) -> Novelty:
    """How much of a piece was heard before, by what ships.

    Raises:
        MachineError: If what ships is missing or damaged.
    """
    heard = load_heard()
    people = heard.people.get(style, heard.people[EVERY_STYLE])
    return Novelty(heard.longest_shared_run(notes), people)


@cache
def load_heard(path: Path = FILE) -> Heard:
    """What ships.

    Raises:
        MachineError: If the file is missing or damaged.
    """
    try:
        runs, beside = unpack_numbers(path.read_bytes())
        people = json.loads(beside["people"])
        return Heard(runs, {style: float(mean) for style, mean in people.items()})
    except (OSError, ValueError, KeyError) as error:
        raise MachineError(f"{path} is missing or damaged; install Cadenza again") from error
