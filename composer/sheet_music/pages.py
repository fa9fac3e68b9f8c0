"""MusicXML -> pages, through Verovio and Typst."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import verovio

from composer.errors import RenderError
from composer.sheet_music.chord_line import write_chords
from composer.sheet_music.fonts import write_fonts
from composer.sheet_music.heading import Heading, add_heading
from composer.sheet_music.sheet import SheetMusic
from composer.sheet_music.typesetting import bind_pdf, draw_picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from composer.sheet_music.chord_line import BarChords

CHAT_WIDTH = 1200
"""Pixels of a page for a chat."""

MOST_PAGES = 60
"""Pages that are drawn at most, of either kind; five minutes of a full orchestra fill fewer."""

FEW_PAGES = 3
"""Pages for a chat up to which a sheet is drawn whole: they take less than what goes before, a second of the processor
together."""

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


def draw_pages(musicxml: bytes, *, chords: Sequence[BarChords] = (), whole: bool = True) -> SheetMusic:
    """Draw pages; the same arguments give the same bytes. Takes under a tenth of a second of the processor a page.

    Args:
        musicxml: Our own MusicXML.
        chords: Chords of each bar, for the lines below the pages.
        whole: Whether all is drawn; otherwise the first page alone of a sheet of more than `FEW_PAGES`.

    Raises:
        RenderError: Verovio cannot read the MusicXML, or it has more than `MOST_PAGES` pages.
    """
    verovio.enableLog(verovio.LOG_OFF)
    engraver = verovio.toolkit()
    engraver.setOptions({**_COMMON, **_chat_layout(musicxml)})
    if not engraver.loadData(musicxml.decode()):
        raise RenderError("Verovio cannot read the sheet music of this piece; please report it with its seed")
    heading, count = Heading.of(musicxml), _count(engraver)
    whole = whole or count <= FEW_PAGES
    with TemporaryDirectory(prefix="cadenza-pages-") as name:
        folder = Path(name)
        write_fonts(folder)
        engraved = _engraved(engraver, heading, count if whole else 1, above=True)
        pages = tuple(draw_picture(page, folder, width=CHAT_WIDTH) for page in engraved)
        pdf = _print(engraver, heading, folder) if whole else b""
    return SheetMusic(pages, count, pdf, musicxml, _chord_lines(engraved, chords))


def _print(engraver: verovio.toolkit, heading: Heading, folder: Path) -> bytes:
    """The loaded music on paper."""
    engraver.setOptions({**_COMMON, **_PRINT})
    engraver.redoLayout()
    return bind_pdf(_engraved(engraver, heading, _count(engraver), above=False), folder, heading)


def _chord_lines(engraved: Sequence[str], chords: Sequence[BarChords]) -> tuple[str, ...]:
    """The chords of the bars on each page."""
    lines, first = [], 0
    for page in engraved:
        end = first + page.count('class="measure"')
        lines.append(write_chords(chords[first:end]))
        first = end
    return tuple(lines)


def _chat_layout(musicxml: bytes) -> dict[str, Any]:
    """Staves as large as the music allows: the more of them a system has, the more has to fit on a page."""
    width = min(_TELEPHONE_UNITS + _UNITS_A_STAFF * max(_staves(musicxml) - _FEW_STAVES, 0), _WIDEST_UNITS)
    margins = {f"pageMargin{side}": 50 for side in ("Left", "Right", "Top", "Bottom")}
    return {"adjustPageHeight": True, "pageWidth": width, "pageHeight": round(width * _PORTRAIT), **margins}


def _staves(musicxml: bytes) -> int:
    parts = len(re.findall(rb"<score-part\s", musicxml))
    return parts + len(re.findall(rb"<staves>2</staves>", musicxml))


def _count(engraver: verovio.toolkit) -> int:
    """Pages of the loaded music, if they are not too many."""
    count: int = engraver.getPageCount()
    if count > MOST_PAGES:
        raise RenderError(f"the sheet music has {count} pages, and {MOST_PAGES} are the most; ask for a shorter piece")
    return count


def _engraved(engraver: verovio.toolkit, heading: Heading, count: int, *, above: bool) -> list[str]:
    """The first pages as SVG, under a heading, see `add_heading`."""
    first, *others = (engraver.renderToSVG(page) for page in range(1, count + 1))
    return [add_heading(first, heading, above=above), *others]
