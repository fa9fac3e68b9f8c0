"""Whatever is written for an option is read or refused at once: no text keeps the process busy."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from composer.errors import MOST_QUOTED, RequestError, quoted
from composer.models.identity import choose_version
from composer.request import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 6000
"""Characters: the longest text that Discord lets a person write for an option."""

MOST_SECONDS = 0.01
MOST_CHARACTERS = 600
TRIES = 5

PARTS = (
    *(" ", "  ", "\t", "\n", "\xa0", "-", "_", ",", ";", ":", "@", "`", "v", "0", "1", "9", "²", "٣", "x", "'", "."),
    *("C", "es", "is", "s", "flat", "sharp", "♭", "♯", "maj", "m", "minor", "dur", "moll", "wavenet", "minuet", "inf"),
)  # fmt: skip
PIECES = st.lists(st.sampled_from(PARTS) | st.characters(), min_size=1, max_size=6).map("".join)


@st.composite
def long_texts(draw: st.DrawFn) -> str:
    """A beginning, something that is repeated and an end: what a pattern that goes back takes longest over."""
    start, middle, end = draw(PIECES), draw(PIECES), draw(PIECES)
    return (start + middle * LONG)[: LONG - len(end)] + end


PARSERS: dict[str, Callable[[str], object]] = {
    **{option.name: option.parse for option in OPTIONS},
    "version": lambda text: choose_version(f"wavenet@{text}", [("wavenet", 8)]),
    "name": lambda text: choose_version(text, [("wavenet", 8)]),
}


def parsed(parse: Callable[[str], object], text: str) -> tuple[float, str]:
    """Seconds of this thread's work, whatever else the machine does, in the quickest of some tries; and the refusal."""
    spent, refusal = MOST_SECONDS, ""
    for _ in range(TRIES):
        begun = time.thread_time()
        try:
            parse(text)
        except RequestError as error:
            refusal = str(error)
        except ValueError:
            pass
        spent = time.thread_time() - begun
        if spent < MOST_SECONDS:
            break
    return spent, refusal


@pytest.mark.parametrize("name", PARSERS)
@settings(deadline=None, max_examples=60)
@given(text=long_texts())
@example(text=f"C{' ' * (LONG - 2)}x")
@example(text="9" * LONG)
@example(text=f"1:{'9' * (LONG - 2)}")
def test_the_longest_text_is_parsed_or_refused_at_once_and_not_repeated_whole(name, text):
    spent, refusal = parsed(PARSERS[name], text)

    assert spent < MOST_SECONDS
    assert all(len(repeated) <= MOST_QUOTED for repeated in re.findall(r"`([^`]*)`", refusal))
    assert len(refusal) < MOST_CHARACTERS


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_a_text_longer_than_any_value_is_refused_before_it_is_parsed(option):
    with pytest.raises(RequestError, match=f"{option.name} takes at most {option.longest} characters, not"):
        option.value_of("1" * (option.longest + 1))


def test_a_text_is_quoted_on_one_line_and_cannot_end_its_quotation():
    assert quoted("a `b`\n c") == "`a 'b' c`"
    assert quoted("x" * 100) == f"`{'x' * 59}…`"
