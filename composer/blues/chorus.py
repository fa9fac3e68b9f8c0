"""The twelve-bar blues by Steedman's rules: from six chords to a chorus full of substitutes.

Steedman 1984, "A generative grammar for jazz chord sequences" (Music Perception 2:52-77). Its rules rewrite chords by
their neighbours: x is any chord, D(x) its dominant, Sd(x) its subdominant, St(x) the chord a step above, M(x) that a
third above.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.music.score import PITCH_CLASSES, Mode

if TYPE_CHECKING:
    from composer.grammar.lots import Lots

CHORUS = 12
"""Bars."""

_FOURTH, _FIFTH = 5, 7

_SKELETON = ((0, ""), (0, "7"), (_FOURTH, ""), (0, ""), (_FIFTH, "7"), (0, ""))
"""Rule 0: I I7 IV I V7 I, two bars each; roots above the tonic, and what was added to the triad."""

_NAMES = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")

QUALITIES = {"7": (0, 4, 7, 10), "m7": (0, 3, 7, 10), "dim7": (0, 3, 6, 9)}
"""Tones above the root of each kind of chord; in a blues even the tonic has its seventh."""


@dataclass(frozen=True, slots=True)
class BluesChord:
    """A chord of a chorus.

    Attributes:
        above: Semitones of its root above the tonic, 0 to 11.
        quality: One of `QUALITIES`.
        start: First beat in the chorus.
        beats: Length in beats.
        rules: Rules that made it, in order.
    """

    above: int
    quality: str
    start: int
    beats: int
    rules: tuple[str, ...]

    @property
    def numeral(self) -> str:
        """Roman numeral: IV7, iim7."""
        name = _NAMES[self.above]
        return f"{name if self.quality == '7' else name.lower()}{self.quality}"

    @property
    def tones(self) -> tuple[int, ...]:
        """Semitones above the root."""
        return QUALITIES[self.quality]

    def becomes(self, rule: str, above: int, quality: str) -> BluesChord:
        """The chord that a rule puts in its place."""
        return replace(self, above=above % PITCH_CLASSES, quality=quality, rules=(*self.rules, rule))


class Chorus:
    """Rewrites the chords of one chorus."""

    def __init__(self, mode: Mode, beats: int, lots: Lots) -> None:
        """Begin with the skeleton, each chord said twice.

        Args:
            mode: Mode of the blues.
            beats: Felt beats in a bar.
            lots: Draws.
        """
        self._lots = lots
        self._beats = beats
        plain = "7" if mode is Mode.MAJOR else "m7"
        self._chords = [
            BluesChord(above, "7" if above == _FIFTH else plain, (2 * place + half) * beats, beats, _made_by(added))
            for place, (above, added) in enumerate(_SKELETON)
            for half in (0, 1)
        ]

    def grow(self, *, leads_on: bool) -> list[BluesChord]:
        """The chorus after some rules, more of them the higher the creativity.

        Args:
            leads_on: Whether another chorus follows, to which a dominant leads.
        """
        daring = self._lots.creativity
        if self._lots.happens(0.5):
            self._put(1, "2: x → x Sd(x)", _FOURTH, self._chords[1].quality)
        if self._lots.happens(0.3 + 0.4 * daring):
            self._put(8, "3a: w x7 → D(x)m7 x7", 2, "m7")
            if self._lots.happens(0.8 * daring):
                self._put(7, "3b: w xm7 → D(x)7 xm7", 9, "7")
                if self._lots.happens(0.5 * daring):
                    self._put(7, "4: D(x)7 x → bSt(x)7 x", 3, "7")
        elif self._lots.happens(0.6):
            self._put(9, "2: x → x Sd(x)", _FOURTH, self._chords[4].quality)
        if self._lots.happens(0.2 + 0.4 * daring):
            self._put(5, "6: x x y → x #xdim7 y", _FOURTH + 1, "dim7")
        if self._lots.happens(0.5 * daring):
            self._split(3, "3a: w x7 → D(x)m7 x7", _FIFTH, "m7")
        if leads_on:
            self._put(11, "3a: w x7 → D(x)7 x7", _FIFTH, "7")
        return sorted(self._chords, key=lambda chord: chord.start)

    def _put(self, bar: int, rule: str, above: int, quality: str) -> None:
        self._chords[bar] = self._chords[bar].becomes(rule, above, quality)

    def _split(self, bar: int, rule: str, above: int, quality: str) -> None:
        """Halve a bar's chord by rule 1 and replace its first half; a bar of one beat stays whole."""
        whole = self._chords[bar]
        first = whole.beats // 2
        if first:
            halved = replace(whole, beats=first, rules=(*whole.rules, _HALVED))
            self._chords[bar] = halved.becomes(rule, above, quality)
            rest = replace(whole, start=whole.start + first, beats=whole.beats - first, rules=halved.rules)
            self._chords.append(rest)


_HALVED = "1: x → x x"


def _made_by(added: str) -> tuple[str, ...]:
    return ("0: S12 → I I7 IV I V7 I", _HALVED if not added else "1: x7 → x x7")


def choruses(bars: int) -> tuple[int, int]:
    """Bars of the introduction, and the number of whole choruses that follow: the introduction is a chorus's end."""
    whole, over = divmod(bars, CHORUS)
    return over, whole
