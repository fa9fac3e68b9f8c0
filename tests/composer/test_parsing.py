from __future__ import annotations

import pytest

from composer.errors import RequestError
from composer.music.score import Key, Metre, Mode
from composer.parsing import key_name, parse_key, parse_metre, parse_number, parse_seconds


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C", Key(0, Mode.MAJOR)), ("Am", Key(9, Mode.MINOR)), ("a minor", Key(9, Mode.MINOR)),
        ("E-flat major", Key(3, Mode.MAJOR)), ("Eb", Key(3, Mode.MAJOR)), ("F# minor", Key(6, Mode.MINOR)),
        ("f#m", Key(6, Mode.MINOR)), ("Bbm", Key(10, Mode.MINOR)), ("B", Key(11, Mode.MAJOR)),
        ("C sharp minor", Key(1, Mode.MINOR)), ("Cb", Key(11, Mode.MAJOR)), ("G♯ min", Key(8, Mode.MINOR)),
    ],
)  # fmt: skip
def test_keys_are_read_as_people_write_them(text, key):
    assert parse_key(text) == key


@pytest.mark.parametrize("text", ["H", "", "C majorish", "12", "Am7"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(RequestError, match="I don't know the key"):
        parse_key(text)


@pytest.mark.parametrize("key", [Key(tonic, mode) for tonic in range(12) for mode in Mode])
def test_every_key_can_be_read_back_from_its_name(key):
    assert parse_key(key_name(key)) == key
    assert parse_key(str(key)) == key


def test_metres_are_read_as_printed():
    assert parse_metre("6/8") == Metre(6, 8)
    with pytest.raises(RequestError, match="metre"):
        parse_metre("7/9")


@pytest.mark.parametrize(("typed", "seconds"), [("90", 90), (" 1:30 ", 90), ("7.5", 7.5), ("7,5", 7.5)])
def test_a_length_may_be_written_as_people_do(typed, seconds):
    assert parse_seconds(typed) == seconds


@pytest.mark.parametrize("parse", [parse_number, parse_seconds])
@pytest.mark.parametrize("text", ["", "long", "1:xx"])
def test_what_is_no_number_is_told_apart_from_what_is_out_of_range(parse, text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)
