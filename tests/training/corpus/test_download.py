from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import threading
import zipfile
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from composer.errors import MachineError, OutputError, RequestError
from tests.training.midi_files import two_hands, write
from training.corpus.download import content_of, fetch_set, public_set_of
from training.corpus.public_sets import ELSEWHERE, PUBLIC_SETS, PublicSet
from training.corpus.sources import source_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMIT = "c0ffee" * 6 + "cafe"


@dataclass
class Site:
    """What a server gives, how it breaks, and what it was asked for."""

    data: bytes
    address: str = ""
    cut_after: list[int] = field(default_factory=list)
    status: int = 200
    resumes: bool = True
    asked: list[str | None] = field(default_factory=list)


@pytest.fixture
def music(tmp_path: Path) -> dict[str, bytes]:
    return {
        f"deep/{name}.mid": write(tmp_path / f"{name}.mid", two_hands(12, seed=seed)).read_bytes()
        for seed, name in enumerate("ab")
    }


def packed(files: dict[str, bytes], *, commit: str = COMMIT) -> bytes:
    """As Git makes it: one folder, the commit in the header."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": commit}) as archive:
        for path, data in {**files, "README.md": b"no music"}.items():
            entry = tarfile.TarInfo(f"Name-{commit}/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(file.getvalue(), mtime=0)


@pytest.fixture
def site(music: dict[str, bytes]) -> Iterator[Site]:
    given = Site(packed(music))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            given.asked.append(asked)
            if given.status != 200:
                self.send_error(given.status)
                return
            start = int(asked[6:-1]) if asked and given.resumes else 0
            if start >= len(given.data):
                self.send_error(416)
                return
            body = given.data[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: given.cut_after.pop(0)] if given.cut_after else body)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        given.address = f"http://127.0.0.1:{server.server_port}/archive"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield given
        server.shutdown()
        thread.join()


@pytest.fixture
def home(music: dict[str, bytes]) -> PublicSet:
    return PublicSet(
        address="https://home.invalid/archive",
        files=2,
        content=content_of(music),
        commit=COMMIT,
        takes=".mid",
        licence="CC0-1.0",
        attribution="Anonymous",
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_set_is_fetched_and_read_with_its_licence(
    site: Site, home: PublicSet, tmp_path: Path, music: dict[str, bytes]
) -> None:
    path = fetch_set("freedoom", home, tmp_path / "corpus", address=site.address)

    found = source_pieces([tmp_path / "corpus"], unpack_to=tmp_path / "unpacked")
    assert [(piece.name, piece.licence, piece.group) for piece in found] == [
        (f"freedoom/deep/{name}.mid", "CC0-1.0", "band-drums") for name in "ab"
    ]
    assert [piece.path.read_bytes() for piece in found] == list(music.values())
    assert names(tmp_path / "corpus") == [path.name] == ["freedoom.tar.gz"]


def test_set_that_is_there_is_not_fetched_again(site: Site, home: PublicSet, tmp_path: Path) -> None:
    fetch_set("mine", home, tmp_path, address=site.address)

    fetch_set("mine", home, tmp_path, address=site.address)

    assert site.asked == [None]


def test_cut_connection_goes_on_where_it_stopped(site: Site, home: PublicSet, tmp_path: Path) -> None:
    site.cut_after = [100, 50]

    fetch_set("mine", home, tmp_path, address=site.address)

    assert site.asked == [None, "bytes=100-", "bytes=150-"]


def test_later_run_goes_on_where_an_earlier_one_gave_up(site: Site, home: PublicSet, tmp_path: Path) -> None:
    site.cut_after = [100, 20, 20, 20]
    with pytest.raises(MachineError, match="was cut after 160 bytes; fetch again to go on from there"):
        fetch_set("mine", home, tmp_path, address=site.address)

    fetch_set("mine", home, tmp_path, address=site.address)

    assert site.asked[-1] == "bytes=160-"
    assert (tmp_path / "mine.tar.gz").is_file()


def test_server_that_cannot_resume_is_asked_for_all(site: Site, home: PublicSet, tmp_path: Path) -> None:
    site.resumes, site.cut_after = False, [100]

    fetch_set("mine", home, tmp_path, address=site.address)

    assert (tmp_path / "mine.tar.gz").is_file()


def test_download_that_was_whole_before_is_checked_without_another(site: Site, home: PublicSet, tmp_path: Path) -> None:
    (tmp_path / ".mine.download").write_bytes(site.data)

    fetch_set("mine", home, tmp_path, address=site.address)

    assert (tmp_path / "mine.tar.gz").is_file()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"content": "0" * 64}, "the music of .* has the wrong checksum"),
        ({"content": "", "sha256": "0" * 64}, "has the wrong checksum: [0-9a-f]{64} instead of 000"),
        ({"commit": "f" * 40}, f"holds commit {COMMIT} instead of fff"),
        ({"content": "", "files": 3}, "has 2 files of music instead of 3"),
    ],
)
def test_what_is_not_the_pinned_set_is_refused_and_not_kept(
    site: Site, home: PublicSet, tmp_path: Path, changed: dict[str, object], reason: str
) -> None:
    expected = replace(home, **changed)  # type: ignore[arg-type] # a field each

    with pytest.raises(MachineError, match=reason):
        fetch_set("mine", expected, tmp_path / "corpus", address=site.address)
    assert names(tmp_path / "corpus") == []


def test_what_is_no_archive_is_refused(site: Site, home: PublicSet, tmp_path: Path) -> None:
    site.data = b"<html>Log in to this network</html>" * 100

    with pytest.raises(MachineError, match="is no archive"):
        fetch_set("mine", home, tmp_path / "corpus", address=site.address)
    assert names(tmp_path / "corpus") == []


def test_zip_with_a_checksum_of_its_own_is_taken(
    site: Site, home: PublicSet, tmp_path: Path, music: dict[str, bytes]
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, data in music.items():
            archive.writestr(f"groove/{path}", data)
    site.data = file.getvalue()
    known = replace(home, commit="", content="", sha256=hashlib.sha256(site.data).hexdigest())

    fetch_set("groove", known, tmp_path / "corpus", address=site.address)

    assert len(source_pieces([tmp_path / "corpus"], unpack_to=tmp_path / "unpacked")) == 2


def test_missing_archive_is_named(site: Site, home: PublicSet, tmp_path: Path) -> None:
    site.status = 404

    with pytest.raises(MachineError, match="archive answers 404 Not Found; name a copy with --from"):
        fetch_set("mine", home, tmp_path, address=site.address)


def test_missing_network_is_named(home: PublicSet, tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:1/archive"

    with pytest.raises(MachineError, match=r"no connection to .*; name a copy with --from"):
        fetch_set("mine", home, tmp_path, address=nobody)


def test_folder_that_cannot_be_made_is_named(site: Site, home: PublicSet, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(OutputError, match=r"cannot write to .*file"):
        fetch_set("mine", home, tmp_path / "file" / "corpus", address=site.address)


def test_full_disk_is_named(site: Site, home: PublicSet, tmp_path: Path) -> None:
    (tmp_path / ".mine.download").symlink_to("/dev/full")

    with pytest.raises(OutputError, match=r"cannot write to .*: No space left on device; free some space"):
        fetch_set("mine", home, tmp_path, address=site.address)


@pytest.mark.parametrize("address", ["http://example.org/a", "file:///etc/passwd", "ftp://example.org/a", "a.tar.gz"])
def test_only_safe_addresses_are_taken(home: PublicSet, tmp_path: Path, address: str) -> None:
    with pytest.raises(RequestError, match="is no https address"):
        fetch_set("mine", home, tmp_path, address=address)


def test_every_home_is_pinned() -> None:
    for home in PUBLIC_SETS.values():
        assert home.address.startswith("https://")
        assert len(home.sha256 or home.content) == 64
        assert bool(home.sha256) != bool(home.commit)
        assert home.commit in home.address


def test_unknown_set_is_answered_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="Did you mean `freedoom`"):
        public_set_of("fredoom")


@pytest.mark.parametrize("name", ELSEWHERE)
def test_set_without_archive_is_answered_with_what_to_do(name: str) -> None:
    with pytest.raises(RequestError, match=f"{name} cannot be fetched: .*(fetch|get)"):
        public_set_of(name)
