"""Bytes of a notation file -> text; a file's encoding is never a reason to refuse it."""

from __future__ import annotations

import codecs
import gzip
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from composer.formats.sections import Refused

if TYPE_CHECKING:
    from pathlib import Path

NOTATION = frozenset({".mxl", ".musicxml", ".xml", ".krn", ".abc"})
"""Ends of the names of notation files."""

LARGEST = 32 * 2**20
"""Bytes of a score as text; the longest opera takes fewer."""

DAMAGED = (
    tarfile.TarError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""What is raised for damaged archives, ways of packing that are not known, passwords, and what cannot be read."""

_GZIP = b"\x1f\x8b"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>\s*")


def kind_of(path: Path) -> str:
    """The end of a music file's name in small letters; `.gz` behind it tells nothing of the music."""
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return name.suffix.lower()


def bytes_in(path: Path) -> bytes:
    """What a file holds; one that is packed by gzip, whatever it is called, is unpacked.

    Raises:
        OSError: If it cannot be read.
        Refused: If it is empty or larger than any score, or its archive is damaged.
    """
    if path.stat().st_size > LARGEST:
        raise Refused("larger than any score")
    data = path.read_bytes()
    if not data:
        raise Refused("an empty file")
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.open(path) as packed:
            data = packed.read(LARGEST + 1)
    except DAMAGED as error:
        raise Refused("unreadable: its archive is damaged") from error
    if len(data) > LARGEST:
        raise Refused("larger than any score")
    return data


def text_of(data: bytes) -> str:
    """Decode by byte order mark, by what XML declares, as UTF-8 or else as Latin-1, which fits any bytes.

    An XML declaration is left out, for what it says of the encoding is no longer true.

    Raises:
        Refused: If it is larger than any score.
    """
    return _DECLARATION.sub("", _decode_text(data))


def _decode_text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise Refused("larger than any score")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    declared = _DECLARED.match(data)
    for encoding in (declared.group(1).decode() if declared else "utf-8", "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
