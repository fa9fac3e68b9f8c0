"""Pages of sheet music, through the real Verovio and Typst."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from composer.errors import RenderError, RequestError
from composer.music.numerals import Numeral
from composer.notation.musicxml import to_musicxml
from composer.performance import midi
from composer.performance.instruments import find
from composer.sheet_music import midi_sheets, pages
from composer.sheet_music.heading import Heading, add_heading
from composer.sheet_music.midi_sheets import sheet_music_of
from tests.composer.tunes import waltz

TITLE = "Valse à façon"


@pytest.fixture(scope="module")
def sheet():
    return pages.draw_pages(to_musicxml(waltz(), title=TITLE))


def picture(data):
    return np.asarray(Image.open(BytesIO(data)).convert("L"))


def test_page_for_a_chat_is_black_on_white_and_ends_where_the_music_does(sheet):
    (page,) = sheet.pages
    seen = picture(page)

    assert seen.shape[1] == pages.CHAT_WIDTH
    assert seen.shape[0] < pages.CHAT_WIDTH
    assert seen[0].min() == 255
    assert (seen < 64).any(axis=1)[-200:].any()


def test_staves_are_large_enough_for_a_telephone(sheet):
    """A staff line is a row that is dark almost from edge to edge; on a telephone a third of the pixels are left."""
    rows = np.flatnonzero((picture(sheet.pages[0]) < 128).mean(axis=1) > 0.6)
    lines = rows[np.flatnonzero(np.diff(rows, prepend=-9) > 1)]

    assert np.median(np.diff(lines)) / 3 >= 3


def test_words_are_drawn_whatever_fonts_the_machine_has(sheet):
    title = picture(sheet.pages[0])[:90]

    assert (title < 128).sum() > 500


def test_heading_has_title_remark_and_composer_below_each_other():
    written = to_musicxml(waltz(), title="Rondo & more", composer="Cadenza, dice v1", remark="Dice: " + "9 " * 16)

    page = add_heading('<svg width="1500px" height="900px"></svg>', Heading.of(written), above=True)

    places = re.findall(r'y="(\d+)" font-size="\d+px"[^>]*>([^<]+)<', page)
    assert [words for _, words in places] == ["Rondo &amp; more", "Dice: " + "9 " * 16, "Cadenza, dice v1"]
    assert len({place for place, _ in places}) == 3
    assert 'height="1100.0px"' in page


def test_pdf_has_pages_of_a4_with_lines_and_letters_and_no_pictures(sheet):
    assert sheet.pdf.startswith(b"%PDF")
    assert re.search(rb"/MediaBox\s*\[0 0 595\.\d+ 841\.\d+\]", sheet.pdf)
    assert b"LiberationSerif" in sheet.pdf
    assert b"/Image" not in re.sub(rb"/ImageC/ImageB", b"", sheet.pdf)
    assert b"CreationDate" not in sheet.pdf


def test_too_many_pages_are_refused(monkeypatch, sheet):
    monkeypatch.setattr(pages, "MOST_PAGES", 0)

    with pytest.raises(RenderError, match="pages"):
        pages.draw_pages(sheet.musicxml)


def test_first_page_of_a_long_piece_is_drawn_alone_and_equals_that_of_the_whole(monkeypatch, sheet):
    monkeypatch.setattr(pages, "FEW_PAGES", 0)

    first = pages.draw_pages(sheet.musicxml, whole=False)

    assert not first.whole
    assert (first.pages[:1], first.count, first.pdf) == (sheet.pages[:1], sheet.count, b"")


NUMERALS = (Numeral(0, "a: i"), Numeral(4 * 72, "V"), Numeral(7 * 72, "i"))


@pytest.fixture
def waltz_file():
    return midi.write(waltz(), instrument=find("piano"), title=TITLE, settings={}, numerals=NUMERALS)


def test_midi_is_drawn_in_a_process_of_its_own_as_in_this_one(waltz_file, sheet):
    drawn = sheet_music_of(waltz_file, title=TITLE, whole=False)

    assert drawn == replace(sheet, chords=("a: i | i | i | i | V | V | V | i",))


def test_bytes_that_are_no_midi_of_ours_are_refused():
    with pytest.raises(RequestError):
        sheet_music_of(b"RIFF", title=TITLE)


def test_process_that_takes_too_much_memory_ends_in_a_sentence(monkeypatch, waltz_file):
    monkeypatch.setattr(midi_sheets, "MOST_BYTES", 2**20)

    with pytest.raises(RenderError):
        sheet_music_of(waltz_file, title=TITLE)
