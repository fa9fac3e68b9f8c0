"""A stranger's file is read in a process of its own, which may take little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from composer.music.given import GivenMusic
from composer.reading.refusals import MOST_MIDI_BYTES, MOST_NOTATION_BYTES, SENTENCES, refusal

MOST_SECONDS = 2
"""Of the processor, for reading; what loading the readers takes comes before."""

MOST_BYTES = 300 * 2**20
"""Memory that the process may take for data."""

_PATIENCE = 20.0
"""Seconds by the clock after which the process is ended, however busy the machine is."""

_FOLDER = Path(__file__).parents[2]
"""Where the process finds the package."""

_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
"""All that the process learns of ours: no token stands in it."""


def read_given(data: bytes) -> GivenMusic:
    """Understand a file of somebody's own; see `composer.reading.understanding`. Blocks for about a second.

    The file is on no disk: the process is handed its bytes, and hands back notes.

    Raises:
        RequestError: Nothing can be made of it, or it takes too much time or memory.
    """
    if len(data) > max(MOST_MIDI_BYTES, MOST_NOTATION_BYTES):
        raise refusal("given_large")
    command = [sys.executable, "-m", "composer.reading.process", str(MOST_SECONDS), str(MOST_BYTES)]
    try:
        ended = subprocess.run(
            command, input=data, capture_output=True, timeout=_PATIENCE, cwd=_FOLDER, env=_ENVIRONMENT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise refusal("given_slow") from error
    try:
        answer = json.loads(ended.stdout)
        if "reason" in answer:
            raise refusal(answer["reason"] if answer["reason"] in SENTENCES else "given_damaged", **answer["values"])
        return GivenMusic.from_plain(answer)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # It was ended for its time or memory, or by a fault of a parser in C++; its last words tell which to nobody.
        raise refusal("given_slow" if ended.returncode else "given_damaged") from error
