from __future__ import annotations

import pytest

from composer.formats.part_roles import FIND_OUT, Line, notes_of, parts_of
from composer.formats.sections import Refused
from composer.music.score import Part

RIGHT, LEFT = (76, 0, True), (50, 0, True)


def lines(*described: tuple[float, int, bool], drums: int = 0, instrument: str = "") -> list[Line]:
    pitched = [
        Line(notes=100, height=height, program=program, drums=False, chordal=chordal, instrument=instrument)
        for height, program, chordal in described
    ]
    return [*pitched, *[Line(notes=100, height=38, program=0, drums=True, chordal=False)] * drums]


def melodies(*programs: int) -> list[Line]:
    return lines(*((80 - 5 * index, program, False) for index, program in enumerate(programs)))


@pytest.mark.parametrize(
    ("found", "style", "parts"),
    [
        (lines(LEFT, RIGHT), "piano", [Part.ACCOMPANIMENT, Part.MELODY]),
        (lines(LEFT), "piano", [None]),
        (melodies(73), "song", [Part.MELODY]),
        (lines((60, 52, False), LEFT), "song", [Part.MELODY, Part.ACCOMPANIMENT]),
        (melodies(40, 40, 41, 42), "quartet", [Part.MELODY, Part.ACCOMPANIMENT, Part.ACCOMPANIMENT, Part.BASS]),
        (melodies(52, 52, 52, 52), "choir", [Part.MELODY, Part.ACCOMPANIMENT, Part.ACCOMPANIMENT, Part.BASS]),
        (lines(RIGHT, (40, 33, False), drums=1), "band", [Part.MELODY, Part.BASS, Part.DRUMS]),
        (lines(drums=1), "band", [Part.DRUMS]),
        (melodies(73, 68, 71, 60, 42), "orchestra", [Part.MELODY, *[Part.ACCOMPANIMENT] * 3, Part.BASS]),
        (lines(RIGHT, (70, 40, False), (45, 42, False)), "orchestra", [Part.MELODY, Part.ACCOMPANIMENT, Part.BASS]),
    ],
)
def test_style_and_parts_are_found_out(found: list[Line], style: str, parts: list[Part | None]) -> None:
    assert parts_of(found, FIND_OUT) == (style, parts)


def test_song_may_have_both_staves_of_its_piano() -> None:
    found = [*lines((60, 52, False)), *lines(RIGHT, LEFT, instrument="P2")]

    assert parts_of(found, FIND_OUT) == ("song", [Part.MELODY, Part.ACCOMPANIMENT, Part.ACCOMPANIMENT])
    assert parts_of(found, "song")[1] == parts_of(found, FIND_OUT)[1]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_bass_and_chords_that_a_converter_made_accompany_a_tune(order: tuple[int, int, int]) -> None:
    found = lines((72, 0, False), (54, 0, True), (38, 0, False))

    style, parts = parts_of([found[place] for place in order], FIND_OUT)

    accompanied = [Part.MELODY, Part.ACCOMPANIMENT, Part.ACCOMPANIMENT]
    assert (style, parts) == ("song", [accompanied[place] for place in order])


def test_two_pianos_beside_a_voice_are_no_song() -> None:
    with pytest.raises(Refused, match="not one voice and piano"):
        parts_of(lines((60, 52, False), RIGHT, LEFT), "song")


def test_lines_without_notes_count_for_nothing() -> None:
    empty = Line(notes=0, height=0, program=40, drums=False, chordal=False)

    assert parts_of([*lines(LEFT, RIGHT), empty], FIND_OUT)[0] == "piano"


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ([], "no notes"),
        (lines(RIGHT, LEFT, LEFT), "more than two staves"),
        (melodies(0, 0, 0), "more than two staves"),
        (lines((72, 0, False), (54, 0, True), (50, 0, True), (38, 0, False)), "more than two staves"),
    ],
)
def test_what_no_style_is_for_is_refused(found: list[Line], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        parts_of(found, FIND_OUT)


def test_known_group_leaves_the_style_to_its_set() -> None:
    assert parts_of(lines(RIGHT, LEFT), "solo-piano") == ("", [Part.MELODY, Part.ACCOMPANIMENT])


def test_chords_and_second_voices_tell_keyboards_from_melodies() -> None:
    scale = Line.of([0, 24, 48], [26, 26, 24], [60, 62, 64], program=0, drums=False)
    chords = Line.of([0, 0, 24, 24], [24] * 4, [60, 64, 62, 65], program=0, drums=False)
    voices = Line.of([0, 0, 24, 48], [72, 24, 24, 24], [48, 60, 62, 64], program=0, drums=False)

    assert [line.chordal for line in (scale, chords, voices)] == [False, True, True]


def test_single_staff_is_divided_between_its_highest_and_lowest_notes() -> None:
    low_register = [(0, 24, 40, 70, None), (24, 24, 54, 70, None), (48, 24, 56, 70, None)]
    high_register = [(96, 24, 62, 70, None), (120, 24, 66, 70, None), (144, 24, 90, 70, None)]

    notes = notes_of([*low_register, *high_register])

    assert [note.part for note in notes] == [
        Part.ACCOMPANIMENT, Part.ACCOMPANIMENT, Part.MELODY, Part.ACCOMPANIMENT, Part.MELODY, Part.MELODY,
    ]  # fmt: skip
