"""Counts as pictures, through matplotlib."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

WIDTH = 9.0
"""Inches, at `_DOTS` dots an inch."""

_DOTS = 110
_BAR, _LINE_HEIGHT = "#3a6ea5", 0.24


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A picture with what it shows in words.

    Attributes:
        name: Name of its file, without suffix.
        title: Heading.
        about: A sentence or two on what is to be seen.
        head: Heads of the columns of the table.
        rows: The figures behind the picture.
        png: The picture.
    """

    name: str
    title: str
    about: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    png: bytes


def draw_bars(labels: Sequence[str], values: Sequence[float], *, unit: str) -> bytes:
    """Bars side by side, in the order of an axis such as pitch or length."""
    figure, axes = _empty(3.2)
    axes.bar(range(len(values)), values, color=_BAR, width=0.9)
    step = max(1, len(labels) // 24)
    axes.set_xticks(range(0, len(labels), step), labels[::step], rotation=60 if step > 1 else 0, ha="center")
    axes.set_ylabel(unit)
    axes.margins(x=0.01)
    return _png(figure)


def draw_ranking(labels: Sequence[str], values: Sequence[float], *, unit: str) -> bytes:
    """Bars below each other, the greatest at the top."""
    figure, axes = _empty(0.8 + _LINE_HEIGHT * len(labels))
    axes.barh(range(len(values)), values, color=_BAR)
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.margins(y=0.01)
    return _png(figure)


def draw_rank_curve(values: Sequence[int], *, least: int, unit: str) -> bytes:
    """How often the commonest, the second and so on occur, both on logarithmic axes, with a line at `least`."""
    figure, axes = _empty(3.2)
    axes.loglog(range(1, len(values) + 1), sorted(values, reverse=True), color=_BAR)
    axes.axhline(least, color="#b04a3a", linestyle="--", linewidth=1, label=f"{least} times")
    axes.set_xlabel("rank")
    axes.set_ylabel(unit)
    axes.legend(frameon=False)
    return _png(figure)


def _empty(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _png(figure: Figure) -> bytes:
    """Without the name of the program, so that equal figures give equal bytes."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=_DOTS, metadata={"Software": None})
    return buffer.getvalue()
