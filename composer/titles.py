"""A title is a form and a key, so that it can be made again in any language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.key_names import parse_key, without_marks

if TYPE_CHECKING:
    from composer.music.score import Key

_IN = " in "


def join_title(form: str, key: Key) -> str:
    """The title as it stands in files: "Nocturne in E flat major"."""
    return f"{form}{_IN}{key}"


def split_title(title: str) -> tuple[str, Key] | None:
    """Form and key of a title; None if it has another shape, as an engine of one's own may give it."""
    form, _, key = title.rpartition(_IN)
    try:
        return (form, parse_key(key)) if form else None
    except RequestError:
        return None


def form_id(form: str) -> tuple[str, int]:
    """A form in letters that every system takes, without the number in it, and that number: suite-of-waltzes, 3."""
    plain = re.sub(r"[^a-z0-9]+", "-", without_marks(form).lower()).strip("-")
    number = re.search(r"[0-9]+", plain)
    return re.sub(r"-?[0-9]+", "", plain), int(number[0]) if number else 1
