"""A file in ABC -> its tunes. Prose between them, comments and blocks of text are left out.

Source: "The abc music standard 2.1", abcnotation.com, sections 2 and 11.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from composer.formats.text_encoding import bytes_in, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIELD = re.compile(r"[A-Za-z+]:(?![|:])")
"""A field's line, or one that goes on with it. `A:|` and `A::` are music."""

_BLOCK_BEGINS = re.compile(r"%%begin(\w+)")
_KEPT_DIRECTIVE = re.compile(r"%%\s*MIDI\s|%%\s*propagate-accidentals\s")
_TAGS = re.compile(r"(?:<[/!]?[A-Za-z][^<>|]*>\s*)+")
"""A line of HTML, where a tune was saved with the page around it."""

_OF_A_FILE = frozenset("IKLMQRUm")
"""Fields in front of the first tune that hold for all of them."""


def tunes_of(path: Path) -> tuple[str, ...]:
    """The tunes of a file, read once for all of them.

    Raises:
        OSError: If it cannot be read.
        Refused: If it is larger than any score.
    """
    return _tunes_of(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _tunes_of(path: Path, _changed: int) -> tuple[str, ...]:
    return tuple(split_tunes(text_of(bytes_in(path))))


def is_field(line: str) -> bool:
    """Whether a line is a field, such as `K:G`, and not music."""
    return bool(_FIELD.match(line))


def split_tunes(text: str) -> list[str]:
    """The tunes of a book, each under the fields that stand in front of the first.

    A tune begins with its `X:`. It ends with the first empty line after its music, or where the next begins. A file
    without any `X:` is one tune.
    """
    lines = list(_without_text(text))
    starts = [place for place, line in enumerate(lines) if line.startswith("X:")]
    if not starts:
        return ["\n".join(_tune_from(lines))]
    head = [line for line in lines[: starts[0]] if line[:1] in _OF_A_FILE and is_field(line)]
    return [
        "\n".join([*head, *_tune_from(lines[start:end])])
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]


def _without_text(text: str) -> Iterator[str]:
    """Lines without comments and blocks of text."""
    block = ""
    # Programs that take a line end of Windows for one of their own write one more return in front of it.
    for raw in re.split(r"\r\n|\r|\n", text.replace("\r\r\n", "\n")):
        line = raw.strip()
        if block:
            block = "" if line.startswith(f"%%end{block}") else block
        elif found := _BLOCK_BEGINS.match(line):
            block = found.group(1)
        elif _KEPT_DIRECTIVE.match(line):
            yield "%%" + _without_comment(line[2:])
        elif not line.startswith("%") and not _TAGS.fullmatch(line):
            yield _without_comment(line)


def _without_comment(line: str) -> str:
    """The line without what stands after a `%` that is not escaped."""
    return re.split(r"(?<!\\)%", line, maxsplit=1)[0].rstrip()


def _tune_from(lines: list[str]) -> Iterator[str]:
    """Lines of one tune: its fields up to `K:`, then music up to an empty line."""
    in_body = played = False
    for line in lines:
        if not line:
            if played:
                return
            continue
        field = is_field(line)
        if not in_body and not field and not line.startswith("%%"):
            continue
        in_body = in_body or line.startswith("K:")
        played = played or (in_body and not field and not line.startswith("%%"))
        yield line
