"""Bytes of a notation file -> text; a file's encoding is never a reason to refuse it."""

from __future__ import annotations

import codecs
import re

from training.formats.sections import Refused

NOTATION = frozenset({".mxl", ".musicxml", ".xml", ".krn", ".abc"})
"""Ends of the names of notation files."""

LARGEST = 32 * 2**20
"""Bytes of a score as text; the longest opera takes fewer."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>\s*")


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
