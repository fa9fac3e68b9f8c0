"""How wide and how full parts play in each style, counted: the frames that `composer.styles.table` holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from composer.styles.table import KINDS_OF_PIANO, PIANO, STYLE_NAMES
from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from composer.music.score import Part
    from training.corpus.dataset import Dataset

PERCENTILE = 99
"""Per cent of the chords that a frame has to hold."""


@dataclass(slots=True)
class Chords:
    """What the parts of a style strike at one onset.

    Attributes:
        spans: Semitones from the lowest to the highest note, of each chord of two notes or more of one part.
        sizes: Notes of one part at one onset.
        bars: Tokens of each bar.
    """

    spans: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    bars: list[int] = field(default_factory=list)

    @property
    def reach(self) -> int:
        """Semitones that `PERCENTILE` per cent of the chords span at most."""
        return _percentile(self.spans)

    @property
    def fullest(self) -> int:
        """Notes that `PERCENTILE` per cent of the chords have at most."""
        return _percentile(self.sizes)

    def share_outside(self, *, reach: int, fullest: int) -> float:
        """Share of the chords that a frame does not let sound."""
        wide = sum(span > reach for span in self.spans)
        return max(wide / max(1, len(self.spans)), sum(size > fullest for size in self.sizes) / max(1, len(self.sizes)))

    def read(self, tokens: Iterable[int]) -> None:
        """Count a section."""
        bar: int | None = None
        chord: list[int] = []
        part: Part | None = None
        for token in tokens:
            event = vocabulary.EVENTS[token]
            if event.kind is Kind.PITCH and event.part is part:
                chord.append(event.value)
            elif event.kind in {Kind.PITCH, Kind.DRUM, Kind.POSITION, Kind.BAR, Kind.END}:
                self._add(chord)
                chord = [event.value] if event.kind is Kind.PITCH else []
                part = event.part
            if event.kind in {Kind.BAR, Kind.END}:
                if bar is not None:
                    self.bars.append(bar)
                bar = 0
            elif bar is not None:
                bar += 1

    def _add(self, chord: list[int]) -> None:
        if chord:
            self.sizes.append(len(chord))
        if len(chord) > 1:
            self.spans.append(max(chord) - min(chord))


def _percentile(values: list[int]) -> int:
    return int(np.percentile(values, PERCENTILE, method="inverted_cdf")) if values else 0


def count_chords(data: Dataset, split: str) -> dict[str, Chords]:
    """The chords of each style in a split; `piano` is all kinds of piano music together."""
    found: dict[str, Chords] = defaultdict(Chords)
    for entry in data.of(split):
        for style in {entry.style, PIANO if entry.style in KINDS_OF_PIANO else entry.style}:
            found[style].read(data.tokens[entry.start : entry.start + entry.length].tolist())
    return dict(found)


def format_frames(found: Mapping[str, Chords]) -> Iterator[str]:
    """A line for each style: reach and fullest, as they stand in `composer.styles.table`, and its longest bar."""
    for style in (style for style in STYLE_NAMES if style in found):
        own = found[style]
        yield f"{style} reach {own.reach} fullest {own.fullest} longest bar {max(own.bars, default=0)} tokens"
