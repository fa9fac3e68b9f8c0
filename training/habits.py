"""What is usual in each style, counted: the table that `composer.habits` rounds."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from composer.conditions import ANY, KINDS_OF_PIANO, STYLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.dataset import Dataset, Entry

_MOST_BARS = 64
"""Of a section that count: one long piece is still one piece."""

_COUNTED = ("metre", "mode", "tempo", "density")
"""Metres by name, the others by class, see `composer.conditions`."""

Shares = dict[str, float]


def counted(data: Dataset) -> dict[str, dict[str, Shares]]:
    """For each style of the training split the shares of metres, and of the classes of mode, tempo and density.

    Where a class is not known the section does not count for it. `piano` is all kinds of piano music together.
    """
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for entry in data.of("train"):
        for style in {entry.style, STYLES[0] if entry.style in KINDS_OF_PIANO else entry.style}:
            _count(entry, counts[style])
    return {style: {name: _shares(counter) for name, counter in found.items()} for style, found in counts.items()}


def _count(entry: Entry, counters: dict[str, Counter[str]]) -> None:
    bars = min(entry.bars, _MOST_BARS)
    counters["metre"][entry.metre] += bars
    for name, value in zip(_COUNTED[1:], entry.classes[1:4], strict=True):
        if value != ANY:
            counters[name][str(value)] += bars


def told(counts: Mapping[str, Mapping[str, Shares]]) -> str:
    """What `counted` found as a table in Markdown, shares in per cent, the commonest first."""
    head = ["style", *_COUNTED]
    rows = [
        [style, *(_percent(counts[style].get(name, {})) for name in _COUNTED)] for style in STYLES if style in counts
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _percent(shares: Shares) -> str:
    return ", ".join(f"{name} {100 * share:.1f}" for name, share in shares.items())


def _shares(counter: Counter[str]) -> Shares:
    return {name: round(count / counter.total(), 3) for name, count in counter.most_common()}
