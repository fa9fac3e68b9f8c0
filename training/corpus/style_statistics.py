"""What is usual in each style, counted: the table that `composer.styles.table` holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import TICKS_PER_QUARTER
from composer.styles.statistics import DENSITY_EDGES, TEMPO_EDGES
from composer.styles.table import KINDS_OF_PIANO, PIANO, STYLE_NAMES
from composer.tokens import vocabulary
from composer.tokens.conditions import ANY
from composer.tokens.vocabulary import METRES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from training.corpus.dataset import CorpusEntry, Dataset

_MOST_BARS = 64
"""Bars of a section that count: one long piece is still one piece."""

_RAREST = 0.02
"""Share of bars below which a metre is left out."""

_PRIOR_BARS = 300
"""As many bars of the style's mean are counted into every metre: of a few pieces one cannot say what is usual."""

_RAREST_UPBEAT = 0.02
"""Share of pieces below which a length of upbeat is left out."""

_PRIOR_PIECES = 5
"""As many pieces without an upbeat are counted into every metre."""

_UPBEAT_UNIT, _LONGEST_UPBEAT = TICKS_PER_QUARTER // 2, 0.5
"""Lengths that count as upbeats: whole eighths, in ticks, up to half a bar. A bar with more begins with a rest."""

EDGES = (42.0, *TEMPO_EDGES, 168.0)
"""Where tempo classes begin and end, in felt beats a minute; the outer ones have no end by themselves."""

_MIDDLES = np.array([(low + high) / 2 for low, high in pairwise(EDGES)])
_MODES = 2
_DENSITIES = len(DENSITY_EDGES) + 1


@dataclass(slots=True)
class Counts:
    """Bars of a style, or of a metre within it.

    Attributes:
        bars: Number of all bars.
        modes: Bars in major and in minor.
        tempos: Bars in each tempo class, where it is known.
        densities: Bars in each density class, thin to dense.
        pieces: Number of pieces that begin with it.
        upbeats: Pieces by the ticks from the first note to the first full bar; 0 is no upbeat.
    """

    bars: float = 0.0
    modes: NDArray[np.float64] = field(default_factory=lambda: np.zeros(_MODES))
    tempos: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(_MIDDLES)))
    densities: NDArray[np.float64] = field(default_factory=lambda: np.zeros(_DENSITIES))
    pieces: int = 0
    upbeats: Counter[int] = field(default_factory=Counter)

    def add_beginning(self, upbeat: int) -> None:
        """Count a piece that begins with so many ticks before its first full bar."""
        self.pieces += 1
        self.upbeats[upbeat] += 1

    def add(self, entry: CorpusEntry) -> None:
        """Count a section."""
        bars = min(entry.bars, _MOST_BARS)
        self.bars += bars
        for shares, value in zip((self.modes, self.tempos, self.densities), entry.classes[1:4], strict=True):
            if value != ANY:
                shares[value - 1] += bars


def count_statistics(data: Dataset) -> dict[str, dict[str, Counts]]:
    """For each style of the training split the counts of its metres, by name, and of all of them together as "".

    Where a class is not known the section does not count for it. `piano` is all kinds of piano music together.
    """
    counts: dict[str, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counts))
    begun: set[str] = set()
    for entry in data.of("train"):
        for style in {entry.style, PIANO if entry.style in KINDS_OF_PIANO else entry.style}:
            for metre in ("", entry.metre):
                counts[style][metre].add(entry)
                if entry.name not in begun:
                    counts[style][metre].add_beginning(upbeat_of(data, entry))
        begun.add(entry.name)
    return {style: dict(found) for style, found in counts.items()}


def upbeat_of(data: Dataset, entry: CorpusEntry) -> int:
    """Ticks from a section's first note to its first full bar; 0 where it begins on a bar line or with a rest."""
    first = int(data.tokens[entry.start + 2])
    if vocabulary.EVENTS[first].kind is not Kind.POSITION:
        return 0
    bar = next(metre.bar_ticks for metre in METRES if str(metre) == entry.metre)
    ticks = (bar - vocabulary.EVENTS[first].value) % bar
    return ticks if ticks % _UPBEAT_UNIT == 0 and ticks <= _LONGEST_UPBEAT * bar else 0


def density_by_tempo(data: Dataset) -> NDArray[np.float64]:
    """How much more often each density class is met in each tempo class than in any, style and metre being equal.

    Observed bars over those to be expected if tempo made no difference; shape (tempo classes, density classes).
    """
    cells: dict[tuple[str, str], NDArray[np.float64]] = defaultdict(lambda: np.zeros((len(_MIDDLES), _DENSITIES)))
    for entry in data.of("train"):
        tempo, density = entry.classes[2:4]
        if ANY not in (tempo, density):
            cells[entry.style, entry.metre][tempo - 1, density - 1] += min(entry.bars, _MOST_BARS)
    none = np.zeros((len(_MIDDLES), _DENSITIES))
    observed = sum(cells.values(), none)
    expected = sum((np.outer(cell.sum(1), cell.sum(0)) / cell.sum() for cell in cells.values()), none)
    return (observed + _PRIOR_BARS) / (expected + _PRIOR_BARS)


def format_table(counts: Mapping[str, Mapping[str, Counts]], ratios: NDArray[np.float64]) -> str:
    """What was counted, as it stands in `composer.styles.table`.

    A style and its share of minor, then a line for each metre. Of a metre: its share in per cent, the mean of the felt
    beats a minute, the shares of the density classes in per cent, and ticks with the share in per cent of each usual
    upbeat. At the end a line of ratios for each tempo class.
    """
    lines = []
    for style in (style for style in STYLE_NAMES if style in counts):
        found = counts[style]
        whole = found[""]
        usual = sorted((name for name in found if name), key=lambda name: -found[name].bars)
        lines += [
            f"{style} {whole.modes[1] / max(whole.modes.sum(), 1):.2f}",
            *(_format_metre(name, found[name], whole) for name in usual if found[name].bars >= _RAREST * whole.bars),
        ]
    return "\n".join([*lines, *(" ".join(f"{ratio:.2f}" for ratio in row) for row in ratios)])


def _format_metre(metre: str, own: Counts, whole: Counts) -> str:
    share = round(100 * own.bars / whole.bars)
    densities = " ".join(f"{100 * one:.0f}" for one in _draw_towards(own.densities, whole.densities))
    tempos = _draw_towards(own.tempos, whole.tempos)
    return " ".join([f"{metre} {share} {tempos @ _MIDDLES:.0f} {densities}", *_format_upbeats(own)])


def _format_upbeats(own: Counts) -> Iterator[str]:
    for ticks, pieces in sorted(own.upbeats.items()):
        share = pieces / (own.pieces + _PRIOR_PIECES)
        if ticks and share >= _RAREST_UPBEAT:
            yield f"{ticks}:{100 * share:.0f}"


def _draw_towards(own: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of classes, drawn a little towards those of the style."""
    usual = whole / max(whole.sum(), 1)
    filled = own + _PRIOR_BARS * usual
    shares: NDArray[np.float64] = filled / max(filled.sum(), 1)
    return shares
