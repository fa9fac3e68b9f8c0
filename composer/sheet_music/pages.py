"""MusicXML -> pages, through Verovio and Typst."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import verovio

from composer.errors import RenderError
from composer.sheet_music.fonts import write_fonts
from composer.sheet_music.heading import Heading, add_heading
from composer.sheet_music.sheet import SheetMusic
from composer.sheet_music.typesetting import bind_pdf, draw_picture

if TYPE_CHECKING:
    from collections.abc import Mapping

CHAT_WIDTH = 1200
"""Pixels of a page for a chat."""

MOST_PAGES = 60
"""Pages that are drawn at most, of either kind; five minutes of a full orchestra fill fewer."""

_TELEPHONE_UNITS = 1500
"""Width of a page in Verovio's units: 100 are the height of about two spaces between staff lines. On a page of this
width that a telephone shows 400 pixels wide, a staff is 14 pixels high."""

_WIDEST_UNITS = 2600
_UNITS_A_STAFF = 130
"""Width that each staff beyond four adds, so that a page holds two systems of an orchestra."""

_FEW_STAVES = 4
_PORTRAIT = 1.5
"""Height of a page for a chat by its width, at most: the last page ends where its music ends."""

_COMMON: Mapping[str, Any] = {
    "breaks": "auto",
    "footer": "none",
    "header": "none",
    "mnumInterval": 0,
    "scale": 100,
    "smuflTextFont": "none",
    "xmlIdSeed": 1,
}
_PRINT: Mapping[str, Any] = {
    "adjustPageHeight": False,
    "justifyVertically": True,
    "pageWidth": 2100,
    "pageHeight": 2970,
    "unit": 7.0,
    **{f"pageMargin{side}": 130 for side in ("Left", "Right", "Bottom")},
    "pageMarginTop": 220,
}


def draw_pages(musicxml: bytes) -> SheetMusic:
    """Draw all pages; the same bytes give the same bytes. Takes under a tenth of a second of the processor a page.

    Raises:
        RenderError: Verovio cannot read the MusicXML, or it has more than `MOST_PAGES` pages.
    """
    verovio.enableLog(verovio.LOG_OFF)
    engraver = verovio.toolkit()
    engraver.setOptions({**_COMMON, **_chat_layout(musicxml)})
    if not engraver.loadData(musicxml.decode()):
        raise RenderError("Verovio cannot read the sheet music of this piece; please report it with its seed")
    heading = Heading.of(musicxml)
    with TemporaryDirectory(prefix="cadenza-pages-") as name:
        folder = Path(name)
        write_fonts(folder)
        pages = [draw_picture(page, folder, width=CHAT_WIDTH) for page in _engraved(engraver, heading, above=True)]
        engraver.setOptions({**_COMMON, **_PRINT})
        engraver.redoLayout()
        pdf = bind_pdf(_engraved(engraver, heading, above=False), folder, heading)
    return SheetMusic(tuple(pages), pdf, musicxml)


def _chat_layout(musicxml: bytes) -> dict[str, Any]:
    """Staves as large as the music allows: the more of them a system has, the more has to fit on a page."""
    width = min(_TELEPHONE_UNITS + _UNITS_A_STAFF * max(_staves(musicxml) - _FEW_STAVES, 0), _WIDEST_UNITS)
    margins = {f"pageMargin{side}": 50 for side in ("Left", "Right", "Top", "Bottom")}
    return {"adjustPageHeight": True, "pageWidth": width, "pageHeight": round(width * _PORTRAIT), **margins}


def _staves(musicxml: bytes) -> int:
    parts = len(re.findall(rb"<score-part\s", musicxml))
    return parts + len(re.findall(rb"<staves>2</staves>", musicxml))


def _engraved(engraver: verovio.toolkit, heading: Heading, *, above: bool) -> list[str]:
    """All pages as SVG, under a heading, see `add_heading`."""
    count = engraver.getPageCount()
    if count > MOST_PAGES:
        raise RenderError(f"the sheet music has {count} pages, and {MOST_PAGES} are the most; ask for a shorter piece")
    first, *others = (engraver.renderToSVG(page) for page in range(1, count + 1))
    return [add_heading(first, heading, above=above), *others]
