from __future__ import annotations

import pytest

from composer.errors import RequestError
from composer.music.score import Metre
from composer.parsing import parse_metre, parse_number, parse_seconds


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
