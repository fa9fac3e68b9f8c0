"""What runs in the process of `composer.sheet_music.midi_sheets`: JSON on its input and output."""

from __future__ import annotations

import json
import resource
import sys
import time
from base64 import b64decode, b64encode
from contextlib import suppress
from typing import Any

from composer.errors import RenderError, RequestError
from composer.performance.chord_markers import read_numerals
from composer.performance.midi import read
from composer.sheet_music.chord_line import chords_by_bar
from composer.sheet_music.pages import draw_pages
from composer.sheet_music.writing import write_notation


def main() -> None:
    """Read, draw, answer; the limits, which the arguments name, stand before a byte is read."""
    seconds, most_bytes = map(int, sys.argv[1:])
    _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + seconds)
    _limit(resource.RLIMIT_DATA, most_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    json.dump(_answer(json.load(sys.stdin)), sys.stdout, separators=(",", ":"))


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        midi = b64decode(asked["midi"])
        score, settings = read(midi)
        written = write_notation(score, settings, title=asked["title"], remark=asked["remark"])
        chords = chords_by_bar(read_numerals(midi), score)
        sheet = draw_pages(written, chords=chords, whole=asked["whole"])
    except RequestError as error:
        return {"refused": str(error)}
    except RenderError as error:
        return {"failed": str(error)}
    packed = {"pdf": b64encode(sheet.pdf).decode(), "musicxml": b64encode(sheet.musicxml).decode()}
    return {
        "pages": [b64encode(page).decode() for page in sheet.pages],
        "count": sheet.count,
        "chords": sheet.chords,
        **packed,
    }


def _limit(kind: int, most: int) -> None:
    with suppress(ValueError, OSError):  # a lower limit that stands already holds
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
