"""Which chord follows: a Markov chain over half bars, counted in music by style and mode.

Contexts of two chords fall back to those of one, and these to all styles together, as Witten and Bell have it (1991,
"The zero-frequency problem"): the less often a context was met, the more the shorter one says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from composer.music.chord_names import parse_chord
from composer.music.chord_symbol import ALL_SYMBOLS, ChordSymbol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from composer.music.score import Metre, Mode

FILE = Path(__file__).with_name("chords.json")

ANY_STYLE = "any"
"""What all styles together are called in the file."""

_PLACES = {symbol: place for place, symbol in enumerate(ALL_SYMBOLS)}


def slots_in_bar(metre: Metre) -> int:
    """How often in a bar a chord may change: twice where it has two halves of whole beats, else once."""
    return 2 if metre.bar_ticks // metre.beat_ticks % 2 == 0 else 1


@dataclass(frozen=True, slots=True)
class ChordModel:
    """The chain of one style in one mode, in C major or A minor.

    Attributes:
        own: Counts of the style: place in the bar and two chords -> what followed.
        general: Those of all styles: place in the bar and one chord -> what followed.
    """

    own: Mapping[tuple[int, ChordSymbol, ChordSymbol], NDArray[np.float64]]
    general: Mapping[tuple[int, ChordSymbol], NDArray[np.float64]]

    def following(self, place: int, before: Sequence[ChordSymbol]) -> NDArray[np.float64]:
        """The chance of each of `ALL_SYMBOLS` at a place in the bar (0 or 1) after two chords; of nothing else known 1.

        Args:
            place: 0 on the bar line, 1 in the middle of a bar.
            before: At least two chords.
        """
        last, now = before[-2], before[-1]
        chances = _normalised(self.general.get((place, now)), now)
        counted = self.own.get((place, last, now))
        if counted is None:
            return chances
        kinds = np.count_nonzero(counted)
        mixed: NDArray[np.float64] = (counted + kinds * chances) / (counted.sum() + kinds)
        return mixed


def _normalised(counted: NDArray[np.float64] | None, now: ChordSymbol) -> NDArray[np.float64]:
    """Shares of counts; a chord that nothing was counted after stays."""
    if counted is None:
        stays = np.zeros(len(ALL_SYMBOLS))
        stays[_PLACES[now]] = 1.0
        return stays
    shares: NDArray[np.float64] = counted / counted.sum()
    return shares


@cache
def chord_model(style: str, mode: Mode) -> ChordModel:
    """The chain of a style; that of all styles where it was not counted."""
    tables = _tables()
    mode_name = mode.name.lower()
    own = {
        (int(place), parse_chord(first), parse_chord(second)): _counts(followed)
        for run, followed in tables.get(f"{style} {mode_name}", {}).items()
        for place, first, second in [run.split()]
    }
    general = {
        (int(place), parse_chord(only)): _counts(followed)
        for run, followed in tables[f"{ANY_STYLE} {mode_name}"].items()
        for place, only in [run.split()]
    }
    return ChordModel(own, general)


@cache
def _tables() -> dict[str, dict[str, dict[str, int]]]:
    tables: dict[str, dict[str, dict[str, int]]] = json.loads(FILE.read_bytes())
    return tables


def _counts(followed: Mapping[str, int]) -> NDArray[np.float64]:
    counts = np.zeros(len(ALL_SYMBOLS))
    for name, count in followed.items():
        counts[_PLACES[parse_chord(name)]] = count
    return counts
