"""Where a corpus comes from: sets of MIDI files in folders or archives, with a table of their pieces."""

from __future__ import annotations

import csv
import gzip
import lzma
import re
import shutil
import tarfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.conditions import STYLES
from composer.errors import RequestError
from training.dataset import SPLITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PIECES_TABLE = "pieces.tsv"
ATTRIBUTION_TABLES = "*ATTRIBUTION.tsv"

SETS = {
    "chopin-first-editions": ("solo-piano", "romantic"),
    "polish-scores-piano": ("solo-piano", "salon"),
    "mutopia-piano": ("solo-piano", "romantic"),
    "openscore-lieder": ("song", "song"),
    "openscore-quartets": ("ensemble", "quartet"),
    "openscore-orchestra": ("ensemble", "orchestra"),
    "freedoom": ("band-drums", "band"),
    "freedoom-history": ("band-drums", "band"),
    "helland-free-music": ("band-drums", "band"),
}
"""Group and style of each known set; other folders are taken for piano music."""

_OPEN_LICENCES = ("CC0", "CC-BY-", "Creative Commons Attribution ", "Public Domain", "BSD-3")
_STRINGS_ATTACHED = re.compile(r"\b(SA|NC|ND)\b|share-?\s?alike|non-?\s?commercial|no-?\s?deriv", re.IGNORECASE)

UNTABLED = "unknown"
"""Licence of pieces that come without any table: a person's own folder."""

_DAMAGED_ARCHIVE = (tarfile.TarError, gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError)

_BAROQUE = (
    "Bach", "Handel", "Haendel", "Scarlatti", "Couperin", "Rameau", "Purcell", "Telemann", "Buxtehude", "Pachelbel",
    "Frescobaldi", "Froberger", "Byrd", "Dowland", "Zipoli", "Kuhnau", "Krieger", "Fischer", "Daquin", "Bohm",
)  # fmt: skip
_CLASSICAL = (
    "Mozart", "Haydn", "Beethoven", "Clementi", "Czerny", "Diabelli", "Kuhlau", "Hummel", "Cramer", "Dussek",
    "Duncombe", "Attwood", "Turk", "Pleyel", "Giuliani", "Carulli", "Sor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A MIDI file and what its table says of it.

    Attributes:
        path: The file.
        collection: Name of its set.
        group: How its tracks become parts, see `training.reading`.
        style: One of `composer.conditions.STYLES`.
        composer: As the table writes it.
        title: As the table writes it.
        licence: As the table writes it; empty where a table leaves it open, `UNTABLED` where there is none.
        split: One of `training.dataset.SPLITS`.
    """

    path: Path
    collection: str
    group: str
    style: str
    composer: str
    title: str
    licence: str
    split: str

    @property
    def name(self) -> str:
        """Set and file, as people find it."""
        return f"{self.collection}/{self.path.name}"

    @property
    def is_open(self) -> bool:
        """Whether weights trained on it may be shipped: no share-alike, not only for non-commercial use."""
        known = self.licence.startswith((*_OPEN_LICENCES, UNTABLED))
        return known and not _STRINGS_ATTACHED.search(self.licence)


def pieces(corpora: Iterable[Path], *, unpack_to: Path, only: Iterable[str] = ()) -> list[Piece]:
    """All MIDI files of the given corpora, in a stable order.

    Args:
        corpora: Folders, archives (.tar.xz, .tar.gz) or folders of archives. A `pieces.tsv` in a folder
            names composer, title, licence and split of its pieces.
        unpack_to: Where archives are unpacked, once.
        only: Names of the sets to take; empty takes all.

    Raises:
        RequestError: If a corpus is not there, an archive is damaged or a table is not one.
    """
    wanted = set(only)
    found: list[Piece] = []
    for corpus in corpora:
        if not corpus.exists():
            raise RequestError(f"no corpus at {corpus}; name a folder or an archive of MIDI files")
        folder = corpus if corpus.is_dir() else corpus.parent
        table = _table(folder / PIECES_TABLE)
        for name, root in _sets(corpus, unpack_to, wanted):
            own = {row["file"]: row for path in sorted(root.glob(ATTRIBUTION_TABLES)) for row in _rows(path, "file")}
            licence = "" if table or own else UNTABLED
            for path in sorted(path for path in root.rglob("*") if path.suffix.lower() in {".mid", ".midi"}):
                file = path.relative_to(root).as_posix()
                row = table.get((name, file)) or table.get((name, path.name), {})
                found.append(_piece(path, name, {"licence": licence, **row, **own.get(file, {})}))
    return found


def _table(path: Path) -> dict[tuple[str, str], Mapping[str, str]]:
    rows = _rows(path, "dataset", "file") if path.is_file() else []
    return {(row["dataset"], row["file"]): row for row in rows}


def _rows(path: Path, *needed: str) -> list[dict[str, str]]:
    """Rows of a table with tabs between its columns; cells that are missing at a row's end are empty."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
        for column in needed:
            if column not in (reader.fieldnames or ()):
                raise RequestError(f"{path} has no column {column!r}; its first line must name the columns")
        return list(reader)


def _sets(corpus: Path, unpack_to: Path, wanted: set[str]) -> Iterator[tuple[str, Path]]:
    archives = [corpus] if corpus.is_file() else sorted(corpus.glob("*.tar.?z"))
    for archive in archives:
        name = archive.name.split(".tar")[0]
        if not wanted or name in wanted:
            yield name, _unpacked(archive, unpack_to / name)
    if corpus.is_dir() and not archives:
        folders = [path for path in sorted(corpus.iterdir()) if path.is_dir() and path.name in SETS]
        for folder in folders or [corpus.resolve()]:
            if not wanted or folder.name in wanted:
                yield folder.name, folder


def _unpacked(archive: Path, target: Path) -> Path:
    """The archive's folder under `target`, unpacked unless it is there already."""
    done = target / ".unpacked"
    if not done.is_file():
        try:
            with tarfile.open(archive) as file:
                _extract_files(file, target)
        except _DAMAGED_ARCHIVE as error:
            raise RequestError(f"{archive} cannot be unpacked: {error}; fetch it again") from error
        done.touch()
    inner = [path for path in target.iterdir() if path != done]
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else target


def _extract_files(archive: tarfile.TarFile, target: Path) -> None:
    """Write the archive's plain files, and nothing else of it, under `target`.

    By hand, because Python 3.11 learned the safe `filter="data"` only with 3.11.4, and Debian 12 has 3.11.2.
    """
    root = target.resolve()
    for member in archive:
        content = archive.extractfile(member) if member.isreg() else None
        if content is None:
            continue
        path = (root / member.name).resolve()
        if not path.is_relative_to(root):
            raise tarfile.TarError(f"{member.name} would lie outside the destination")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file)


def _piece(path: Path, collection: str, row: Mapping[str, str]) -> Piece:
    group, style = SETS.get(collection, ("solo-piano", STYLES[0]))
    composer = row.get("composer", "")
    split = row.get("split") or SPLITS[0]
    if split not in SPLITS:
        raise RequestError(f"{collection}/{path.name} is put into the split {split!r}; there are {', '.join(SPLITS)}")
    return Piece(
        path=path,
        collection=collection,
        group=group,
        style=_period(composer, style) if collection == "mutopia-piano" else style,
        composer=composer,
        title=row.get("title", ""),
        licence=row["licence"],
        split=split,
    )


def _period(composer: str, otherwise: str) -> str:
    if composer.startswith(_BAROQUE):
        return "baroque"
    return "classical" if composer.startswith(_CLASSICAL) else otherwise
