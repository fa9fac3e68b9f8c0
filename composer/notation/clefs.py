"""Clefs: which one a staff has in which bar, so that few notes need ledger lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS_OF_OCTAVE = 7
_SIGN_STEPS = {"G": 4 * STEPS_OF_OCTAVE + 4, "F": 3 * STEPS_OF_OCTAVE + 3, "C": 4 * STEPS_OF_OCTAVE}
_LINES = 5

_CHANGE, _UNUSUAL, _SHIFT = 5.0, 2.0, 4.0
"""Ledger lines that a change of clef must save to be worth it, those that each bar must save in another clef than the
usual one, and those for each bar of an 8va."""


@dataclass(frozen=True, slots=True, order=True)
class Clef:
    """A clef, and the octaves that are written beside it.

    Attributes:
        sign: G, F, C or percussion.
        line: Line on which it stands, counted from below; 0 of percussion.
        octaves: Octaves by which the music sounds higher than under the plain clef: -1 for tenors and guitars.
        shift: Octaves by which an 8va lets it sound higher than it is written.
    """

    sign: str
    line: int
    octaves: int = 0
    shift: int = 0

    def ledger_lines(self, step: int) -> int:
        """How many ledger lines a note needs, by its step above C 0."""
        bottom = _SIGN_STEPS[self.sign] + STEPS_OF_OCTAVE * (self.octaves + self.shift) - 2 * (self.line - 1)
        return max(0, (bottom - step) // 2, (step - bottom - 2 * (_LINES - 1)) // 2)

    @property
    def plain(self) -> Clef:
        """The same without an 8va."""
        return Clef(self.sign, self.line, self.octaves)


TREBLE, BASS, ALTO, TENOR = Clef("G", 2), Clef("F", 4), Clef("C", 3), Clef("C", 4)
TREBLE_BELOW = Clef("G", 2, octaves=-1)
PERCUSSION = Clef("percussion", 0)
HIGH, LOW = Clef("G", 2, shift=1), Clef("F", 4, shift=-1)
"""Treble under an 8va, and bass over an 8vb."""


def choose_clefs(bars: Sequence[Sequence[int]], clefs: Sequence[Clef]) -> list[Clef]:
    """A clef for each bar: the cheapest path by ledger lines and changes (Viterbi 1967).

    Args:
        bars: Steps above C 0 of the notes of each bar.
        clefs: Clefs that the staff may have, the usual one first.
    """
    costs = [_cost(bars[0], clef) + _UNUSUAL * (clef != clefs[0]) for clef in clefs]
    origins: list[list[int]] = []
    for steps in bars[1:]:
        row, came = [], []
        for index, clef in enumerate(clefs):
            moves = [costs[before] + _change(clefs[before], clef) for before in range(len(clefs))]
            best = min(range(len(clefs)), key=lambda before: (moves[before], before != index))
            row.append(moves[best] + _cost(steps, clef) + _UNUSUAL * (index > 0))
            came.append(best)
        costs = row
        origins.append(came)
    path = [min(range(len(clefs)), key=lambda index: costs[index])]
    for came in reversed(origins):
        path.append(came[path[-1]])
    return [clefs[index] for index in reversed(path)]


def _cost(steps: Sequence[int], clef: Clef) -> float:
    """Ledger lines beyond the first of each note, and an 8va's own cost where there is something to read."""
    lines = sum(max(0, clef.ledger_lines(step) - 1) for step in steps)
    below = sum(_reaches_over(step, clef) for step in steps)
    return lines + below + _SHIFT * (clef.shift != 0 and bool(steps))


def _reaches_over(step: int, clef: Clef) -> bool:
    """Whether an 8va holds a note that reads well without it, which is odd."""
    return clef.shift != 0 and clef.plain.ledger_lines(step) <= 1


def _change(before: Clef, after: Clef) -> float:
    if before == after:
        return 0.0
    return _CHANGE if before.plain != after.plain else _CHANGE / 2
