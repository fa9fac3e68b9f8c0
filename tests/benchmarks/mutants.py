"""Files to mutate, and their mutants, for `python -m tests.benchmarks.fuzz`."""

from __future__ import annotations

import io
import json
import re
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.composer.listening.sounds import FILES, record, strike

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

_TESTS = Path(__file__).parents[1]
_REPORTED = _TESTS / "training" / "corpus" / "reported"
_ABC = _TESTS / "composer" / "formats" / "abc_notation"
_ENDINGS = re.compile(r"\.(?:midi?|rmi|kar|mus|abc|krn|mxl|musicxml|xml|zip|tar\.gz|mid\.gz)$", re.IGNORECASE)
_LARGEST_SEED = 30_000
_RATE = 16_000
"""Samples a second of sung seeds."""

_HARD = (
    b"\xff" * 4,
    b"\x00" * 8,
    b"\x80",
    b"999999999999",
    b"-1",
    b"0",
    b"1/0",
    b"\n",
    b"\t",
    b"<",
    b"&",
    b"\xf7",
    b"%",
)
"""Bytes that readers stumble over."""


def sung_seeds() -> dict[str, bytes]:
    """Recordings to mutate: three seconds of a tune in every format that is heard."""
    tune = [(at * 0.3, at * 0.3 + 0.28, pitch) for at, pitch in enumerate((60, 62, 64, 65, 67, 65, 64, 62, 60, 55))]
    samples = strike(tune, rate=_RATE, seconds=3.0)
    return {f"tune.{name.split()[0]}": record(samples, rate=_RATE, kind=name) for name in FILES}


def seeds_in(folders: Sequence[Path] = ()) -> dict[str, bytes]:
    """Music and archives to mutate, by name: those of the folders, those of the tests, and archives made of them."""
    paths = [path for folder in (*folders, _REPORTED) for path in sorted(folder.rglob("*"))]
    seeds = {
        f"{number}-{path.name}": path.read_bytes()
        for number, path in enumerate(paths)
        if path.is_file() and _ENDINGS.search(path.name) and path.stat().st_size <= _LARGEST_SEED
    }
    values = json.loads((_ABC / "right_values.json").read_text())
    music = dict(sorted(seeds.items())[:3])
    return {
        **seeds,
        **{f"{name}.abc": value["abc"].encode() for name, value in values.items()},
        "seeds.zip": _zipped(music),
        "seeds.tar.gz": _tarred(music),
    }


def _zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def _tarred(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


def _flip(data: bytearray, dice: random.Random, _others: Sequence[bytes]) -> None:
    for _ in range(dice.randint(1, 8)):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _cut(data: bytearray, dice: random.Random, _others: Sequence[bytes]) -> None:
    start = dice.randrange(len(data))
    del data[start : start + dice.randint(1, max(1, len(data) // 4))]


def _double(data: bytearray, dice: random.Random, _others: Sequence[bytes]) -> None:
    start = dice.randrange(len(data))
    piece = bytes(data[start : start + dice.randint(1, 200)])
    data[start:start] = piece * dice.choice((1, 2, 50))


def _insert(data: bytearray, dice: random.Random, _others: Sequence[bytes]) -> None:
    start = dice.randrange(len(data))
    data[start : start + dice.choice((0, 1, 4))] = dice.choice(_HARD)


def _splice(data: bytearray, dice: random.Random, others: Sequence[bytes]) -> None:
    other = dice.choice(others)
    data[dice.randrange(len(data)) :] = other[dice.randrange(len(other)) :]


def _count_wildly(data: bytearray, dice: random.Random, _others: Sequence[bytes]) -> None:
    numbers = list(re.finditer(rb"\d+", data))
    if numbers:
        found = dice.choice(numbers)
        data[found.start() : found.end()] = dice.choice((b"0", b"-7", b"4294967296", b"1e9", b"127", b"0.0001"))


_MUTATIONS: tuple[Callable[[bytearray, random.Random, Sequence[bytes]], None], ...] = (
    _flip, _cut, _double, _insert, _splice, _count_wildly,
)  # fmt: skip


def mutants_of(seeds: dict[str, bytes], count: int, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of mutants, each of one seed with one to four changes."""
    names = sorted(seeds)
    others = [seeds[name] for name in names]
    for number in range(count):
        name = dice.choice(names)
        data = bytearray(seeds[name])
        for _ in range(dice.randint(1, 4)):
            if data:
                dice.choice(_MUTATIONS)(data, dice, others)
        yield f"{number}-{name}", bytes(data)
