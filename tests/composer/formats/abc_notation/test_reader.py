from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.formats.abc_notation.reader import transcript_of
from composer.formats.abc_notation.tune_reader import TuneReader
from composer.formats.abc_notation.tunes import split_tunes
from composer.formats.part_roles import FIND_OUT
from composer.formats.sections import Refused, Transcript, sections_of
from composer.music.score import Part
from tests.training.scores import abc

RIGHT = json.loads(Path(__file__).with_name("right_values.json").read_text())
"""Name -> a file, and of each of its tunes the notes that abc2midi 4.84 plays: 24ths of a quarter and MIDI keys.

Ornaments, chord symbols and fermatas, which abc2midi plays, were taken out before it read them.
"""

HANDS = [
    "a_V_after_K",
    "b_V_in_header_and_body",
    "c_interleaved",
    "d_inline_bracket",
    "e_inline_bracket_after_K",
    "f_xml2abc_style",
]


def tune(music: str, *fields: str, key: str = "C") -> str:
    return "\n".join(["X:1", "T:t", *fields, f"K:{key}", music])


def read(text: str) -> Transcript:
    [found] = split_tunes(text)
    return transcript_of(found, group=FIND_OUT)


def sounds(text: str) -> list[tuple[int, int]]:
    return [(note.start, note.pitch) for note in read(text).notes]


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_notes_are_those_that_abc2midi_plays(name: str) -> None:
    tunes = split_tunes(RIGHT[name]["abc"])

    assert len(tunes) == len(RIGHT[name]["tunes"])
    for text, right in zip(tunes, RIGHT[name]["tunes"], strict=True):
        reader = TuneReader()
        for line in text.split("\n"):
            reader.read_line(line)
        played = sorted([round(row.start * 24), row.pitch] for voice in reader.finished_voices() for row in voice.rows)
        assert [pitch for _, pitch in played] == [pitch for _, pitch in right]
        # abc2midi begins the notes of a chord a little after each other.
        assert max(abs(start - at) for (start, _), (at, _) in zip(played, right, strict=True)) <= 1


@pytest.mark.parametrize(
    ("directive", "pitches"),
    [
        ("%%propagate-accidentals not", [66, 65, 77]),
        ("I:propagate-accidentals octave", [66, 66, 77]),
        ("", [66, 66, 78]),
    ],
)
def test_accidental_lasts_as_the_tune_says(directive: str, pitches: list[int]) -> None:
    assert [pitch for _, pitch in sounds(tune("^FFf|", "M:4/4", "L:1/4", *filter(None, [directive])))] == pitches


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_line_ends_of_every_program_are_read(end: str) -> None:
    assert len(sounds(tune("GABc|\ndedB|\ncBAG|", "M:4/4", "L:1/4").replace("\n", end))) == 12


def test_page_around_a_tune_is_not_played() -> None:
    page = f"<!DOCTYPE html>\n<html><body>\n<pre>\n{tune('GABc|', 'M:4/4', 'L:1/4')}\n</pre></body></html>\n"

    assert len(sounds(page)) == 4


def test_quotes_in_a_text_do_not_end_it() -> None:
    assert len(sounds(tune(r'"\"agada\""GABc|', "M:4/4", "L:1/4"))) == 4


@pytest.mark.parametrize("key", ["dmin", "d minor", "dm", "Dm", "D minor", "d aeolian"])
def test_key_is_the_same_in_small_letters(key: str) -> None:
    assert sounds(tune("B4|", "M:4/4", "L:1/4", key=key)) == [(0, 70)]


def test_two_marks_of_a_layer_go_back_by_two_bars() -> None:
    assert sorted(sounds(tune("g4|e3d && c4|a4|C4|", "M:4/4", "L:1/4"))) == [
        (0, 72), (0, 79), (96, 76), (96, 81), (168, 74), (192, 60)
    ]  # fmt: skip


@pytest.mark.parametrize("name", HANDS)
def test_every_way_of_writing_two_hands_is_the_same_piece(name: str) -> None:
    transcript = read(RIGHT[name]["abc"])
    [section] = sections_of(transcript)

    parts = [note.part for note in transcript.notes]
    assert (parts.count(Part.MELODY), parts.count(Part.ACCOMPANIMENT)) == (45, 12)
    assert (transcript.style, section.score.bars) == ("piano", 12)


def test_words_under_one_voice_of_a_hymn_make_it_a_choir() -> None:
    voices = "\n".join(f"[V:{voice}] {note}4|{note}4|" for voice, note in enumerate(("c", "G", "E,", "C,")))
    words = voices.replace("|\n", "|\nw: A-men\n", 1)

    transcript = read(tune(words, "M:4/4", "L:1/4", "%%MIDI program 1 0 % Piano 1", "%%MIDI program 2 0"))

    assert (transcript.style, len(transcript.notes)) == ("choir", 8)


def test_words_over_a_piano_make_a_song() -> None:
    music = "[V:1] cdef|\nw: a b c d\n[V:2] [CE]4-|\n[V:2] [CEG]2[CE]2|\n"

    assert read(tune(music, "M:4/4", "L:1/4")).style == "song"


@pytest.mark.parametrize(
    "ending",
    ["[1 cccc:|[2 dddd|]", "|1 cccc:|2 dddd|]", "[1,2 cccc:|[3 dddd|]", '["1" cccc:|["2." dddd|]'],
)
def test_of_alternative_endings_the_last_is_read(ending: str) -> None:
    assert sounds(tune(f"|:GABc{ending}", "M:4/4", "L:1/4"))[4:] == [(96 + 24 * beat, 74) for beat in range(4)]


@pytest.mark.parametrize(
    ("tempo", "quarters"),
    [("1/4=90", 90), ("3/8=60", 90), ('"Allegro" 1/2=60', 120), ("1/4 3/8 1/4 3/8=40", 200), ("120", 120)],
)
def test_tempo_is_read_in_quarters(tempo: str, quarters: float) -> None:
    assert read(tune("GABc|", "M:4/4", "L:1/4", f"Q:{tempo}")).tempos == [(0, quarters)]


@pytest.mark.parametrize(
    ("fields", "music", "metre"),
    [
        (["M:none", "L:1/4"], "GABc|dedB|cBAG|", (4, 4)),
        (["L:1/4"], "GAB|ded|cBA|", (3, 4)),
        ([], "GABc|dedB|cBAG|", (2, 4)),
        (["L:1/4"], "GABcdedBcB", (4, 4)),
    ],
)
def test_tune_without_a_metre_has_the_one_that_its_bars_say(
    fields: list[str], music: str, metre: tuple[int, int]
) -> None:
    assert read(tune(music, *fields)).metres == {0: metre}


def test_marks_stand_where_they_begin() -> None:
    transcript = read(tune("!p!GABc|[M:3/4][K:Eb]GAB|[Q:1/4=60]!ff!c3|", "M:4/4", "L:1/4", "Q:1/4=100"))

    assert transcript.metres == {0: (4, 4), 96: (3, 4)}
    assert transcript.signatures == [(0, 0), (96, -3)]
    assert transcript.tempos == [(0, 100.0), (168, 60.0)]
    assert [note.velocity for note in transcript.notes][::7] == [52, 101]
    assert transcript.whole_bars == [0, 96, 168]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("rests_x_and_Z", "more than a third of its bars are empty"), ("slashes", "bars of other lengths")],
)
def test_tune_that_is_no_piece_is_refused_for_what_is_wrong_with_it(name: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        sections_of(read(RIGHT[name]["abc"]))


def test_bar_that_a_repeat_divides_is_not_whole() -> None:
    assert read(tune("GABc|GA:|Bc|GABc|", "M:4/4", "L:1/4")).whole_bars == [0, 192]


def test_book_of_ten_thousand_tunes_is_divided_in_a_second() -> None:
    book = "\n".join(abc(16, number=number) for number in range(10_000))
    began = time.process_time()

    assert len(split_tunes(book)) == 10_000
    assert time.process_time() - began < 3


@pytest.mark.parametrize("text", ["", "X:1\n", "X:1\nK:C\n", "X:1\nK:C\nzzzz|\n", "just prose: a bad cabbage"])
def test_what_holds_no_music_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused, match="no music"):
        read(text)


MUSIC = st.text(alphabet="ABCGabcgzxZ^_=,'/123456|:[](){}<>-&!\"+.~ \n%KMLVQwX", max_size=600)


@settings(max_examples=150, deadline=None)
@given(MUSIC)
def test_whatever_is_written_is_read_or_refused(music: str) -> None:
    for text in split_tunes(f"X:1\nM:4/4\nK:C\n{music}"):
        try:
            transcript_of(text, group=FIND_OUT)
        except Refused as reason:
            assert len(str(reason)) > 5  # noqa: PT017 - either is right


@pytest.mark.parametrize("piece", ["[", "!", '"', "+", "{", "(", "c/", "^", "|:", "&", "[V:", "c'", "<", "A" * 9 + "-"])
def test_long_lines_are_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    for text in split_tunes(tune(piece * (20_000 // len(piece)))):
        with suppress(Refused):
            transcript_of(text, group=FIND_OUT)

    assert time.process_time() - began < 3
