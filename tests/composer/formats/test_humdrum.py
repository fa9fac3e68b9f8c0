from __future__ import annotations

import pytest

from composer.formats.humdrum import transcripts_of
from composer.formats.part_roles import FIND_OUT
from composer.formats.sections import Refused, Transcript, sections_of
from composer.music.score import Key, Metre, Mode, Part
from tests.training.scores import kern


def read(text: str, *, group: str = FIND_OUT) -> Transcript:
    [transcript] = transcripts_of(text.encode(), group=group)
    return transcript


def rows(*cells: str) -> str:
    return "\n".join(["**kern\t**kern", "*M2/4\t*M2/4", "=1\t=1", *cells, "==\t==", "*-\t*-"])


def played(transcript: Transcript, part: Part) -> list[tuple[int, int, int]]:
    return [(note.start, note.duration, note.pitch) for note in transcript.notes if note.part is part]


def test_piece_for_two_hands_is_read_with_its_upbeat() -> None:
    transcript = read(kern(12), group="solo-piano")
    [section] = sections_of(transcript)

    assert (section.score.metre, section.score.bars, section.transposition) == (Metre(3, 4), 13, 4)
    assert section.score.key == Key(0, Mode.MAJOR)
    assert transcript.tempos == [(0, 150.0)]
    assert transcript.whole_bars is not None
    assert transcript.whole_bars[:2] == [24, 96]


def test_column_that_splits_is_one_staff() -> None:
    transcript = read(rows("2C\t4c", "*\t*^", ".\t8e\t4g", ".\t8f\t.", "*\t*v\t*v", "2D\t2d"))

    assert transcript.style == "piano"
    assert played(transcript, Part.MELODY) == [(0, 24, 60), (24, 24, 67), (24, 12, 64), (36, 12, 65), (48, 48, 62)]
    assert played(transcript, Part.ACCOMPANIMENT) == [(0, 48, 48), (48, 48, 50)]


def test_ties_are_merged_and_grace_notes_left_out() -> None:
    transcript = read(rows("2C\t[2cc", "=2\t=2", ".\tddq", "2C\t4cc]", ".\t4ee-"))

    assert played(transcript, Part.MELODY) == [(0, 72, 72), (72, 24, 75)]


def test_triplets_and_dots_fall_on_the_grid() -> None:
    transcript = read(rows("2C\t12c", ".\t12d", ".\t12e", ".\t8.f", ".\t16g"))

    assert [row[:2] for row in played(transcript, Part.MELODY)] == [(0, 8), (8, 8), (16, 8), (24, 18), (42, 6)]


def test_dynamics_are_velocities() -> None:
    text = "**kern\t**kern\t**dynam\n2C\t4c\tpp\n.\t4d\tff\n*-\t*-\t*-"

    assert [note.velocity for note in read(text).notes if note.part is Part.MELODY] == [40, 101]


def test_what_a_performance_without_repeats_leaves_out_is_not_read() -> None:
    label = "*>{0}\t*>{0}".format
    text = rows("*>norep[A,B2]\t*>norep[A,B2]", label("A"), "2C\t2c", label("B1"), "2D\t2d", label("B2"), "2E\t2e")

    assert played(read(text), Part.MELODY) == [(0, 48, 60), (48, 48, 64)]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig", "utf-16"])
def test_text_in_any_encoding_is_read(encoding: str) -> None:
    data = kern(8, comment="ab\xa9 Für Elise").encode(encoding)

    [transcript] = transcripts_of(data, group=FIND_OUT)

    assert len(transcript.notes) == 81


@pytest.mark.parametrize("text", ["", "\0" * 99, "**text\nword\n*-", "**kern\n4c\t4d\n*-"])
def test_what_is_no_score_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


@pytest.mark.parametrize("metre", ["4/0", "0/4", "4/%2", "99999/4"])
def test_metre_that_is_none_is_passed_over(metre: str) -> None:
    text = rows(*["2C\t4c", ".\t4d", "=\t="] * 4).replace("*M2/4", f"*M{metre}")

    assert read(text).metres == {0: (2, 4)}
