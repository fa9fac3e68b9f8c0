"""A note as a part of a MusicXML score writes it, before its measures have their places in time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

BEATS = {
    "breve": Fraction(8), "whole": Fraction(4), "half": Fraction(2), "quarter": Fraction(1), "eighth": Fraction(1, 2),
    "16th": Fraction(1, 4),
}  # fmt: skip
"""Quarters of the notes that tempo marks and repeated beats count in."""

Staff = tuple[int, bool]
"""Number of a staff in its part, and whether it is percussion."""


@dataclass(slots=True)
class WrittenNote:
    """A note: its measure and place there, how long and how high, and its tie."""

    measure: int
    at: Fraction
    quarters: Fraction
    pitch: int
    tied_from: bool
    tied_on: bool
