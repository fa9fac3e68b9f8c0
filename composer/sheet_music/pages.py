"""MusicXML -> pages, through Verovio and resvg."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import resvg_py
import verovio
from PIL import Image

from composer.errors import RenderError
from composer.sheet_music.fonts import SERIF, write_fonts
from composer.sheet_music.heading import Heading, add_heading
from composer.sheet_music.sheet import SheetMusic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

_PRINT_PIXELS = 2480
"""Width of A4 at 300 dots an inch."""

_PRINT_DPI = 300
_BLACK_BELOW = 150
"""Grey up to which a dot of the print is black, of 255."""

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
    """Draw all pages; the same bytes give the same bytes. Takes about half a second of the processor a page.

    Raises:
        RenderError: Verovio cannot read the MusicXML, or it has more than `MOST_PAGES` pages.
    """
    verovio.enableLog(verovio.LOG_OFF)
    engraver = verovio.toolkit()
    engraver.setOptions({**_COMMON, **_chat_layout(musicxml)})
    if not engraver.loadData(musicxml.decode()):
        raise RenderError("Verovio cannot read the sheet music of this piece; please report it with its seed")
    heading = Heading.of(musicxml)
    with TemporaryDirectory(prefix="cadenza-fonts-") as folder:
        fonts = write_fonts(Path(folder))
        pages = tuple(_pictures(engraver, heading, fonts, CHAT_WIDTH))
        engraver.setOptions({**_COMMON, **_PRINT})
        engraver.redoLayout()
        printed = _pictures(engraver, heading, fonts, _PRINT_PIXELS)
    return SheetMusic(pages, _bound(printed), musicxml)


def _chat_layout(musicxml: bytes) -> dict[str, Any]:
    """Staves as large as the music allows: the more of them a system has, the more has to fit on a page."""
    width = min(_TELEPHONE_UNITS + _UNITS_A_STAFF * max(_staves(musicxml) - _FEW_STAVES, 0), _WIDEST_UNITS)
    margins = {f"pageMargin{side}": 50 for side in ("Left", "Right", "Top", "Bottom")}
    return {"adjustPageHeight": True, "pageWidth": width, "pageHeight": round(width * _PORTRAIT), **margins}


def _staves(musicxml: bytes) -> int:
    parts = len(re.findall(rb"<score-part\s", musicxml))
    return parts + len(re.findall(rb"<staves>2</staves>", musicxml))


def _pictures(engraver: verovio.toolkit, heading: Heading, fonts: Sequence[str], width: int) -> list[bytes]:
    """All pages as PNG."""
    count = engraver.getPageCount()
    if count > MOST_PAGES:
        raise RenderError(f"the sheet music has {count} pages, and {MOST_PAGES} are the most; ask for a shorter piece")
    drawn = [engraver.renderToSVG(page) for page in range(1, count + 1)]
    drawn[0] = add_heading(drawn[0], heading, above=width == CHAT_WIDTH)
    return [
        bytes(
            resvg_py.svg_to_bytes(
                svg_string=page,
                width=width,
                background="#ffffff",
                skip_system_fonts=True,
                font_files=list(fonts),
                font_family=SERIF,
                serif_family=SERIF,
            )
        )
        for page in drawn
    ]


def _bound(pictures: Sequence[bytes]) -> bytes:
    """A PDF of black and white pages; without the date, so that equal pages give equal bytes."""
    first, *others = (_black_and_white(picture) for picture in pictures)
    file = BytesIO()
    first.save(file, "PDF", save_all=True, append_images=others, resolution=_PRINT_DPI, creationDate=None, modDate=None)
    return file.getvalue()


def _black_and_white(picture: bytes) -> Image.Image:
    grey = Image.open(BytesIO(picture)).convert("L")
    return grey.point([0] * _BLACK_BELOW + [255] * (256 - _BLACK_BELOW)).convert("1")
