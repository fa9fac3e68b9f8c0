"""Chord symbols over a song become Roman numerals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.music.score import Mode
from training.grammar.lead_sheets import phrases_in

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"": "major", "m": "minor", "7": "dominant"}


def song(fifths: int, *bars: str) -> str:
    """MusicXML of one part with a whole note and its chord symbols in each bar: "C", "Am", "G7 C"."""
    measures = "".join(
        f'<measure number="{number}">{_attributes(fifths) if number == 1 else ""}'
        f"{''.join(_harmony(symbol) for symbol in bar.split())}"
        "<note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration><type>whole</type></note></measure>"
        for number, bar in enumerate(bars, start=1)
    )
    return (
        '<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Song</part-name>'
        f'</score-part></part-list><part id="P1">{measures}</part></score-partwise>'
    )


def _attributes(fifths: int) -> str:
    return (
        f"<attributes><divisions>1</divisions><key><fifths>{fifths}</fifths></key>"
        "<time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
    )


def _harmony(symbol: str) -> str:
    return f"<harmony><root><root-step>{symbol[0]}</root-step></root><kind>{KINDS[symbol[1:]]}</kind></harmony>"


def read(folder: Path, *songs: str):
    for number, text in enumerate(songs):
        (folder / f"{number}.musicxml").write_text(text)
    return list(phrases_in(folder))


def test_symbols_are_numerals_in_the_key_of_the_signature(tmp_path: Path):
    assert read(tmp_path, song(1, "G", "Em", "C D7", "G")) == [(Mode.MAJOR, ("I", "vi", "IV", "V", "I"))]


def test_a_song_that_ends_on_the_relative_minor_is_in_minor(tmp_path: Path):
    assert read(tmp_path, song(0, "Am", "Dm", "E7", "Am")) == [(Mode.MINOR, ("i", "iv", "V", "i"))]


def test_a_dominant_of_another_chord_is_named_after_it(tmp_path: Path):
    assert read(tmp_path, song(0, "C", "D7", "G7", "C")) == [(Mode.MAJOR, ("I", "V7/V", "V", "I"))]


def test_a_bar_without_a_symbol_keeps_the_chord(tmp_path: Path):
    assert read(tmp_path, song(0, "C", "", "G7", "C")) == [(Mode.MAJOR, ("I", "V", "I"))]


def test_a_stretch_with_a_chord_without_a_name_is_left_out(tmp_path: Path):
    assert read(tmp_path, song(0, "C", "Gm", "G7", "C")) == []


def test_a_file_that_is_no_score_is_left_out(tmp_path: Path):
    assert read(tmp_path, "<html/>") == []
