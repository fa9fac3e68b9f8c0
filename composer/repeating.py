"""The settings of a piece, found in any of its files: MIDI, WAV, MP3 or record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from composer.audio import mp3
from composer.errors import RequestError
from composer.originals import read_original

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NAME_ONE = "name a MIDI, WAV, MP3 or JSON file that Cadenza wrote"


def read_settings_in(path: Path) -> dict[str, object]:
    """The settings that stand in a file of a piece.

    Raises:
        RequestError: If the file cannot be read, is damaged, or from another program.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RequestError(f"cannot read {path}: {error.strerror}; {_NAME_ONE}") from error
    reader = next((reader for mark, reader in _READERS.items() if data.startswith(mark)), _in_original)
    try:
        return dict(reader(data))
    except (ValueError, KeyError, TypeError, RequestError) as error:
        raise RequestError(f"{path} is damaged or not Cadenza's; {_NAME_ONE}") from error


def _in_original(data: bytes) -> dict[str, object]:
    return dict(read_original(data).settings)


def _in_mp3(data: bytes) -> dict[str, object]:
    settings: dict[str, object] = json.loads(mp3.read_comment(data))
    return settings


def _in_record(data: bytes) -> dict[str, object]:
    settings: dict[str, object] = json.loads(data)["settings"]
    return settings


_READERS: dict[bytes, Callable[[bytes], dict[str, object]]] = {b"ID3": _in_mp3, b"{": _in_record}
