"""What was learned from music: how often a rule is taken, and which rhythms a bar of melody has."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.music.score import Metre, Mode

FILE = Path(__file__).with_name("learned.json")

Rhythm = tuple[int, ...]
"""Ticks of the onsets in a bar, rising, the first at 0."""


@dataclass(frozen=True, slots=True)
class LearnedTables:
    """The tables of `FILE`.

    Attributes:
        values: The whole file, see `training.grammar`.
    """

    values: Mapping[str, Any]

    @property
    def profiles(self) -> dict[str, dict[str, tuple[float, float]]]:
        """Style -> measure -> mean and standard deviation over people's pieces, see `composer.music.measures`."""
        return {
            style: {name: (mean, deviation) for name, (mean, deviation) in measures.items()}
            for style, measures in self.values["profiles"].items()
        }

    def rules(self, mode: Mode, symbol: str) -> dict[tuple[str, str], float]:
        """Weights of the rules that divide a region."""
        rows: Mapping[str, float] = self.values["harmony"][mode.name.lower()]["rules"][symbol]
        return {(rule[0], rule[-1]): weight for rule, weight in rows.items()}

    def chords(self, mode: Mode, symbol: str) -> dict[str, float]:
        """Weights of the chords that a region comes down to."""
        return dict(self.values["harmony"][mode.name.lower()]["chords"][symbol])

    def applied(self, mode: Mode, chord: str) -> float:
        """Share of a chord that has a dominant of its own before it, 0 to 1."""
        return float(self.values["harmony"][mode.name.lower()]["applied"].get(chord, 0.0))

    def rhythms(self, group: str, metre: Metre) -> dict[Rhythm, float]:
        """Weights of the rhythms of a bar of melody; empty where the metre was not met.

        Args:
            group: Kind of music: piano, quartet or choir.
            metre: Metre of the bar.
        """
        rows = self.values["rhythms"].get(group, {}).get(str(metre), {})
        return {tuple(int(tick) for tick in text.split()): weight for text, weight in rows.items()}


def _read() -> LearnedTables:
    return LearnedTables(json.loads(FILE.read_text(encoding="utf-8")))


LEARNED = _read()
