"""What a piece consists of before it has chords: sections, and in each phrases with their cadences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composer.music.score import Key


_HOME, _AWAY, _CODA = 62, 69, 56
"""Velocities of the first section, of episodes and of a coda."""

_RETURN = 3
"""By how much a section is louder each time that it comes again."""

_MOST_RETURNS = 2
_CLIMAX = 8
_SWELL = 6.0
"""Velocity that is added in the climax, and in the middle of each phrase."""


class CadenceKind(Enum):
    """How a phrase ends."""

    HALF = "half"
    AUTHENTIC = "authentic"
    IMPERFECT = "imperfect authentic"
    PLAGAL = "plagal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One phrase.

    Attributes:
        section: Letter of the section that it belongs to.
        theme: Name of its theme; phrases of one theme begin alike.
        first_bar: Number of its first bar, from 0.
        bars: Number of bars, at least 2.
        key: Key in which it begins.
        goal: Key in which it ends.
        cadence: How it ends.
        returning: How often its section has been heard before.
        last: Whether the piece ends with it.
        climax: Whether it is the highest and loudest of the piece.
    """

    section: str
    theme: str
    first_bar: int
    bars: int
    key: Key
    goal: Key
    cadence: CadenceKind
    returning: int = 0
    last: bool = False
    climax: bool = False

    def loudness(self, bar: float) -> int:
        """Velocity at a place of the piece, in bars, before the performance shapes bars and voices.

        Sections have levels, phrases swell to their middle, and the climax is loudest.
        """
        base = {"A": _HOME, "coda": _CODA}.get(self.section, _AWAY)
        base += _RETURN * min(self.returning, _MOST_RETURNS) + _CLIMAX * self.climax
        through = (bar - self.first_bar) / self.bars
        return round(base + _SWELL * math.sin(math.pi * min(max(through, 0.0), 1.0)))


@dataclass(frozen=True, slots=True)
class FormSection:
    """Phrases under one letter.

    Attributes:
        letter: Equal letters are equal music, varied.
        rule: Rule of the grammar that made it.
        phrases: Its phrases, in order.
    """

    letter: str
    rule: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class PieceForm:
    """The whole plan of a piece.

    Attributes:
        rule: Rule that made the order of sections.
        sections: Sections in order.
    """

    rule: str
    sections: tuple[FormSection, ...]

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All phrases, in order."""
        return tuple(phrase for section in self.sections for phrase in section.phrases)
