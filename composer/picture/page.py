"""What all pictures of a piece share: their size, their colours, and the words around the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.picture.canvas import Colour, Lettering
from composer.picture.layout import PlotArea

if TYPE_CHECKING:
    from composer.picture.canvas import Canvas
    from composer.picture.layout import Roll

WIDTH, HEIGHT = 1200, 400
PLOT_AREA = PlotArea(left=52, top=82, right=1180, bottom=368)
"""Where the piece stands in the picture."""

BACKGROUND: Colour = (16, 18, 27)
PANEL: Colour = (26, 29, 42)
STRONG_LINE: Colour = (57, 63, 87)
FAINT: Colour = (140, 148, 174)

LABEL = Lettering(size=12, colour=FAINT)
_TITLE = Lettering(size=25, colour=(240, 242, 248), weight="SemiBold")
_CAPTION = Lettering(size=15, colour=FAINT)

_HEADER_BASELINE = 33
LEGEND_MIDDLE = 51
"""Height of the line below title and caption."""


def draw_header(canvas: Canvas, *, title: str, caption: str) -> None:
    """Write the caption on at most 45 % of the width, and the title on what is left."""
    width = PLOT_AREA.right - PLOT_AREA.left
    taken = canvas.write(caption, (PLOT_AREA.right, _HEADER_BASELINE), _CAPTION, anchor="rs", width=0.45 * width)
    canvas.write(title, (PLOT_AREA.left, _HEADER_BASELINE), _TITLE, anchor="ls", width=width - taken - 24)


def draw_remark(canvas: Canvas, remark: str, *, right: float = PLOT_AREA.right) -> None:
    """Write the engine's own line below the title, as far as `right`."""
    canvas.write(remark, (PLOT_AREA.left, LEGEND_MIDDLE), LABEL, anchor="lm", width=right - PLOT_AREA.left)


def draw_seconds(canvas: Canvas, roll: Roll) -> None:
    """Draw the time below the panel."""
    for second in roll.labelled_seconds():
        x, y = roll.x_of_second(second), roll.area.bottom
        canvas.fill((x - 0.5, y, x + 0.5, y + 5), STRONG_LINE)
        canvas.write(f"{second // 60}:{second % 60:02}", (x, y + 16), LABEL, anchor="mm")
