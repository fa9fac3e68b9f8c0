"""Roman numerals and chord symbols: what musicians write beside a score to name its chords."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Numeral:
    """The name of a chord, where it begins.

    Attributes:
        start: Tick from the beginning of the piece, at least 0.
        text: Numeral with its figures, such as V65/ii; where the key changes the new one stands before it: "G: I". Of
            an engine that thinks in chord symbols, such a one: Am7.
    """

    start: int
    text: str
