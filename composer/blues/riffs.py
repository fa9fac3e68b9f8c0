"""The melody of a blues: riffs that call, come again over the fourth, and are answered; and solos."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.grammar.lots import Lots

_SCALE = (0, 3, 5, 6, 7, 10)
"""The blues scale, over major chords too: long notes go to the chord."""

_LOWEST, _HIGHEST = 57, 82

_CALLS = (
    (0, 1, 3, 4),
    (0, 2, 3, 5),
    (1, 2, 3, 4, 6),
    (0, 1, 2, 3, 4),
    (1, 3, 4),
    (0, 2, 3, 4, 5, 6),
    (2, 3, 4, 5, 6),
)
"""Half beats of a riff's notes from the beginning of its first bar, as far as two bars of four beats go."""

_LICKS = ((0, 1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5), (0, 1, 3, 4, 5, 7), (0, 2, 3, 4, 5, 6, 7), (1, 2, 3), (0, 3, 4, 6))

_STEPS = {1: 4.0, -1: 4.5, 0: 0.8, 2: 1.8, -2: 2.0, 3: 0.5, -3: 0.4}
"""Places of the scale that a line moves by at a time, with weights."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A note of a riff.

    Attributes:
        half: Half beats from the riff's beginning.
        pitch: MIDI pitch.
        halves: Length in half beats.
    """

    half: int
    pitch: int
    halves: int


class Player:
    """Makes up riffs and solos in one key."""

    def __init__(self, tonic: int, beats: int, lots: Lots, *, scale: Sequence[int] = _SCALE) -> None:
        """Take the key.

        Args:
            tonic: Pitch class of the tonic.
            beats: Felt beats in a bar.
            lots: Draws.
            scale: Semitones above the tonic.
        """
        self._lots = lots
        self._halves = 2 * beats
        classes = {(tonic + step) % PITCH_CLASSES for step in scale}
        self._ladder = [pitch for pitch in range(_LOWEST, _HIGHEST + 1) if pitch % PITCH_CLASSES in classes]
        self._tonic = tonic

    def riff(self, *, home: bool = False) -> list[Stroke]:
        """A motif of about a bar that begins in the middle and ends on a long note.

        Args:
            home: Whether it ends on the tonic.
        """
        rhythm = [half for half in self._lots.one_of(_CALLS) if half < self._halves]
        line = self._line(rhythm, self._near(70), self._halves + self._halves // 2)
        if home:
            line[-1] = replace(line[-1], pitch=fitted(line[-1].pitch, (self._tonic,)))
        return line

    def lick(self, start: int, *, goal: Sequence[int] = ()) -> tuple[list[Stroke], int]:
        """A bar of solo that goes on from a pitch and ends on one of the classes of `goal`; and its last pitch."""
        rhythm = [half for half in self._lots.one_of(_LICKS) if half < self._halves] or [0]
        line = self._line(rhythm, start, self._halves)
        last = fitted(line[-1].pitch, goal) if goal else line[-1].pitch
        return [*line[:-1], replace(line[-1], pitch=last)], last

    def _line(self, rhythm: Sequence[int], start: int, end: int) -> list[Stroke]:
        place = min(range(len(self._ladder)), key=lambda index: abs(self._ladder[index] - start))
        line = []
        for half, following in zip(rhythm, [*rhythm[1:], end], strict=True):
            line.append(Stroke(half, self._ladder[place], min(following - half, 4)))
            place += self._lots.pick(self._pull(place))
        return line

    def _pull(self, place: int) -> dict[int, float]:
        """Weights of the steps from a place of the ladder: the farther from its middle, the more of them lead back."""
        away = 2 * place / (len(self._ladder) - 1) - 1
        return {
            step: weight * (1 - away * (step > 0) + away * (step < 0))
            for step, weight in _STEPS.items()
            if 0 <= place + step < len(self._ladder)
        }

    def _near(self, pitch: int) -> int:
        """A chord tone of the tonic near a pitch: tonic, third or fifth."""
        wanted = (self._tonic + self._lots.one_of((0, 7, 7, 3))) % PITCH_CLASSES
        return min(
            (own for own in self._ladder if own % PITCH_CLASSES == wanted),
            key=lambda own: abs(own - pitch),
            default=pitch,
        )


def fitted(pitch: int, classes: Sequence[int]) -> int:
    """The nearest pitch of the given classes; of two the lower."""
    return min(
        (other for other in range(pitch - 6, pitch + 7) if other % PITCH_CLASSES in classes),
        key=lambda other: (abs(other - pitch), other),
    )
