"""Archives of music files, unpacked by hand: only plain files, and only where they belong.

Python 3.11 learned the safe `filter="data"` only with 3.11.4, and Debian 12 has 3.11.2.
"""

from __future__ import annotations

import gzip
import lzma
import re
import shutil
import tarfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from composer.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENDING = re.compile(r"\.(tar\.xz|tar\.gz|tgz|zip)$", re.IGNORECASE)
_DAMAGED_ARCHIVE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What the readers raise for damaged files, ways of packing that they do not know, and passwords."""


def is_archive(path: Path) -> bool:
    """Whether a path is a file that `unpack_archive` takes."""
    return path.is_file() and bool(_ENDING.search(path.name))


def name_of(archive: Path) -> str:
    """The name without its ending."""
    return _ENDING.sub("", archive.name)


def unpack_archive(archive: Path, target: Path) -> Path:
    """The archive's folder under `target`, unpacked unless it is there already.

    Raises:
        RequestError: If it is damaged, or would write elsewhere.
    """
    done = target / ".unpacked"
    if not done.is_file():
        try:
            for name, content in _files_in(archive):
                _write_file(name, content, target.resolve())
        except _DAMAGED_ARCHIVE as error:
            raise RequestError(f"{archive} cannot be unpacked: {error}; fetch it again") from error
        done.touch()
    inner = [path for path in target.iterdir() if path != done]
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else target


def _files_in(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Names and contents of the plain files in it."""
    if archive.name.lower().endswith(".zip"):
        with zipfile.ZipFile(archive) as packed:
            for member in packed.infolist():
                if not member.is_dir():
                    with packed.open(member) as content:
                        yield member.filename, content
        return
    with tarfile.open(archive) as file:
        for entry in file:
            plain = file.extractfile(entry) if entry.isreg() else None
            if plain is not None:
                yield entry.name, plain


def _write_file(name: str, content: IO[bytes], root: Path) -> None:
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise tarfile.TarError(f"{name} would lie outside the destination")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)
