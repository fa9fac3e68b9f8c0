"""Archives of music files, unpacked by hand: only music, only where it belongs, and not without bounds.

Python 3.11 learned the safe `filter="data"` only with 3.11.4, and Debian 12 has 3.11.2.
"""

from __future__ import annotations

import errno
import hashlib
import re
import tarfile
import zipfile
from typing import IO, TYPE_CHECKING

from composer.errors import RequestError
from composer.formats.sections import Refused
from composer.formats.text_encoding import DAMAGED, LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_ENDING = re.compile(r"\.(tar\.xz|tar\.gz|tar\.bz2|tar|tgz|zip)$", re.IGNORECASE)
MOST_BYTES = 2**30
MOST_MEMBERS = 200_000
"""What one archive may unpack to."""

_CHUNK = 2**20
_ZIP = b"PK"


class UnreadableArchiveError(RequestError):
    """An archive is damaged, or holds more than any corpus."""


def names_archive(name: str) -> bool:
    """Whether a file of that name is one that `unpack_archive` takes."""
    return bool(_ENDING.search(name))


def is_archive(path: Path) -> bool:
    """Whether a path is a file that `unpack_archive` takes."""
    return names_archive(path.name) and path.is_file()


def name_of(archive: Path) -> str:
    """The name without its ending."""
    return _ENDING.sub("", archive.name)


def unpack_archive(
    archive: Path, unpack_to: Path, *, wanted: Callable[[str], bool], left_out: dict[str, str], within: str = ""
) -> Path:
    """The archive's folder under `unpack_to`, unpacked unless it is there already.

    Args:
        archive: Its file.
        unpack_to: Folder for all archives; each has its own there, by its place and name.
        wanted: Whether a file of that name is to be unpacked.
        left_out: Takes the name of each member that is not unpacked, with the reason.
        within: What stands in front of these names.

    Raises:
        UnreadableArchiveError: If it is damaged or too large.
        RequestError: If there is no room for it.
    """
    place = hashlib.sha256(str(archive.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    target = unpack_to / place / name_of(archive)
    done = unpack_to / place / "unpacked"
    if not done.is_file():
        target.mkdir(parents=True, exist_ok=True)
        try:
            _Unpacking(target.resolve(), wanted, left_out, within).take(archive)
        except DAMAGED as error:
            kind = RequestError if _is_full(error) else UnreadableArchiveError
            raise kind(f"{archive} cannot be unpacked: {_reason_of(error)}") from error
        done.touch()
    inner = list(target.iterdir())
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else target


class _Unpacking:
    """Writes the wanted members of an archive, within bounds."""

    def __init__(self, root: Path, wanted: Callable[[str], bool], left_out: dict[str, str], within: str) -> None:
        self._root, self._wanted, self._left_out, self._within = root, wanted, left_out, within
        self._bytes = 0

    def take(self, archive: Path) -> None:
        for count, (name, content) in enumerate(_files_in(archive)):
            if count >= MOST_MEMBERS or self._bytes > MOST_BYTES:
                raise UnreadableArchiveError(
                    f"{archive} holds more than any corpus; unpack it yourself, and name the folder"
                )
            if content is None or not self._wanted(name):
                self._left_out[self._within + name] = "not music" if content else "a link, or no file at all"
                continue
            try:
                self._write(name, content)
            except Refused as reason:
                self._left_out[self._within + name] = str(reason)

    def _write(self, name: str, content: IO[bytes]) -> None:
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root):
            raise Refused("would lie outside the destination")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                written = self._copy(content, file)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            raise Refused(f"cannot be unpacked: {error.strerror}") from error
        if written > LARGEST:
            path.unlink()
            raise Refused("larger than any score")

    def _copy(self, content: IO[bytes], file: IO[bytes]) -> int:
        """Bytes copied, of a file that is too large a few more than may be."""
        written = 0
        while written <= LARGEST and (chunk := content.read(_CHUNK)):
            file.write(chunk)
            written += len(chunk)
        self._bytes += written
        return written


def _files_in(archive: Path) -> Iterator[tuple[str, IO[bytes] | None]]:
    """Names and contents of what is in it but folders; None for links and whatever else is no plain file."""
    if _is_zip(archive):
        with zipfile.ZipFile(archive) as packed:
            for member in packed.infolist():
                if not member.is_dir():
                    with packed.open(member) as content:
                        yield member.filename, content
        return
    with tarfile.open(archive) as file:
        for entry in file:
            if not entry.isdir():
                yield entry.name, file.extractfile(entry) if entry.isreg() else None


def _is_zip(archive: Path) -> bool:
    """Whether it is a ZIP by its first bytes, or by its name where they are no tar either."""
    with archive.open("rb") as file:
        if file.read(2) == _ZIP:
            return True
    return archive.name.lower().endswith(".zip") and not tarfile.is_tarfile(archive)


def _is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno == errno.ENOSPC


def _reason_of(error: BaseException) -> str:
    if _is_full(error):
        return "no space is left in the folder for temporary files; free some, or let TMPDIR name another"
    if isinstance(error, OSError) and error.errno is not None:
        return str(error.strerror)
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "it needs a password; unpack it yourself, and name the folder"
    return "it is damaged, or of a kind that is not read; fetch it again"
