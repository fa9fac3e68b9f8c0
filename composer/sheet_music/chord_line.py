"""The chords of a page in a line of text: "d: i | iv V | i"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.numerals import Numeral
    from composer.music.score import Score

_KEYED = re.compile(r"(?:(?P<key>[A-Ga-g][b#]?): )?(?P<chord>.+)")


@dataclass(frozen=True, slots=True)
class SpelledChord:
    """A chord on its own, wherever a page begins.

    Attributes:
        key: Key that it stands in, as analysts write it; empty where the engine names none.
        text: Its numeral.
    """

    key: str
    text: str


BarChords = tuple[SpelledChord, ...]
"""The chords that sound in a bar, in order."""


def chords_by_bar(numerals: Sequence[Numeral], score: Score) -> tuple[BarChords, ...]:
    """The chords of every bar; one that goes on over a bar line is among those of both. Empty without numerals."""
    if not numerals:
        return ()
    bars: list[list[SpelledChord]] = [[] for _ in range(score.bars)]
    key = ""
    ends = [*(numeral.start for numeral in numerals[1:]), score.ticks]
    for numeral, end in zip(numerals, ends, strict=True):
        found = _KEYED.fullmatch(numeral.text)
        key, text = (found["key"] or key, found["chord"]) if found else (key, numeral.text)
        length = score.metre.bar_ticks
        for bar in bars[numeral.start // length : -(-end // length)]:
            bar.append(SpelledChord(key, text))
    return tuple(tuple(bar) for bar in bars)


def write_chords(bars: Sequence[BarChords]) -> str:
    """Chords of bars with lines between, keys where they change; empty where no chord is known."""
    key, written = "", []
    for bar in bars:
        words = []
        for chord in bar:
            words.append(chord.text if chord.key == key else f"{chord.key}: {chord.text}")
            key = chord.key
        written.append(" ".join(words))
    return " | ".join(written) if any(written) else ""
