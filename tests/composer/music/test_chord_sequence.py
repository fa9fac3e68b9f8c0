from __future__ import annotations

import pytest

from composer.errors import RequestError
from composer.parsing import parse_chords


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Am F C G", "Am F C G"),
        ("Am, F, C, G", "Am F C G"),
        ("Am - F - C - G", "Am F C G"),
        ("| Am F | C G |", "Am F | C G"),
        ("Dm7 G7|Cmaj7", "Dm7 G7 | Cmaj7"),
        ("C#m A E B", "C#m A E B"),
        ("Gm Eb Bb F", "Gm Eb Bb F"),
    ],
)
def test_chords_are_read_as_people_write_them(text: str, written: str) -> None:
    chords = parse_chords(text)

    assert str(chords) == written
    assert parse_chords(written) == chords


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("C H G", "I don't know the chord `H`; write chords such as"),
        (" | ", "no chords were given; write chords such as Am F C G"),
        ("C G C G C | F", "a bar holds at most 4 chords"),
    ],
)
def test_what_is_not_understood_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RequestError, match=sentence.replace("|", r"\|")):
        parse_chords(text)
