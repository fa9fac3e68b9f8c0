from __future__ import annotations

import math

import pytest

from composer.errors import RequestError
from composer.music.score import Key, Metre, Mode
from composer.request import Request, from_settings, key_name, parse_key, parse_metre


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("seconds", 4.9), ("seconds", 301), ("seconds", math.nan), ("tempo", 39), ("tempo", 201), ("creativity", -0.1),
        ("creativity", 1.1), ("candidates", 0), ("candidates", 33), ("seed", -1), ("style", "polka"),
        ("metre", Metre(11, 8)),
    ],
)  # fmt: skip
def test_what_cannot_be_composed_is_refused_in_one_sentence(option, value):
    with pytest.raises(RequestError) as refusal:
        Request(**{option: value})

    assert "\n" not in str(refusal.value)


def test_a_refusal_names_the_range_and_what_was_given():
    with pytest.raises(RequestError, match="length must be 5 to 300 seconds, not 900"):
        Request(seconds=900)


def test_a_misspelt_style_is_answered_with_the_nearest():
    with pytest.raises(RequestError, match="Did you mean `romantic`"):
        Request(style="romantik")


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


def test_settings_become_the_request_that_they_came_from():
    request = from_settings({"length": 30.0, "key": "E-flat minor", "metre": "3/4", "tempo": None, "seed": 7})

    assert request == Request(seconds=30.0, key=Key(3, Mode.MINOR), metre=Metre(3, 4), seed=7)


def test_foreign_settings_are_refused():
    with pytest.raises(RequestError, match="not those of a piece"):
        from_settings({"bpm": 3})
