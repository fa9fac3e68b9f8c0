"""The record of a style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.score import Part

if TYPE_CHECKING:
    from composer.styles.statistics import StyleStatistics

TWO_HANDS = frozenset({Part.MELODY, Part.ACCOMPANIMENT})
"""A piano, or a voice and a piano."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """All that is known of a style.

    Attributes:
        name: Name that people ask for.
        kind_of: Name of the style that it is a kind of; empty where it is none.
        parts: Parts that play.
        reach: Most semitones that one part spans at one onset.
        fullest: Most notes of one part at one onset.
        instrument: Preset of `composer.performance.instruments` that plays it where none is asked for.
        title: Title of its pieces, without the key; empty where tempo, metre and density decide it.
        statistics: Statistics of its metres, modes, tempi and densities.
        sources: Sets of the training corpus whose pieces are in it.
        clash_guard: Nats by which networks avoid a semitone clash, see `composer.decoding.clash_guard`.
        learned_as: Name of the style as which networks know it, where it has no place of its own in their features.
        engines: Names of the engines that alone compose in it; empty where networks learn it.
        carried_on_as: Name of the style in which networks go on from its pieces, where engines alone compose in it.
    """

    name: str
    kind_of: str = ""
    parts: frozenset[Part] = TWO_HANDS
    reach: int = 16
    fullest: int = 5
    instrument: str = "piano"
    title: str = ""
    statistics: StyleStatistics
    sources: tuple[str, ...] = ()
    clash_guard: float = 0.0
    learned_as: str = ""
    engines: tuple[str, ...] = ()
    carried_on_as: str = ""

    @property
    def known_as(self) -> str:
        """Name of the style whose music networks take it for."""
        return self.learned_as or self.name
