"""What a piece consists of before it has chords: sections, and in each phrases with their cadences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composer.music.score import Key


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
        share: Share of the piece that has passed in its middle, 0 to 1.
        last: Whether the piece ends with it.
    """

    section: str
    theme: str
    first_bar: int
    bars: int
    key: Key
    goal: Key
    cadence: CadenceKind
    returning: int = 0
    share: float = 0.0
    last: bool = False


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
