"""Where a corpus comes from: sets of music files in folders or archives, with a table of their pieces."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.formats.abc_notation.tunes import tunes_of
from composer.formats.part_roles import FIND_OUT
from composer.formats.sections import Refused
from composer.formats.text_encoding import kind_of
from composer.styles.table import STYLES
from training.corpus.dataset import SPLITS
from training.corpus.files import FileFinder, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from training.corpus.files import CorpusFile

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
    "open-hymnal": FIND_OUT,
    "cre-irish": FIND_OUT,
    "open-ewld-safe": FIND_OUT,
    "blasphemer": FIND_OUT,
    "piano-rolls": FIND_OUT,
}
"""Group of each known set; `_BY_PROGRAMS` tells the empty ones, and of other folders the reader finds out."""

_STYLES_OF_SETS = {name: style.name for style in STYLES.values() for name in style.sources}

_BY_PROGRAMS = {
    frozenset({"52"}): ("ensemble", "choir"),
    frozenset({"19", "52"}): ("ensemble", "choir"),
    frozenset({"0", "52"}): ("song", "song"),
}
"""Group and style by the General MIDI programs that play: choirs, alone or with an organ, and voice with piano."""

_LICENCES = {
    "open-hymnal": "Public Domain",
    "cre-irish": "CC-BY-4.0",
    "open-ewld-safe": "MIT; songs in the public domain",
    "blasphemer": "BSD-3-Clause",
    "piano-rolls": "MIT",
}
"""Licence of known sets, where no table of pieces says it: as the files beside the music do."""

_WITHOUT_BEATS = frozenset({"piano-rolls"})
"""Known sets of performances whose files count milliseconds, and no beats."""

_OPEN_LICENCES = ("CC0", "CC-BY-", "Creative Commons Attribution ", "Public Domain", "BSD-3", "MIT")
_STRINGS_ATTACHED = re.compile(r"\b(SA|NC|ND)\b|share-?\s?alike|non-?\s?commercial|no-?\s?deriv", re.IGNORECASE)

_OTHERS_TUNES = re.compile(r"Piano arrangement|Christmas|\'s original\b")
"""In titles of helland-free-music: arrangements of tunes that are not the composer's own to license."""

UNTABLED = "unknown"
"""Licence of pieces that come without any table: a person's own folder."""

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
        group: How its tracks become parts, see `composer.formats.midi`; empty if no style is for what plays it.
        style: One of `composer.styles.table.STYLE_NAMES`, or empty where its reader finds out or none is for it.
        composer: Name of the composer, as the table writes it.
        title: Title, as the table writes it.
        licence: Licence, as the table writes it; empty where a table leaves it open, `UNTABLED` where there is none.
        split: One of `training.corpus.dataset.SPLITS`.
        number: Place of the tune in a book of several, from 0.
        file: Its place in its set, with `/` between folders; the file's name alone where this is empty.
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
    file: str = ""

    @property
    def name(self) -> str:
        """Set and file, as people find it; from the second tune of a book on with its place there."""
        place = f"{self.collection}/{self.file or self.path.name}"
        return printable(place) + (f"#{self.number + 1}" if self.number else "")

    @property
    def has_beats(self) -> bool:
        """Whether its file says where beats are."""
        return self.collection not in _WITHOUT_BEATS

    @property
    def is_open(self) -> bool:
        """Whether weights trained on it may be shipped: no share-alike, not only for non-commercial use."""
        known = self.licence.startswith((*_OPEN_LICENCES, UNTABLED))
        theirs = self.collection == "helland-free-music" and bool(_OTHERS_TUNES.search(self.title))
        return known and not theirs and not _STRINGS_ATTACHED.search(self.licence)


def source_pieces(
    corpora: Iterable[Path],
    *,
    unpack_to: Path,
    only: Iterable[str] = (),
    left_out: dict[str, str] | None = None,
) -> list[SourcePiece]:
    """All music files of the given corpora, in a stable order.

    Args:
        corpora: Folders, archives, folders of archives, or music files. A `pieces.tsv` in a folder names composer,
            title, licence and split of its pieces; files without a split are parted by their names.
        unpack_to: Where archives are unpacked, once.
        only: Names of the sets to take; empty takes all.
        left_out: Takes the place of each file that is no music, with the reason.

    Raises:
        RequestError: If a corpus is not there, an archive is damaged or a table is not one.
    """
    wanted = frozenset(only)
    finder = FileFinder(unpack_to)
    found: list[SourcePiece] = []
    for corpus in corpora:
        folder = corpus if corpus.is_dir() else corpus.parent
        table = _read_table(folder / PIECES_TABLE)
        for music in finder.sets_in(corpus, frozenset(GROUPS), wanted):
            own = _read_attributions(music.root)
            licence = _LICENCES.get(music.name, "" if table or own else UNTABLED)
            for file in music.files:
                row = table.get((music.name, file.name)) or table.get((music.name, file.path.name), {})
                piece = _piece_from_row(file, music.name, {"licence": licence, **row, **own.get(file.name, {})})
                found += [_numbered(piece, number, row) for number in range(_pieces_in(file.path))]
    if left_out is not None:
        left_out |= {printable(name): reason for name, reason in finder.left_out.items()}
    return found


def _numbered(piece: SourcePiece, number: int, row: Mapping[str, str]) -> SourcePiece:
    """A tune of a book; where no table says it, each has a split of its own."""
    place = PurePosixPath(piece.file).with_suffix("").as_posix()
    split = row.get("split") or _split_of(f"{place}#{number}" if number else place)
    return replace(piece, number=number, split=split)


def _pieces_in(path: Path) -> int:
    """How many: a tune book in ABC holds several."""
    if kind_of(path) != ".abc":
        return 1
    try:
        return len(tunes_of(path))
    except (Refused, OSError):  # its reader says so again, and the report with it
        return 1


def _read_attributions(root: Path) -> dict[str, Mapping[str, str]]:
    """Rows of a set's own tables by their files."""
    tables = sorted(root.glob(ATTRIBUTION_TABLES))
    return {row["file"]: row for path in tables for row in _read_rows(path, "file")}


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


def _piece_from_row(file: CorpusFile, collection: str, row: Mapping[str, str]) -> SourcePiece:
    group, style = GROUPS.get(collection, FIND_OUT), _STYLES_OF_SETS.get(collection, "")
    if not group:
        group, style = _BY_PROGRAMS.get(frozenset(row.get("programs", "").split(",")), ("", ""))
    composer = row.get("composer", "")
    split = row.get("split") or SPLITS[0]
    if split not in SPLITS:
        raise RequestError(f"{collection}/{file.name} is put into the split {split!r}; there are {', '.join(SPLITS)}")
    return SourcePiece(
        path=file.path,
        file=file.name,
        collection=collection,
        group=group,
        style=_period_of(composer, style) if collection == "mutopia-piano" else style,
        composer=composer,
        title=row.get("title", ""),
        licence=row["licence"],
        split=split,
    )


def _split_of(name: str) -> str:
    """Where no table says it: one file in ten is held out to choose by and one in ten to test on, by its place alone.

    So a file stays where it is when others come; versions of one work are brought together later.
    """
    tenth = hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[0] * 10 // 256
    return {0: "valid", 1: "test"}.get(tenth, SPLITS[0])


def _period_of(composer: str, otherwise: str) -> str:
    if composer.startswith(_BAROQUE):
        return "baroque"
    return "classical" if composer.startswith(_CLASSICAL) else otherwise
