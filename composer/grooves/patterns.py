"""The grooves that come with Cadenza, see ATTRIBUTION.md beside this module."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from composer.music.score import Metre

METRE = Metre(4, 4)
"""Metre of all grooves."""

LOOP_BARS = 2
PATH = Path(__file__).with_suffix(".json")

Stroke = tuple[int, int, int]
"""Tick from the beginning of a pattern, percussion key and velocity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groove:
    """What one drummer played in one performance.

    Attributes:
        name: Name of the performance.
        beats_per_minute: Its tempo.
        loops: Patterns of `LOOP_BARS` bars, at least one, the commonest first.
        fill: Pattern of one bar that leads to a new section.
    """

    name: str
    beats_per_minute: float
    loops: tuple[tuple[Stroke, ...], ...]
    fill: tuple[Stroke, ...]


@cache
def grooves() -> tuple[Groove, ...]:
    """All grooves, by tempo."""
    return tuple(
        Groove(
            name=kept["name"],
            beats_per_minute=kept["bpm"],
            loops=tuple(_strokes(loop) for loop in kept["loops"]),
            fill=_strokes(kept["fill"]),
        )
        for kept in json.loads(PATH.read_text(encoding="utf-8"))
    )


def _strokes(numbers: list[list[int]]) -> tuple[Stroke, ...]:
    return tuple((tick, key, velocity) for tick, key, velocity in numbers)
