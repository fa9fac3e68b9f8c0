"""A public set from its home: downloaded, checked, and laid down as an archive that `prepare` reads.

Whatever interrupts it, there is the whole archive or none; a download that was cut short goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import tarfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from typing import TYPE_CHECKING

from tqdm import tqdm

from composer.errors import MachineError, OutputError, RequestError, unknown_name
from composer.files import write_atomically
from training.corpus.dataset import SPLITS
from training.corpus.public_sets import ELSEWHERE, PUBLIC_SETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from training.corpus.public_sets import PublicSet

_BLOCK = 2**16
_TRIES = 4
_SECONDS = 60.0
"""Without a byte, after which a connection is given up."""

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_HELD_OUT = 20
"""One of so many works is for validation and one for the test."""


def public_set_of(name: str) -> PublicSet:
    """Where a set lives.

    Raises:
        RequestError: If it is not known, or cannot be fetched; says what to do.
    """
    if name in ELSEWHERE:
        raise RequestError(f"{name} cannot be fetched: {ELSEWHERE[name]}")
    if name not in PUBLIC_SETS:
        raise unknown_name("a set", name, sorted(PUBLIC_SETS))
    return PUBLIC_SETS[name]


def fetch_set(name: str, home: PublicSet, folder: Path, *, address: str | None = None) -> Path:
    """Download a set unless it is there, check it, and write its music to NAME.tar.gz.

    Args:
        name: Name of the set.
        home: What it must be.
        folder: Folder that it goes to; made.
        address: Address of a copy to take instead of the home's own.

    Raises:
        RequestError: If the address is no https address, loopback excepted.
        MachineError: If there is no connection, nothing at the address, or something else than expected.
        OutputError: If it cannot be written.
    """
    target = folder / f"{name}.tar.gz"
    if target.is_file():
        return target
    address = _check_address(address or home.address)
    part = folder / f".{name}.download"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _download_archive(address, part)
        try:
            music = _check_download(part, home, address)
        except MachineError:
            part.unlink()
            raise
    except OSError as error:
        raise OutputError(
            f"cannot write to {folder}: {error.strerror or error}; free some space or name --out"
        ) from error
    write_atomically(target, _pack_music(name, home, music))
    part.unlink()
    return target


def _check_address(address: str) -> str:
    parts = urllib.parse.urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise RequestError(f"{address} is no https address; name another with --from")
    return address


def _download_archive(address: str, part: Path) -> None:
    """All of `address` into `part`, going on where an earlier try stopped."""
    reason = ""
    for _ in range(_TRIES):
        before = part.stat().st_size if part.exists() else 0
        try:
            if _go_on(address, part):
                return
        except urllib.error.HTTPError as error:
            with error:
                if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                    raise MachineError(
                        f"{address} answers {error.code} {error.reason}; name a copy with --from"
                    ) from None
            return  # there is nothing after what we have
        except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
            reason = str(getattr(error, "reason", error)) or type(error).__name__
        if part.exists() and part.stat().st_size == before and reason:
            break
    size = part.stat().st_size if part.exists() else 0
    if not size:
        raise MachineError(f"no connection to {address}: {reason}; name a copy with --from")
    raise MachineError(f"the connection to {address} was cut after {size} bytes; fetch again to go on from there")


def _go_on(address: str, part: Path) -> bool:
    """One request; whether all of it has arrived."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310 - https
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - https, or loopback
        resumed = answer.status == http.client.PARTIAL_CONTENT
        length = answer.headers.get("Content-Length")
        got = 0
        with (
            part.open("ab" if resumed else "wb") as file,
            tqdm(total=int(length) if length else None, unit="B", unit_scale=True, disable=None) as bar,
        ):
            while block := answer.read(_BLOCK):
                file.write(block)
                got += len(block)
                bar.update(len(block))
        return length is None or got == int(length)


def _check_download(part: Path, home: PublicSet, address: str) -> dict[str, bytes]:
    """The music in a download, by its path, if it is what the home is known by."""
    if home.sha256 and (found := _sha256_of(part)) != home.sha256:
        raise MachineError(
            f"{address} has the wrong checksum: {found} instead of {home.sha256}; name a copy with --from"
        )
    try:
        commit, music = _read_git_archive(part, home)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise MachineError(f"what {address} gives is no archive: {error}; fetch it again") from error
    if home.commit and commit != home.commit:
        raise MachineError(
            f"{address} holds commit {commit or '(none)'} instead of {home.commit}; name a copy with --from"
        )
    if home.content and (found := content_of(music)) != home.content:
        raise MachineError(f"the music of {address} has the wrong checksum: {found} instead of {home.content}")
    if len(music) != home.files:
        raise MachineError(
            f"{address} has {len(music)} files of music instead of {home.files}; name a copy with --from"
        )
    return music


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_of(files: dict[str, bytes]) -> str:
    """SHA-256 over a line for each file, by path: its SHA-256, two spaces, its path."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(files.items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _read_git_archive(part: Path, home: PublicSet) -> tuple[str, dict[str, bytes]]:
    """The commit that Git wrote into an archive's header, and the music in it by its path there."""
    if zipfile.is_zipfile(part):
        with zipfile.ZipFile(part) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
            return "", {path: archive.read(name) for name, path in _choose_files(names, home)}
    with tarfile.open(part) as packed:
        entries = {entry.name: entry for entry in packed if entry.isreg()}
        music = {}
        for name, path in _choose_files(entries, home):
            content = packed.extractfile(entries[name])
            if content is not None:
                music[path] = content.read()
        return packed.pax_headers.get("comment", ""), music


def _choose_files(names: Iterable[str], home: PublicSet) -> Iterator[tuple[str, str]]:
    """Names of the files that are taken, each with its path under the archive's only folder."""
    for name in names:
        if name.lower().endswith(home.takes) and not name.endswith(home.leaves):
            yield name, name.partition("/")[2] or name


def _pack_music(name: str, home: PublicSet, music: dict[str, bytes]) -> bytes:
    """The music with its table, which `training.corpus.sources` reads, and with whom to name."""
    table = ["file\tlicence\tsplit", *(f"{path}\t{home.licence}\t{_choose_split(path)}" for path in sorted(music))]
    source = f"{name}\n{home.attribution}\nLicence: {home.licence}\nFrom {home.address}\n"
    files = {
        f"{name.upper()}_ATTRIBUTION.tsv": "\n".join(table).encode("utf-8", "surrogateescape"),
        "SOURCE.txt": source.encode(),
        **music,
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=6) as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def _choose_split(path: str) -> str:
    """By chance, but always the same; `training.corpus.prepare` keeps versions of one work together."""
    place = int.from_bytes(hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest()[:4]) % _HELD_OUT
    return {0: SPLITS[1], 1: SPLITS[2]}.get(place, SPLITS[0])
