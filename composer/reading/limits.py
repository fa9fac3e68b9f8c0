"""A stranger's file is read in a process of its own, which may take little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from composer.listening.hearing import HUMMED
from composer.listening.recording import check_installed, is_recording
from composer.music.given import GivenMusic
from composer.reading.refusals import MOST_MIDI_BYTES, MOST_NOTATION_BYTES, SENTENCES, refusal


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What the process may take.

    Attributes:
        seconds: Of the processor, for reading; what loading the readers takes comes before.
        most_bytes: Memory for data.
        patience: Seconds by the clock after which it is ended, however busy the machine is.
    """

    seconds: int
    most_bytes: int
    patience: float


WRITTEN = ReadingLimits(2, 300 * 2**20, 20.0)
HEARD = ReadingLimits(6, 300 * 2**20, 60.0)
"""Of files of notes, and of recordings: a minute of sound took up to 1.8 s and 240 MB, and slower machines hear too."""

_FOLDER = Path(__file__).parents[2]
"""Where the process finds the package."""

_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
"""All that the process learns of ours: no token stands in it."""


def read_given(data: bytes) -> GivenMusic:
    """Understand a file of somebody's own; see `composer.reading.understanding`.

    Blocks for about a second, and for several with a recording.

    The file is on no disk: the process is handed its bytes, and hands back notes.

    Raises:
        RequestError: Nothing can be made of it, or it takes too much time or memory.
    """
    limits = _check_size(data)
    command = [sys.executable, "-m", "composer.reading.process", str(limits.seconds), str(limits.most_bytes)]
    try:
        ended = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=limits.patience,
            cwd=_FOLDER,
            env=_ENVIRONMENT,
            check=False,
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


def _check_size(data: bytes) -> ReadingLimits:
    """The limits for a file.

    Raises:
        RequestError: It is too large, or recordings are not heard here.
    """
    if is_recording(data):
        check_installed()
        if len(data) > HUMMED.most_bytes:
            raise refusal("recording_large", megabytes=HUMMED.most_bytes // 1_000_000)
        return HEARD
    if len(data) > max(MOST_MIDI_BYTES, MOST_NOTATION_BYTES):
        raise refusal("given_large")
    return WRITTEN
