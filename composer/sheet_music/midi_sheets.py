"""A MIDI file that Cadenza wrote -> its sheet music, in a process of its own.

Verovio lets no other thread run meanwhile, so that a bot's connection would stand still.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path

from composer.errors import RenderError, RequestError
from composer.sheet_music.sheet import SheetMusic

MOST_SECONDS = 60
"""Of the processor, after which the process is ended; five minutes of orchestra took 5."""

MOST_BYTES = 768 * 2**20
"""Memory that the process may take for data; five minutes of orchestra took 242 MB in all."""

_PATIENCE = 180.0
"""Seconds by the clock after which the process is ended, however busy the machine is."""

_FOLDER = Path(__file__).parents[2]
"""Where the process finds the package."""

_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
"""All that the process learns of ours: no token stands in it."""


def sheet_music_of(midi: bytes, *, title: str, remark: str = "", whole: bool = True) -> SheetMusic:
    """The sheet music of a file that Cadenza wrote. Blocks for some seconds.

    Args:
        midi: The file.
        title: Title above the music.
        remark: Line below the title; empty for none.
        whole: Whether all is drawn at once, see `draw_pages`.

    Raises:
        RequestError: The file is damaged or from another program, or its music has no metre.
        RenderError: It takes too much time or memory, or has too many pages.
    """
    asked = json.dumps({"midi": b64encode(midi).decode(), "title": title, "remark": remark, "whole": whole})
    command = [sys.executable, "-m", "composer.sheet_music.process", str(MOST_SECONDS), str(MOST_BYTES)]
    try:
        ended = subprocess.run(
            command,
            input=asked.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            cwd=_FOLDER,
            env=_ENVIRONMENT,
            check=False,
        )
        answer = json.loads(ended.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise RenderError("drawing the sheet music took too much time or memory; ask for a shorter piece") from error
    if "refused" in answer:
        raise RequestError(answer["refused"])
    if "failed" in answer:
        raise RenderError(answer["failed"])
    pages = tuple(b64decode(page) for page in answer["pages"])
    pdf, musicxml = b64decode(answer["pdf"]), b64decode(answer["musicxml"])
    return SheetMusic(pages, answer["count"], pdf, musicxml, tuple(answer["chords"]))
