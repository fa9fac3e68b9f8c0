"""Loops of four seventh chords, and how close hands play them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.score import PITCH_CLASSES, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.grammar.lots import Lots

LOOP = 4
"""Chords of a loop, a bar each."""

_QUALITIES = {"maj7": (0, 4, 7, 11), "m7": (0, 3, 7, 10), "7": (0, 4, 7, 10), "ø7": (0, 3, 6, 10)}
"""Tones above the root."""

_COLOURS = {"maj7": 14, "m7": 14, "7": 14, "ø7": 17}
"""A tone beyond the seventh: the ninth, or the eleventh over a diminished fifth."""

_NAMES = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")

_LOOPS = {
    Mode.MAJOR: (
        "2:m7 7:7 0:maj7 9:m7",
        "0:maj7 9:m7 2:m7 7:7",
        "5:maj7 4:m7 2:m7 0:maj7",
        "5:maj7 7:7 4:m7 9:m7",
        "0:maj7 4:m7 5:maj7 7:7",
        "9:m7 2:m7 7:7 0:maj7",
    ),
    Mode.MINOR: (
        "0:m7 5:m7 10:7 3:maj7",
        "8:maj7 7:m7 0:m7 0:m7",
        "2:ø7 7:7 0:m7 8:maj7",
        "0:m7 8:maj7 3:maj7 10:7",
        "5:m7 0:m7 8:maj7 7:7",
        "0:m7 10:7 8:maj7 7:7",
    ),
}
"""Usual turns of jazz and soul, set by hand: semitones of the root above the tonic, and the quality."""

_LOW = 50
_LAST = 0.5
"""Chance that a loop's last chord makes way for a dominant, at full creativity."""


@dataclass(frozen=True, slots=True)
class LofiChord:
    """A chord of a loop.

    Attributes:
        above: Semitones of its root above the tonic, 0 to 11.
        quality: One of `_QUALITIES`.
    """

    above: int
    quality: str

    @property
    def numeral(self) -> str:
        """Roman numeral: IImaj7, iim7."""
        name = _NAMES[self.above]
        return f"{name if self.quality in {'maj7', '7'} else name.lower()}{self.quality}"

    @property
    def tones(self) -> tuple[int, ...]:
        """Semitones of its tones above the tonic, the root first."""
        return tuple((self.above + tone) % PITCH_CLASSES for tone in _QUALITIES[self.quality])

    @property
    def upper(self) -> tuple[int, ...]:
        """What hands play over the bass: third, fifth, seventh and a colour, in semitones above the tonic."""
        colour = (self.above + _COLOURS[self.quality]) % PITCH_CLASSES
        return (*self.tones[1:], colour)


def draw_loop(mode: Mode, lots: Lots) -> list[LofiChord]:
    """Four chords."""
    loop = [_read(word) for word in lots.one_of(_LOOPS[mode]).split()]
    if loop[-1].quality != "7" and lots.happens(_LAST * lots.creativity):
        loop[-1] = LofiChord(7, "7")
    return loop


def voiced(chord: LofiChord, tonic: int, before: Sequence[int]) -> list[int]:
    """The upper tones in close position, with as little motion as can be from what was played before."""
    classes = {(tonic + tone) % PITCH_CLASSES for tone in chord.upper}
    stacks = [sorted(low + (one - low) % PITCH_CLASSES for one in classes) for low in range(_LOW, _LOW + PITCH_CLASSES)]
    middle = sum(before) / len(before) if before else _LOW + 7.0
    return min(stacks, key=lambda stack: (abs(sum(stack) / len(stack) - middle), stack))


def _read(word: str) -> LofiChord:
    above, _, quality = word.partition(":")
    return LofiChord(int(above), quality)
