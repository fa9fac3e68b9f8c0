"""What stands above the music: title, remark and who composed it.

Verovio would print all of it in one size, and a long remark over the composer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from composer.sheet_music.fonts import SERIF

HEIGHT = 200
"""Height of a heading, in units of a page."""

_TITLE, _LINE = 58, 34
"""Sizes of the letters."""

_EDGE, _MARGIN = 50, 130
"""Units between the composer and the edge of a page that grows, or that has the margin of paper."""

_SIZE = re.compile(r'<svg width="([\d.]+)px" height="([\d.]+)px"')


@dataclass(frozen=True, slots=True)
class Heading:
    """The words above the first page.

    Attributes:
        title: Title of the piece.
        remark: Line below it; empty for none.
        composer: Who composed it.
    """

    title: str
    remark: str
    composer: str

    @classmethod
    def of(cls, musicxml: bytes) -> Heading:
        """Read the words of our own MusicXML."""
        root = ET.fromstring(musicxml)  # noqa: S314 - we wrote it
        remarks = [each for each in root.iter("credit") if each.findtext("credit-type") == "subtitle"]
        return cls(
            root.findtext("work/work-title") or "",
            remarks[0].findtext("credit-words", "") if remarks else "",
            root.findtext("identification/creator") or "",
        )


def add_heading(page: str, heading: Heading, *, above: bool) -> str:
    """Put a heading on the first page.

    Args:
        page: Verovio's SVG.
        heading: The words.
        above: Whether the page grows by the heading's height; otherwise it goes into the page's own margin.
    """
    found = _SIZE.search(page)
    if found is None:
        return page
    width, height = float(found[1]), float(found[2])
    grown = HEIGHT if above else 0
    middle, right = width / 2, width - (_EDGE if above else _MARGIN)
    words = (
        (heading.title, middle, 80, _TITLE, "middle"),
        (heading.remark, middle, 132, _LINE, "middle"),
        (heading.composer, right, 184, _LINE, "end"),
    )
    texts = "".join(
        f'<text x="{x}" y="{y}" font-size="{size}px" text-anchor="{anchor}" font-family="{SERIF}">{escape(text)}</text>'
        for text, x, y, size, anchor in words
    )
    music = page.replace("<svg ", f'<svg y="{grown}" ', 1)
    outer = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}px" height="{height + grown}px">'
    return f"{outer}{music}{texts}</svg>"
