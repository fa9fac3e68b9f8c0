"""A picture in the making: boxes and words with smooth edges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""

_SCALE = 3
"""Everything is drawn so many times larger, and made smaller at the end: that smooths the edges."""

_SPELLED_OUT = str.maketrans({"♭": "-flat", "♯": "-sharp", "♮": "-natural"})
"""What the typeface lacks."""

_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """How words look.

    Attributes:
        size: Size of the letters in pixels.
        colour: Colour of the letters.
        weight: One of the weights of Manrope, such as Medium or SemiBold.
    """

    size: int
    colour: Colour
    weight: str = "Medium"


class Canvas:
    """Holds a picture while it is drawn; all places are in pixels of the finished one, fractions included."""

    def __init__(self, width: int, height: int, *, background: Colour) -> None:
        """Start with nothing but a background."""
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), background)
        self._canvas = ImageDraw.Draw(self._image)

    def fill(self, box: Box, colour: Colour, *, radius: float = 0.0) -> None:
        """Fill a box, of which some trace is always seen, with corners of `radius`."""
        left, top, right, bottom = (round(edge * _SCALE) for edge in box)
        right, bottom = max(right - 1, left), max(bottom - 1, top)
        rounding = min(radius * _SCALE, (right - left) / 2, (bottom - top) / 2)
        if rounding < 1:
            self._canvas.rectangle((left, top, right, bottom), fill=colour)
        else:
            self._canvas.rounded_rectangle((left, top, right, bottom), rounding, fill=colour)

    def draw_line(self, start: tuple[float, float], end: tuple[float, float], width: float, colour: Colour) -> None:
        """Draw a stroke from one place to another, each x and y."""
        line = [tuple(round(place * _SCALE) for place in point) for point in (start, end)]
        self._canvas.line(line, fill=colour, width=max(round(width * _SCALE), _SCALE))

    def paste(self, pixels: NDArray[np.uint8], box: Box) -> None:
        """Stretch pixels, shape (rows, columns, 3), over a box."""
        left, top, right, bottom = (round(edge * _SCALE) for edge in box)
        picture = Image.fromarray(pixels).resize((right - left, bottom - top), Image.Resampling.BILINEAR)
        self._image.paste(picture, (left, top))

    def write(
        self, text: str, place: tuple[float, float], lettering: Lettering, *, anchor: str, width: float = 10_000
    ) -> float:
        """Write one line, and return how wide it came out.

        Args:
            text: What to write; accidentals are spelled out.
            place: Where the anchor is, x and y.
            lettering: How it looks.
            anchor: Which point of the text stands at `place`, as Pillow's two letters: l, m, r and m, s (baseline).
            width: At most so many pixels; what is longer ends in an ellipsis.
        """
        font = _typeface(lettering.weight, lettering.size * _SCALE)
        text = _shortened(" ".join(text.translate(_SPELLED_OUT).split()), font=font, width=width * _SCALE)
        self._canvas.text((place[0] * _SCALE, place[1] * _SCALE), text, lettering.colour, font, anchor)
        return font.getlength(text) / _SCALE

    def png(self) -> bytes:
        """Finish the picture as a PNG; equal drawings give equal bytes."""
        buffer = BytesIO()
        self._image.reduce(_SCALE).save(buffer, "PNG")
        return buffer.getvalue()


@cache
def _typeface(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """Load Manrope, which has the letters of all Europe; Pillow's own typeface has those of English.

    The basic layout, because the other depends on a library that may or may not be there.
    """
    data = (files("font_manrope") / "files" / f"Manrope-{weight}.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


def _shortened(text: str, *, font: ImageFont.FreeTypeFont, width: float) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text.rstrip() + _ELLIPSIS) > width:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS
