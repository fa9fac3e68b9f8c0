"""Bytes of a notation file -> text; a file's encoding is never a reason to refuse it."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from training.formats.sections import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_ROOT_FILES = ".//{*}rootfile"


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


def unpack_score(data: bytes) -> bytes:
    """The score inside compressed MusicXML.

    Raises:
        Refused: If it is no such archive, damaged, or larger than any score.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = archive.getinfo(_score_in(archive))
            if member.file_size > LARGEST:
                raise Refused("larger than any score")
            with archive.open(member) as file:
                return file.read(LARGEST)
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Refused(f"unreadable: {type(error).__name__}") from error


def _score_in(archive: zipfile.ZipFile) -> str:
    """Name of the score: what the container names first, else the first file that looks like one."""
    names = archive.namelist()
    try:
        container = ET.fromstring(archive.read("META-INF/container.xml"))  # noqa: S314 - expat limits entities
        named: Iterable[str | None] = (root.get("full-path") for root in container.iterfind(_ROOT_FILES))
    except (KeyError, ET.ParseError):
        named = ()
    scores = [name for name in names if name.endswith((".xml", ".musicxml")) and not name.startswith("META-INF")]
    return next(name for name in (*named, *scores, "no score") if name in names or name == "no score")
