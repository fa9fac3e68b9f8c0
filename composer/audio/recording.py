"""A recording as a file that holds all of it: mu-law levels in a WAV, with settings as its comment.

Chunks of RIFF after Microsoft and IBM 1991, "Multimedia Programming Interface and Data Specifications 1.0". Any player
opens the file, and nothing is lost in it, as it would be in an MP3.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.audio.mu_law import SAMPLE_RATE
from composer.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MAGIC = b"RIFF"
"""What a file begins with."""

_MU_LAW = 7
_FORMAT = struct.Struct("<HHIIHHH")
_CHUNK = struct.Struct("<4sI")
_NOT_OURS = "this is no recording that Cadenza wrote; name another file"
_SIGNS, _BITS = 0x80, 0xFF


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Sound that nobody wrote as notes.

    Attributes:
        levels: Levels of `composer.audio.mu_law`, shape (samples,).
        settings: All that is needed to make the same again.
    """

    levels: NDArray[np.uint8]
    settings: Mapping[str, object]

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.levels) / SAMPLE_RATE


def write(recording: Recording) -> bytes:
    """The file; equal recordings give equal bytes."""
    comment = json.dumps(dict(recording.settings), ensure_ascii=False).encode() + b"\0"
    format_ = _FORMAT.pack(_MU_LAW, 1, SAMPLE_RATE, SAMPLE_RATE, 1, 8, 0)
    samples = _to_telephony(recording.levels).tobytes()
    fact = struct.pack("<I", len(samples))
    chunks = [
        _chunk(b"fmt ", format_),
        _chunk(b"fact", fact),
        _chunk(b"LIST", b"INFO" + _chunk(b"ICMT", comment)),
        _chunk(b"data", samples),
    ]
    return _chunk(MAGIC, b"WAVE" + b"".join(chunks))


def read(data: bytes) -> Recording:
    """The recording in a file that `write` made.

    Raises:
        RequestError: If the file is damaged or from another program.
    """
    try:
        outer = dict(_chunks(data))[MAGIC]
        chunks = dict(_chunks(outer.removeprefix(b"WAVE")))
        comment = dict(_chunks(chunks[b"LIST"].removeprefix(b"INFO")))[b"ICMT"]
        settings: dict[str, Any] = dict(json.loads(comment.rstrip(b"\0")))
        is_ours = _FORMAT.unpack(chunks[b"fmt "])[:3] == (_MU_LAW, 1, SAMPLE_RATE)
        levels = _from_telephony(np.frombuffer(chunks[b"data"], np.uint8))
    except (KeyError, ValueError, TypeError, struct.error) as error:
        raise RequestError(_NOT_OURS) from error
    if not is_ours:
        raise RequestError(_NOT_OURS)
    return Recording(levels, settings)


def _chunk(name: bytes, content: bytes) -> bytes:
    """A chunk, filled up to an even length."""
    return _CHUNK.pack(name, len(content)) + content + b"\0" * (len(content) % 2)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, place = [], 0
    while place + _CHUNK.size <= len(data):
        name, size = _CHUNK.unpack_from(data, place)
        start = place + _CHUNK.size
        if start + size > len(data):
            raise ValueError("the end is missing")
        found.append((name, data[start : start + size]))
        place = start + size + size % 2
    return found


def _to_telephony(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Levels from quiet to loud as G.711 sends them: a sign, and a size, both inverted."""
    size = np.where(levels < _SIGNS, _SIGNS - 1 - levels.astype(int), levels.astype(int) - _SIGNS)
    sign = np.where(levels < _SIGNS, _SIGNS, 0)
    return (_BITS - (sign | size)).astype(np.uint8)


def _from_telephony(sent: NDArray[np.uint8]) -> NDArray[np.uint8]:
    plain = _BITS - sent.astype(int)
    size = plain & (_SIGNS - 1)
    return np.where(plain & _SIGNS, _SIGNS - 1 - size, _SIGNS + size).astype(np.uint8)
