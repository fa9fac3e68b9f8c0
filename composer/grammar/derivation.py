"""How a piece came about: the tree of rules, each with the bars that it made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composer.grammar.chords import Chord


@dataclass(frozen=True, slots=True)
class Derived:
    """What a rule made of a span of beats.

    Attributes:
        rule: The rule as it is written: T → D T.
        start: First beat, counted from the beginning of the piece.
        beats: Length in felt beats.
        parts: What the rule made, in order; empty where it made a chord.
        chord: The chord that the rule made; None where others stand below it.
    """

    rule: str
    start: int
    beats: int
    parts: tuple[Derived, ...] = ()
    chord: Chord | None = None

    def leaves(self) -> list[Derived]:
        """The parts without parts, in order: those that made chords."""
        return [leaf for part in self.parts for leaf in part.leaves()] if self.parts else [self]

    @property
    def name(self) -> str:
        """What its rule comes down to: of t → vi it is vi."""
        return self.rule.rpartition(" ")[2]

    def moved(self, start: int) -> Derived:
        """The same, from another beat on."""
        by = start - self.start
        return replace(self, start=start, parts=tuple(part.moved(part.start + by) for part in self.parts))

    def to_plain(self) -> dict[str, object]:
        """The tree as plain values, for a record in JSON."""
        plain: dict[str, object] = {"rule": self.rule, "beat": self.start, "beats": self.beats}
        if self.chord is not None:
            plain["chord"] = self.chord.numeral
        if self.parts:
            plain["parts"] = [part.to_plain() for part in self.parts]
        return plain
