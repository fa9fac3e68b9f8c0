"""The files of a corpus: folders, archives, archives in folders, and what is not read of them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.formats.sections import Refused
from composer.formats.text_encoding import NOTATION, kind_of
from training.corpus.archives import UnreadableArchiveError, is_archive, name_of, names_archive, unpack_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = frozenset({".mid", ".midi", ".kar", ".rmi", ".mus", *NOTATION})
"""Ends of the names of music files."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")

_TABLES = frozenset({".tsv"})
_DEEPEST = 3
"""Archives that may lie in one another."""

_HINTS = {
    ".mscz": "a MuseScore file: export it as MusicXML",
    ".mscx": "a MuseScore file: export it as MusicXML",
    ".musx": "a Finale file: export it as MusicXML",
    ".sib": "a Sibelius file: export it as MusicXML",
    ".rar": "an archive of a kind that is not read: unpack it",
    ".7z": "an archive of a kind that is not read: unpack it",
}


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A music file.

    Attributes:
        path: Where it can be read.
        name: Its place in its set, with `/` between folders, as people find it.
    """

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class CorpusFolder:
    """A set of music files: a folder, or what an archive was unpacked to.

    Attributes:
        name: Name of the set.
        root: Its folder.
        files: Its music files, in a stable order.
    """

    name: str
    root: Path
    files: tuple[CorpusFile, ...]


class FileFinder:
    """Finds music files, and remembers what it passed over.

    Attributes:
        left_out: What is not read, by its place, with the reason.
    """

    def __init__(self, unpack_to: Path) -> None:
        """Unpack archives there."""
        self._unpack_to = unpack_to
        self.left_out: dict[str, str] = {}

    def sets_in(self, corpus: Path, known: frozenset[str], only: frozenset[str]) -> Iterator[CorpusFolder]:
        """The sets of a corpus: each archive, each folder of a known name, and all else in one.

        Args:
            corpus: A folder, an archive or a music file.
            known: Names of folders that are sets of their own.
            only: Names of the sets that are wanted, all if it is empty; no other is looked into or unpacked.

        Raises:
            RequestError: If it is not there, or is neither a folder nor an archive nor a music file.
        """
        if not corpus.exists():
            raise RequestError(
                f"no corpus at {corpus}; name a folder or an archive of MIDI, MusicXML, Humdrum or ABC files"
            )
        if corpus.is_file() and not is_archive(corpus):
            one = self._set_of_file(corpus)
            yield from [one] if not only or one.name in only else []
        elif corpus.is_file():
            yield from [self._set_of_archive(corpus)] if not only or name_of(corpus) in only else []
        else:
            archives = sorted(path for path in corpus.iterdir() if is_archive(path))
            folders = sorted(path for path in corpus.iterdir() if path.is_dir() and path.name in known)
            for archive in archives:
                yield from self._set_in_folder(archive) if not only or name_of(archive) in only else []
            yield from (self._set_of(one.name, one) for one in folders if not only or one.name in only)
            if not only or corpus.resolve().name in only:
                rest = self._set_of(corpus.resolve().name, corpus, without={*archives, *folders})
                if rest.files or not (archives or folders):
                    yield rest

    def _set_in_folder(self, archive: Path) -> Iterator[CorpusFolder]:
        """The set in an archive that nobody named by itself: one that is damaged costs no other."""
        try:
            yield self._set_of_archive(archive)
        except UnreadableArchiveError as reason:
            self.left_out[archive.name] = str(reason)

    def _set_of_archive(self, archive: Path) -> CorpusFolder:
        name = name_of(archive)
        return self._set_of(name, self._unpacked(archive, f"{name}/"))

    def _unpacked(self, archive: Path, within: str) -> Path:
        return unpack_archive(archive, self._unpack_to, wanted=_is_wanted, left_out=self.left_out, within=within)

    @staticmethod
    def _set_of_file(path: Path) -> CorpusFolder:
        if path.suffix.lower() not in SUFFIXES:
            raise RequestError(
                f"{path} is not music that is read here; name a folder, an archive (.zip, .tar.gz, .tar.xz) or a file "
                "of MIDI, MusicXML, Humdrum or ABC"
            )
        return CorpusFolder(path.resolve().parent.name, path.parent, (CorpusFile(path, path.name),))

    def _set_of(self, name: str, root: Path, *, without: set[Path] | None = None) -> CorpusFolder:
        files = self._files_in(root, f"{name}/", without or set(), depth=1)
        prefix = len(name) + 1
        ordered = sorted((found[prefix:], path) for path, found in files)
        return CorpusFolder(name, root, tuple(CorpusFile(path, found) for found, path in ordered))

    def _files_in(self, root: Path, within: str, without: set[Path], *, depth: int) -> Iterator[tuple[Path, str]]:
        for folder, inner, names in os.walk(root):
            for name in sorted(inner):
                path = Path(folder, name)
                if path.is_symlink():
                    self.left_out[within + _place(path, root)] = "a linked folder: name it beside this one"
                elif path.suffix.lower() in SUFFIXES:
                    self.left_out[within + _place(path, root)] = "a folder, though its name is that of a file"
            inner[:] = sorted(name for name in inner if Path(folder, name) not in without)
            for name in sorted(names):
                path = Path(folder, name)
                if path not in without:
                    yield from self._file(path, within + _place(path, root), depth)

    def _file(self, path: Path, name: str, depth: int) -> Iterator[tuple[Path, str]]:
        suffix = path.suffix.lower()
        try:
            if path.exists() and not path.is_file():
                # To read a pipe would wait for whoever writes into it.
                self.left_out[name] = "no file, though it is named like one"
            elif kind_of(path) in SUFFIXES:
                yield path, name
            elif is_archive(path):
                yield from self._nested(path, name, depth)
            elif suffix not in _TABLES:
                self.left_out[name] = _HINTS.get(suffix, "not music") if path.exists() else "a link that leads nowhere"
        except (Refused, RequestError) as reason:
            self.left_out[name] = str(reason)

    def _nested(self, archive: Path, name: str, depth: int) -> Iterator[tuple[Path, str]]:
        if depth >= _DEEPEST:
            raise Refused("an archive in archives in archives: unpack it")
        yield from self._files_in(self._unpacked(archive, f"{name}/"), f"{name}/", set(), depth=depth + 1)


def _is_wanted(name: str) -> bool:
    path = Path(name)
    if "__MACOSX" in path.parts or path.name.startswith("._"):
        return False
    return kind_of(path) in SUFFIXES or path.suffix.lower() in _TABLES or names_archive(path.name)


def _place(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def printable(name: str) -> str:
    """A name as it stands in a line: bytes that are no UTF-8, tabs and line ends become a replacement."""
    return _CONTROL.sub("?", name.encode("utf-8", "replace").decode("utf-8"))
