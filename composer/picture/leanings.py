"""What people like as a picture: a bar for each trait, to the side of what is liked, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.picture.canvas import Canvas, Lettering
from composer.picture.page import BACKGROUND, FAINT, HEIGHT, PANEL, PLOT_AREA, STRONG_LINE, WIDTH, draw_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.picture.canvas import Colour

MOST_ROWS = 8
"""Rows that are easily read."""

_WORDS_WIDTH = 330.0
_LIKED: Colour = (255, 190, 92)
_UNSURE: Colour = (118, 98, 74)
_WORDS = Lettering(size=15, colour=FAINT)
_LIKED_WORDS = Lettering(size=15, colour=(240, 242, 248), weight="SemiBold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """One row of the picture.

    Attributes:
        less: Words for less of the trait, which stand on the left.
        more: Words for more of it, which stand on the right.
        weight: How much more is liked, -1 to 1; below 0 less is.
        deviation: Standard deviation of that.
    """

    less: str
    more: str
    weight: float
    deviation: float

    @property
    def is_clear(self) -> bool:
        """Whether it is farther from nothing than chance goes two times in three."""
        return abs(self.weight) > self.deviation


def draw_leanings(leanings: Sequence[Leaning], *, title: str, caption: str) -> bytes:
    """Draw the first `MOST_ROWS` leanings.

    Args:
        leanings: Leanings, the most important ones first.
        title: Title at the top left, shortened if it is too long.
        caption: Line of facts at the top right, smaller.

    Returns:
        A PNG of the piano roll's size; equal arguments give equal bytes.
    """
    canvas = Canvas(WIDTH, HEIGHT, background=BACKGROUND)
    area = PLOT_AREA
    canvas.fill((area.left, area.top, area.right, area.bottom), PANEL, radius=6)
    middle = (area.left + area.right) / 2
    canvas.fill((middle - 0.5, area.top + 8, middle + 0.5, area.bottom - 8), STRONG_LINE)
    height = (area.bottom - area.top) / MOST_ROWS
    for place, one in enumerate(leanings[:MOST_ROWS]):
        _draw_row(canvas, one, middle, area.top + (place + 0.5) * height)
    draw_header(canvas, title=title, caption=caption)
    return canvas.png()


def _draw_row(canvas: Canvas, one: Leaning, middle: float, y: float) -> None:
    reach = middle - PLOT_AREA.left - _WORDS_WIDTH
    end = middle + reach * max(-1.0, min(1.0, one.weight))
    colour = _LIKED if one.is_clear else _UNSURE
    canvas.fill((min(middle, end), y - 7, max(middle, end), y + 7), colour, radius=3)
    spread = reach * min(one.deviation, 1.0)
    canvas.draw_line((end - spread, y), (end + spread, y), 1.5, FAINT)
    words = (
        (one.less, one.weight < 0, PLOT_AREA.left + 16, "lm"),
        (one.more, one.weight > 0, PLOT_AREA.right - 16, "rm"),
    )
    for text, is_liked, x, anchor in words:
        lettering = _LIKED_WORDS if is_liked and one.is_clear else _WORDS
        canvas.write(text, (x, y), lettering, anchor=anchor, width=_WORDS_WIDTH - 90)
