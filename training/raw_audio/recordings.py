"""A folder of recordings -> levels to learn from, and others that are held out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.audio.mu_law import SAMPLE_RATE, to_levels
from composer.errors import RequestError
from composer.listening.recording import FORMATS, Bounds, decode
from composer.listening.recording_files import find_recordings, read_file

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

_BOUNDS = Bounds(most_bytes=1_000_000_000, most_seconds=7200)

_HELD_OUT = 8
"""One recording in so many is held out, or that share of the end of a lone one."""

_FIRST_HELD_OUT = 3

_SHORTEST = SAMPLE_RATE
"""Samples of the shortest recording that is learned from."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """Levels of `composer.audio.mu_law`.

    Attributes:
        train: Recordings to learn from.
        held_out: Those that only measure; at least one.
    """

    train: tuple[NDArray[np.uint8], ...]
    held_out: tuple[NDArray[np.uint8], ...]

    @property
    def seconds(self) -> int:
        """Length of those to learn from."""
        return sum(map(len, self.train)) // SAMPLE_RATE


def read_recordings(folder: Path) -> Recordings:
    """Read every recording below a folder; one that cannot be read is left out, and the log says why.

    Raises:
        RequestError: If there is none that lasts a second, or what reads them is not installed.
    """
    found = []
    for path in find_recordings(folder):
        try:
            levels = to_levels(decode(read_file(path), rate=SAMPLE_RATE, bounds=_BOUNDS))
        except RequestError as error:
            log.warning("%s is left out: %s", path, error)
            continue
        if len(levels) >= _SHORTEST:
            found.append(levels)
    if not found:
        raise RequestError(f"{folder} holds no recording of a second or more; put some of {FORMATS} there")
    return _split(found)


def _split(found: list[NDArray[np.uint8]]) -> Recordings:
    if len(found) == 1:
        end = len(found[0]) - len(found[0]) // _HELD_OUT
        return Recordings((found[0][:end],), (found[0][end:],))
    apart = range(min(_FIRST_HELD_OUT, len(found) - 1), len(found), _HELD_OUT)
    return Recordings(
        tuple(levels for index, levels in enumerate(found) if index not in apart),
        tuple(levels for index, levels in enumerate(found) if index in apart),
    )
