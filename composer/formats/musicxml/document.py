"""A MusicXML file, compressed or not -> its score, part by part."""

from __future__ import annotations

import io
import zipfile
from html.entities import name2codepoint
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from composer.formats.sections import Refused
from composer.formats.text_encoding import DAMAGED, LARGEST, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ZIP = b"PK\x03\x04"
_ROOT_FILES = ".//{*}rootfile"


def score_in(data: bytes) -> ET.Element:
    """The `score-partwise` of a file. Its first bytes say whether it is compressed, whatever it is called.

    Raises:
        Refused: If it is damaged, larger than any score, or no score.
    """
    text = text_of(_unpacked(data) if data.startswith(_ZIP) else data)
    try:
        parser = ET.XMLParser()  # noqa: S314 - expat limits entities, and nothing outside is loaded
        # Programs that write texts as for a web page name letters by HTML's names.
        parser.entity.update({name: chr(code) for name, code in name2codepoint.items()})
        root = ET.fromstring(text, parser=parser)  # noqa: S314 - as above
    except ET.ParseError as error:
        raise Refused("unreadable: its XML is damaged") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if root.tag == "score-timewise":
        return _partwise(root)
    if root.tag != "score-partwise":
        raise Refused("unreadable: no score in MusicXML")
    return root


def _unpacked(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = archive.getinfo(_score_named(archive))
            if member.file_size > LARGEST:
                raise Refused("larger than any score")
            with archive.open(member) as file:
                return file.read(LARGEST)
    except KeyError as error:
        raise Refused("unreadable: no score in its archive") from error
    except DAMAGED as error:
        raise Refused("unreadable: its archive is damaged") from error


def _score_named(archive: zipfile.ZipFile) -> str:
    """Name of the score: what the container names first, else the first file that looks like one.

    macOS puts files of its own beside the real ones, by the same names.
    """
    names = [name for name in archive.namelist() if not _is_of_macos(name)]
    try:
        container = ET.fromstring(archive.read("META-INF/container.xml"))  # noqa: S314 - as above
        named: Iterable[str | None] = (root.get("full-path") for root in container.iterfind(_ROOT_FILES))
    except (KeyError, ET.ParseError):
        named = ()
    scores = [name for name in names if _looks_like_score(name)]
    found = [name for name in named if name in names]
    return next((name for name in (*filter(_looks_like_score, found), *found, *scores)), "no score")


def _looks_like_score(name: str) -> bool:
    return name.lower().endswith((".xml", ".musicxml")) and not name.startswith("META-INF")


def _is_of_macos(name: str) -> bool:
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name.startswith("._")


def _partwise(root: ET.Element) -> ET.Element:
    """The same score with its measures in its parts, instead of its parts in its measures."""
    score = ET.Element("score-partwise")
    score.extend(child for child in root if child.tag != "measure")
    parts: dict[str, ET.Element] = {}
    for number, measure in enumerate(root.iterfind("measure")):
        for part in measure.iterfind("part"):
            name = part.get("id", "")
            if name not in parts:
                parts[name] = ET.SubElement(score, "part", {"id": name})
            whole = parts[name]
            for _ in range(len(whole), number):
                ET.SubElement(whole, "measure")
            ET.SubElement(whole, "measure", measure.attrib).extend(part)
    return score


def texts_of(element: ET.Element, path: str) -> Iterator[str]:
    """The text of each element at a path, without blanks around it."""
    return ((found.text or "").strip() for found in element.iterfind(path))
