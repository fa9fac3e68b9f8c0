"""Verovio's SVG -> pictures, or a PDF of lines and letters, through Typst."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typst

from composer.sheet_music.fonts import SERIF

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from composer.sheet_music.heading import Heading

_PICTURE = """
#set page(width: {width}pt, height: auto, margin: 0pt)
#image("page.svg", width: 100%)
"""
_POINTS = 72.0
"""Points an inch: at this resolution a point is a pixel."""

_PAPER = """
#set document(title: sys.inputs.title, author: sys.inputs.composer, date: none)
#set page(paper: "a4", margin: 0pt)
#for each in range({count}) {{ page(image("page-" + str(each) + ".svg", width: 100%)) }}
"""
"""Without the date, so that equal pages give equal bytes."""


def draw_picture(page: str, folder: Path, *, width: int) -> bytes:
    """A page as PNG. One at a time: an orchestra's 28 pages drawn together took 160 MB more.

    Args:
        page: Verovio's SVG.
        folder: Folder of the fonts in it, where files may be written.
        width: Pixels of the page.
    """
    _write(page, folder / "page.svg")
    source = folder / "picture.typ"
    source.write_text(_PICTURE.format(width=width), "utf-8")
    return typst.compile(source, root=folder, font_paths=[folder], ignore_system_fonts=True, format="png", ppi=_POINTS)


def bind_pdf(pages: Sequence[str], folder: Path, heading: Heading) -> bytes:
    """All pages as a PDF of A4, with title and composer as its properties; the folder is that of `draw_picture`."""
    for number, page in enumerate(pages):
        _write(page, folder / f"page-{number}.svg")
    source = folder / "paper.typ"
    source.write_text(_PAPER.format(count=len(pages)), "utf-8")
    return typst.compile(
        source,
        root=folder,
        font_paths=[folder],
        ignore_system_fonts=True,
        format="pdf",
        pdf_tags=False,
        sys_inputs={"title": heading.title, "composer": heading.composer},
    )


def _write(page: str, path: Path) -> None:
    """Write a page. Typst knows no other letters for `Times`, as browsers do, so that they are named as they are."""
    path.write_text(page.replace("Times, serif", SERIF), "utf-8")
