"""Chord symbols of lead sheets, in every format: the melody is the same with them and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from composer.formats import humdrum, midi
from composer.formats.abc_notation import reader as abc_reader
from composer.formats.abc_notation.tunes import split_tunes
from composer.formats.musicxml import reader as musicxml_reader
from composer.formats.part_roles import FIND_OUT
from tests.training.scores import attributes, bar_of, musicxml

if TYPE_CHECKING:
    from composer.formats.sections import Transcript

HARMONY = (
    "<harmony><root><root-step>A</root-step><root-alter>-1</root-alter></root><kind text='7'>dominant</kind>"
    "<bass><bass-step>C</bass-step></bass><degree><degree-value>9</degree-value><degree-alter>0</degree-alter>"
    "<degree-type>add</degree-type></degree><frame><frame-note><string>1</string><fret>3</fret></frame-note></frame>"
    "<offset>24</offset></harmony>"
)
ABC = 'X:1\nM:4/4\nL:1/4\nK:C\n"Am"A"C/E"c["G7"eg]"^slowly"d|"F#m7b5"e2"(D)"f2|"A;B"z4|"N.C."G"@1,2 E"A"<C"c"D>"d|\n'
KERN = (
    "**kern\t**mxhm\t**harte\n*M4/4\t*\t*\n=1\t=1\t=1\n4c\tA min7\tA:min\n4d\t.\tC:7(#9)\n2e\tC/E\tN\n"
    "=2\t=2\t=2\n1c\t.\t.\n*-\t*-\t*-"
)
TRACK = b"\0\x90\x3c\x40\x60\x80\x3c\0\0\x90\x40\x40\x60\x80\x40\0\0\xff\x2f\0"
SYMBOL = b"\0\xff\x01\x03Am7\0\xff\x7f\x09\x43\x7b\x01\x30\x08\x30\x08\x7f\x7f"
"""A text, and a chord as Yamaha's programs write it."""


def of_musicxml(symbols: str) -> Transcript:
    bar = attributes() + "".join(symbols + bar_of(step) for step in "CEGE")
    return musicxml_reader.transcript_of(musicxml([("Voice", 52, [bar, symbols + bar])]).encode(), group=FIND_OUT)


def of_abc(tune: str) -> Transcript:
    [found] = split_tunes(tune)
    return abc_reader.transcript_of(found, group=FIND_OUT)


def of_kern(text: str) -> Transcript:
    [transcript] = humdrum.transcripts_of(text.encode(), group=FIND_OUT)
    return transcript


def of_midi(track: bytes) -> Transcript:
    head = b"MThd\0\0\0\6\0\0\0\1\0\x60"
    [transcript] = midi.transcripts_of(head + b"MTrk" + len(track).to_bytes(4, "big") + track, group=FIND_OUT)
    return transcript


@pytest.mark.parametrize(
    ("with_symbols", "without"),
    [
        pytest.param(of_musicxml(HARMONY), of_musicxml(""), id="MusicXML"),
        pytest.param(of_abc(ABC), of_abc(re.sub(r'"[^"]*"', "", ABC)), id="ABC"),
        pytest.param(of_kern(KERN), of_kern(re.sub(r"\t[^\n]*", "", KERN)), id="Humdrum"),
        pytest.param(of_midi(SYMBOL + TRACK[:8] + SYMBOL + TRACK[8:]), of_midi(TRACK), id="MIDI"),
    ],
)
def test_chord_symbols_do_not_sound_and_move_nothing(with_symbols: Transcript, without: Transcript) -> None:
    assert with_symbols == without
    assert len(without.notes) >= 2
