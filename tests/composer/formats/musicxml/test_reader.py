from __future__ import annotations

import io
import zipfile

import pytest

from composer.formats.abc_notation.tunes import split_tunes
from composer.formats.musicxml.reader import transcript_of
from composer.formats.part_roles import FIND_OUT
from composer.formats.sections import Refused, Transcript, sections_of
from composer.formats.text_encoding import text_of
from composer.music.score import Part
from tests.training.scores import QUARTERS_IN_C, abc, attributes, bar_of, compressed, melody, musicxml, note, two_staves

CONTAINER = '<container><rootfiles><rootfile full-path="{}"/></rootfiles></container>'


def read(text: str | bytes, *, group: str = FIND_OUT) -> Transcript:
    data = text.encode() if isinstance(text, str) else text
    return transcript_of(data, group=group)


def starts(transcript: Transcript) -> list[int]:
    return [note.start for note in transcript.notes]


def test_staves_of_a_piano_are_its_hands() -> None:
    transcript = read(musicxml([("Piano", 0, two_staves(8, fifths=-3))]))

    assert transcript.style == "piano"
    assert [note.pitch for note in transcript.notes if note.part is Part.MELODY][:4] == [72, 76, 79, 76]
    assert {note.pitch for note in transcript.notes if note.part is Part.ACCOMPANIMENT} == {48}
    assert transcript.metres == {0: (4, 4)}
    assert transcript.signatures[0] == (0, -3)


def test_voice_and_piano_are_a_song() -> None:
    sung = [attributes() + bar_of(QUARTERS_IN_C), *[bar_of(QUARTERS_IN_C)] * 7]

    transcript = read(musicxml([("Singstimme", 52, sung), ("Piano", 0, two_staves(8))]), group="song")

    assert {note.pitch for note in transcript.notes if note.part is Part.MELODY} == {60, 64, 67}
    assert len(transcript.notes) == 8 * 9


def test_strings_are_a_quartet() -> None:
    def part(octave: int) -> list[str]:
        return [attributes() + bar_of(QUARTERS_IN_C, octave), *[bar_of(QUARTERS_IN_C, octave)] * 7]

    parts = [("Violin", 40, part(5)), ("Violin", 40, part(4)), ("Viola", 41, part(3)), ("Violoncello", 42, part(2))]

    transcript = read(musicxml(parts))

    assert transcript.style == "quartet"
    assert {note.pitch for note in transcript.notes if note.part is Part.BASS} == {36, 40, 43}


def test_drums_are_a_band() -> None:
    snare = (
        "<note><unpitched><display-step>C</display-step><display-octave>5</display-octave></unpitched>"
        "<duration>24</duration></note>"
    )
    score = musicxml([("Flute", 73, [attributes() + bar_of("CEGE")]), ("Drumset", 0, [attributes() + snare * 4])])

    transcript = read(score.replace("<midi-channel>2<", "<midi-channel>10<"))

    assert transcript.style == "band"
    assert [note.pitch for note in transcript.notes if note.part is Part.DRUMS] == [38] * 4


def test_ties_are_merged_across_bar_lines() -> None:
    held = note("C", 5, 96, more='<tie type="start"/>')
    end = note("C", 5, 24, more='<tie type="stop"/>') + bar_of("EGE")

    transcript = read(melody(held, end))

    assert [(note.start, note.duration, note.pitch) for note in transcript.notes[:2]] == [(0, 120, 72), (120, 24, 64)]


def test_grace_notes_are_left_out_and_triplets_fall_on_the_grid() -> None:
    grace = "<note><grace/><pitch><step>D</step><octave>5</octave></pitch><voice>1</voice></note>"
    ratio = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
    triplet = "".join(
        note(step, 5, 8).replace("</note>", f"<type>eighth</type>{ratio}</note>") for step in ("C", "D", "E")
    )

    transcript = read(melody(grace + triplet + bar_of("EGE")))

    assert [(note.start, note.duration) for note in transcript.notes[:4]] == [(0, 8), (8, 8), (16, 8), (24, 24)]


def test_dynamics_are_velocities_and_tempo_marks_are_read() -> None:
    def direction(content: str) -> str:
        return f"<direction><direction-type>{content}</direction-type></direction>"

    tempo = "<metronome><beat-unit>half</beat-unit><per-minute>40</per-minute></metronome>"
    soft, loud = (direction(f"<dynamics><{name}/></dynamics>") for name in ("pp", "ff"))

    transcript = read(melody(soft + bar_of(QUARTERS_IN_C), loud + bar_of(QUARTERS_IN_C), first=direction(tempo)))

    assert [note.velocity for note in transcript.notes] == [40] * 4 + [101] * 4
    assert transcript.tempos == [(0, 80.0)]


def test_of_two_endings_the_last_is_played() -> None:
    def ending(number: int, kind: str) -> str:
        return f'<ending number="{number}" type="{kind}"/>'

    first = f'<barline location="left">{ending(1, "start")}</barline>' + bar_of("DDDD")
    first += f'<barline location="right">{ending(1, "stop")}<repeat direction="backward"/></barline>'
    second = f'<barline location="left">{ending(2, "start")}</barline>' + bar_of("FFFF")
    second += f'<barline location="right">{ending(2, "discontinue")}</barline>'

    transcript = read(melody(bar_of("CCCC"), first, second, bar_of("CCCC")))

    assert [note.pitch for note in transcript.notes] == [60] * 4 + [65] * 4 + [60] * 4
    assert starts(transcript) == list(range(0, 12 * 24, 24))
    assert transcript.whole_bars == [0, 96, 192]


def test_upbeat_is_known_without_guessing() -> None:
    bars = [note("G"), *[bar_of(QUARTERS_IN_C)] * 9]

    transcript = read(melody(*bars))
    [section] = sections_of(transcript)

    assert transcript.whole_bars == list(range(24, 24 + 9 * 96, 96))
    assert (section.score.bars, section.score.notes[0].start) == (10, 72)


def test_bar_split_by_a_repeat_moves_no_bar_lines() -> None:
    bars = [bar_of(QUARTERS_IN_C)] * 9
    bars[4:5] = [bar_of("CE"), bar_of("GE")]

    [section] = sections_of(read(melody(*bars)))

    assert section.score.bars == 9


def test_section_ends_where_a_bar_lacks_time() -> None:
    bars = [bar_of(QUARTERS_IN_C)] * 18
    bars[8] = bar_of("CEG")

    first, second = sections_of(read(melody(*bars)))

    assert (first.score.bars, second.score.bars) == (9, 9)
    assert len(first.score.notes) + len(second.score.notes) == 18 * 4 - 1
    assert second.score.notes[0].start == 0


def test_transposing_instruments_sound_where_they_sound() -> None:
    clarinet = attributes(fifths=2, more="<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>")
    parts = [("Clarinet", 71, [clarinet + bar_of("DDDD")]), ("Cello", 42, [attributes() + bar_of("CCCC", 3)])]

    transcript = read(musicxml(parts))

    assert {note.pitch for note in transcript.notes} == {60, 48}
    assert transcript.signatures == [(0, 0)]


@pytest.mark.parametrize("title", ["abcdefghi\xa9 1998", "Für Elise"])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16"])
def test_text_in_any_encoding_is_read(title: str, encoding: str) -> None:
    score = musicxml([("Piano", 0, two_staves(8))]).replace(' encoding="UTF-8"', "").replace("Piano", title)

    assert len(read(score.encode(encoding)).notes) == 40
    assert split_tunes(text_of(abc(8, title=title).encode(encoding))) == split_tunes(abc(8, title=title))


def test_declared_encoding_is_believed_only_where_it_is_true() -> None:
    score = musicxml([("\xa9", 0, two_staves(8))])

    assert len(read(score.encode("latin-1")).notes) == 40
    assert len(read(score.replace("UTF-8", "no-such").encode()).notes) == 40


@pytest.mark.parametrize("container", [True, False])
def test_compressed_musicxml_is_read(container: bool) -> None:  # noqa: FBT001 - a parameter of the test
    score = musicxml([("Piano", 0, two_staves(8))])

    assert len(read(compressed(score, container=container)).notes) == 40


PITCHED = melody(*[bar_of("CDEF")] * 8)


@pytest.mark.parametrize(
    "members",
    [
        {"Score.XML": PITCHED},
        {"deep/down/score.MusicXML": PITCHED},
        {"META-INF/container.xml": CONTAINER.format("gone.xml"), "score.xml": PITCHED},
        {"META-INF/container.xml": CONTAINER.format('x.pdf"/><rootfile full-path="score.xml'), "score.xml": PITCHED},
    ],
)
def test_score_is_found_in_whatever_archive(members: dict[str, str]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in {"x.pdf": "%PDF", **members}.items():
            archive.writestr(name, text)

    assert len(read(file.getvalue()).notes) == 32


def test_letters_named_as_in_html_are_read() -> None:
    doctype = '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" "partwise.dtd">'
    score = PITCHED.replace("<score-partwise", f"{doctype}<score-partwise", 1).replace("Flute", "Fl&ouml;te&nbsp;1")

    assert len(read(score).notes) == 32


@pytest.mark.parametrize("divisions", ["0", "-24"])
def test_score_without_divisions_in_a_quarter_is_refused(divisions: str) -> None:
    with pytest.raises(Refused, match="unreadable: no divisions in a quarter"):
        read(PITCHED.replace("<divisions>24<", f"<divisions>{divisions}<"))


def test_pitches_under_a_percussion_clef_are_places_of_drums() -> None:
    score = melody(
        bar_of("FFFF"), bar_of("CCCC", 5), first="<attributes><clef><sign>percussion</sign></clef></attributes>"
    )

    assert {(note.part, note.pitch) for note in read(score).notes} == {(Part.DRUMS, 36), (Part.DRUMS, 38)}


def test_loudness_that_is_to_be_played_is_a_dynamic_where_none_is_written() -> None:
    loud = '<direction><sound dynamics="{}"/></direction>'

    notes = read(melody(loud.format(54.44) + bar_of("CDEF"), loud.format(111) + bar_of("CDEF"))).notes

    assert [note.velocity for note in notes[::4]] == [52, 101]


def test_bars_before_the_first_time_signature_have_the_metre_that_they_say() -> None:
    score = melody(bar_of("CDE"), bar_of("CDE"), attributes(beats=4) + bar_of("CDEF")).replace("<time>", "<!--", 1)

    assert read(score.replace("</time>", "-->", 1)).metres == {0: (3, 4), 144: (4, 4)}


@pytest.mark.parametrize(
    "data", [b"", b"PK\3\4gone", b"<score-partwise>", b"<html/>", compressed("")[:150], b"<score-partwise/>", b"PK\5\6"]
)
def test_what_is_no_score_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        sections_of(read(data))
