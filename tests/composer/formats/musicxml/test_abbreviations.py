from __future__ import annotations

from typing import TYPE_CHECKING

from composer.formats.musicxml.reader import transcript_of
from composer.formats.part_roles import FIND_OUT
from tests.training.scores import bar_of, melody, musicxml, note, two_staves

if TYPE_CHECKING:
    from composer.formats.sections import Transcript


def read(text: str) -> Transcript:
    return transcript_of(text.encode(), group=FIND_OUT)


def styled(sign: str, *, number: str = "") -> str:
    return f"<attributes><measure-style{number}>{sign}</measure-style></attributes>"


REST = "<note><rest measure='yes'/><duration>96</duration></note>"
BEGIN, END = '<measure-repeat type="start">1</measure-repeat>', '<measure-repeat type="stop"/>'


def test_measure_under_a_repeat_sign_sounds_as_the_one_before() -> None:
    signed = melody(bar_of("CDEF"), styled(BEGIN) + REST, REST, styled(END) + bar_of("GABC"), REST)
    two = '<measure-repeat type="start" slashes="2">2</measure-repeat>'
    signed_for_two = melody(bar_of("CDEF"), bar_of("GABC"), styled(two) + REST, "", styled(END) + bar_of("C"))

    assert read(signed).notes == read(melody(*[bar_of("CDEF")] * 3, bar_of("GABC"), REST)).notes
    assert read(signed_for_two).notes == read(melody(*[bar_of("CDEF"), bar_of("GABC")] * 2, bar_of("C"))).notes


def test_what_is_written_out_under_a_repeat_sign_sounds_once() -> None:
    assert (
        read(melody(bar_of("CDEF"), styled(BEGIN) + bar_of("CDEG"), REST)).notes[4:]
        == (read(melody(bar_of("CDEF"), bar_of("CDEG"), bar_of("CDEG"))).notes[4:])
    )


def test_repeat_sign_of_one_staff_leaves_the_other_silent() -> None:
    first, *_ = two_staves(1)
    silent = REST + "<backup><duration>96</duration></backup>" + REST

    transcript = read(musicxml([("Piano", 0, [first, styled(BEGIN, number=' number="2"') + silent])]))

    assert [(note.start, note.pitch) for note in transcript.notes if note.start >= 96] == [(96, 48)]


def test_beat_under_a_repeat_sign_sounds_as_the_one_before() -> None:
    eighths = note("C", duration=12) + note("D", duration=12)
    rest = "<note><rest/><duration>24</duration></note>"
    begin = styled('<beat-repeat type="start"><slash-type>quarter</slash-type></beat-repeat>')
    end = styled('<beat-repeat type="stop"/>')

    signed = melody(eighths + begin + rest * 3, rest * 2 + end + bar_of("GA"))

    assert read(signed).notes == read(melody(eighths * 4, eighths * 2 + bar_of("GA"))).notes


def test_slash_for_a_head_is_a_rhythm_without_pitch() -> None:
    slashes = bar_of("BBBB").replace("</voice>", "</voice><notehead>slash</notehead>")

    assert (
        read(melody(bar_of("CDEF"), slashes, bar_of("CDEF"))).notes
        == read(melody(bar_of("CDEF"), REST, bar_of("CDEF"))).notes
    )
