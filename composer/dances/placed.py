"""A chord where it stands in a piece."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlacedChord:
    """A chord where it stands in the piece.

    Attributes:
        name: Its name in the tables.
        start: First tick.
        end: First tick after it.
    """

    name: str
    start: int
    end: int
