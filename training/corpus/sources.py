"""Where a corpus comes from: sets of music files in folders or archives, with a table of their pieces."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.styles.table import STYLES
from training.corpus.archives import is_archive, name_of, unpack_archive
from training.corpus.dataset import SPLITS
from training.formats.abc_notation.tunes import tunes_of
from training.formats.part_roles import FIND_OUT
from training.formats.sections import Refused
from training.formats.text_encoding import NOTATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PIECES_TABLE = "pieces.tsv"
ATTRIBUTION_TABLES = "*ATTRIBUTION.tsv"

GROUPS = {
    "chopin-first-editions": "solo-piano",
    "polish-scores-piano": "solo-piano",
    "mutopia-piano": "solo-piano",
    "openscore-lieder": "song",
    "openscore-quartets": "ensemble",
    "openscore-orchestra": "ensemble",
    "polish-scores-ensemble": "",
    "freedoom": "band-drums",
    "freedoom-history": "band-drums",
    "helland-free-music": "band-drums",
}
"""Group of each known set; `_BY_PROGRAMS` tells the empty ones, and of other folders the reader finds out."""

_STYLES_OF_SETS = {name: style.name for style in STYLES.values() for name in style.sources}

_BY_PROGRAMS = {
    frozenset({"52"}): ("ensemble", "choir"),
    frozenset({"19", "52"}): ("ensemble", "choir"),
    frozenset({"0", "52"}): ("song", "song"),
}
"""Group and style by the General MIDI programs that play: choirs, alone or with an organ, and voice with piano."""

_OPEN_LICENCES = ("CC0", "CC-BY-", "Creative Commons Attribution ", "Public Domain", "BSD-3")
_STRINGS_ATTACHED = re.compile(r"\b(SA|NC|ND)\b|share-?\s?alike|non-?\s?commercial|no-?\s?deriv", re.IGNORECASE)

_OTHERS_TUNES = re.compile(r"Piano arrangement|Christmas|\'s original\b")
"""In titles of helland-free-music: arrangements of tunes that are not the composer's own to license."""

UNTABLED = "unknown"
"""Licence of pieces that come without any table: a person's own folder."""

_SUFFIXES = {".mid", ".midi", *NOTATION}

_BAROQUE = (
    "Bach", "Handel", "Haendel", "Scarlatti", "Couperin", "Rameau", "Purcell", "Telemann", "Buxtehude", "Pachelbel",
    "Frescobaldi", "Froberger", "Byrd", "Dowland", "Zipoli", "Kuhnau", "Krieger", "Fischer", "Daquin", "Bohm",
)  # fmt: skip
_CLASSICAL = (
    "Mozart", "Haydn", "Beethoven", "Clementi", "Czerny", "Diabelli", "Kuhlau", "Hummel", "Cramer", "Dussek",
    "Duncombe", "Attwood", "Turk", "Pleyel", "Giuliani", "Carulli", "Sor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourcePiece:
    """A file of music, or a tune in one, and what its table says of it.

    Attributes:
        path: The file.
        collection: Name of its set.
        group: How its tracks become parts, see `training.formats.midi`; empty if no style is for what plays it.
        style: One of `composer.styles.table.STYLE_NAMES`, or empty where its reader finds out or none is for it.
        composer: Name of the composer, as the table writes it.
        title: Title, as the table writes it.
        licence: Licence, as the table writes it; empty where a table leaves it open, `UNTABLED` where there is none.
        split: One of `training.corpus.dataset.SPLITS`.
        number: Place of the tune in a book of several, from 0.
    """

    path: Path
    collection: str
    group: str
    style: str
    composer: str
    title: str
    licence: str
    split: str
    number: int = 0

    @property
    def name(self) -> str:
        """Set and file, as people find it; from the second tune of a book on with its place there."""
        return f"{self.collection}/{self.path.name}" + (f"#{self.number + 1}" if self.number else "")

    @property
    def is_open(self) -> bool:
        """Whether weights trained on it may be shipped: no share-alike, not only for non-commercial use."""
        known = self.licence.startswith((*_OPEN_LICENCES, UNTABLED))
        theirs = self.collection == "helland-free-music" and bool(_OTHERS_TUNES.search(self.title))
        return known and not theirs and not _STRINGS_ATTACHED.search(self.licence)


def source_pieces(corpora: Iterable[Path], *, unpack_to: Path, only: Iterable[str] = ()) -> list[SourcePiece]:
    """All music files of the given corpora, in a stable order.

    Args:
        corpora: Folders, archives (.tar.xz, .tar.gz, .tgz, .zip) or folders of archives. A `pieces.tsv` in a folder
            names composer, title, licence and split of its pieces; files without a split are parted by their names.
        unpack_to: Where archives are unpacked, once.
        only: Names of the sets to take; empty takes all.

    Raises:
        RequestError: If a corpus is not there, an archive is damaged or a table is not one.
    """
    wanted = set(only)
    found: list[SourcePiece] = []
    for corpus in corpora:
        if not corpus.exists():
            raise RequestError(
                f"no corpus at {corpus}; name a folder or an archive of MIDI, MusicXML, Humdrum or ABC files"
            )
        folder = corpus if corpus.is_dir() else corpus.parent
        table = _read_table(folder / PIECES_TABLE)
        for name, root in _find_sets(corpus, unpack_to, wanted):
            own = {
                row["file"]: row for path in sorted(root.glob(ATTRIBUTION_TABLES)) for row in _read_rows(path, "file")
            }
            licence = "" if table or own else UNTABLED
            for path in sorted(path for path in root.rglob("*") if path.suffix.lower() in _SUFFIXES):
                file = path.relative_to(root).as_posix()
                row = table.get((name, file)) or table.get((name, path.name), {})
                piece = _piece_from_row(path, name, {"licence": licence, **row, **own.get(file, {})})
                found += [replace(piece, number=number) for number in range(_pieces_in(path))]
    return found


def _pieces_in(path: Path) -> int:
    """How many: a tune book in ABC holds several."""
    if path.suffix.lower() != ".abc":
        return 1
    try:
        return len(tunes_of(path))
    except Refused:  # its reader says so again, and the report with it
        return 1


def _read_table(path: Path) -> dict[tuple[str, str], Mapping[str, str]]:
    rows = _read_rows(path, "dataset", "file") if path.is_file() else []
    return {(row["dataset"], row["file"]): row for row in rows}


def _read_rows(path: Path, *needed: str) -> list[dict[str, str]]:
    """Rows of a table with tabs between its columns; cells that are missing at a row's end are empty."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
        for column in needed:
            if column not in (reader.fieldnames or ()):
                raise RequestError(f"{path} has no column {column!r}; its first line must name the columns")
        return list(reader)


def _find_sets(corpus: Path, unpack_to: Path, wanted: set[str]) -> Iterator[tuple[str, Path]]:
    archives = [corpus] if corpus.is_file() else sorted(path for path in corpus.iterdir() if is_archive(path))
    for archive in archives:
        name = name_of(archive)
        if not wanted or name in wanted:
            yield name, unpack_archive(archive, unpack_to / name)
    if corpus.is_dir() and not archives:
        folders = [path for path in sorted(corpus.iterdir()) if path.is_dir() and path.name in GROUPS]
        for folder in folders or [corpus.resolve()]:
            if not wanted or folder.name in wanted:
                yield folder.name, folder


def _piece_from_row(path: Path, collection: str, row: Mapping[str, str]) -> SourcePiece:
    group, style = GROUPS.get(collection, FIND_OUT), _STYLES_OF_SETS.get(collection, "")
    if not group:
        group, style = _BY_PROGRAMS.get(frozenset(row.get("programs", "").split(",")), ("", ""))
    composer = row.get("composer", "")
    split = row.get("split") or _split_of(path.stem)
    if split not in SPLITS:
        raise RequestError(f"{collection}/{path.name} is put into the split {split!r}; there are {', '.join(SPLITS)}")
    return SourcePiece(
        path=path,
        collection=collection,
        group=group,
        style=_period_of(composer, style) if collection == "mutopia-piano" else style,
        composer=composer,
        title=row.get("title", ""),
        licence=row["licence"],
        split=split,
    )


def _split_of(name: str) -> str:
    """Where no table says it: one file in ten is held out to choose by and one in ten to test on, by its name alone.

    So a file stays where it is when others come; versions of one work are brought together later.
    """
    tenth = hashlib.sha256(name.encode()).digest()[0] * 10 // 256
    return {0: "valid", 1: "test"}.get(tenth, SPLITS[0])


def _period_of(composer: str, otherwise: str) -> str:
    if composer.startswith(_BAROQUE):
        return "baroque"
    return "classical" if composer.startswith(_CLASSICAL) else otherwise
