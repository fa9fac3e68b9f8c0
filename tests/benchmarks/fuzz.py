"""Mutants of files that people reported, read as `prepare` reads them: `python -m tests.benchmarks.fuzz`.

`--as given` reads them as music of somebody's own, `--as process` in a process for each, as the bot and `continue` do.

Each is read in a worker process of `training.corpus.workers`, with its limits of time and memory. A fault is whatever
is neither music nor a refusal: a process that dies, hangs or raises, or a reason that names an exception.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from composer.errors import ComposerError, RequestError
from composer.reading.limits import read_given
from composer.reading.understanding import understand
from training.corpus.read_cache import Reader
from training.corpus.sources import source_pieces
from training.corpus.workers import Failure, work_in_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from composer.music.given import GivenMusic

_TESTS = Path(__file__).parents[1]
_REPORTED = _TESTS / "training" / "corpus" / "reported"
_ABC = _TESTS / "composer" / "formats" / "abc_notation"
_ENDINGS = re.compile(r"\.(?:midi?|rmi|kar|mus|abc|krn|mxl|musicxml|xml|zip|tar\.gz|mid\.gz)$", re.IGNORECASE)
_LARGEST_SEED = 30_000
MOST_SECONDS = 2.0
"""Of the processor, that a mutant may take."""

_PATIENCE = 30.0
"""Seconds after which one is given up, however busy the machine is."""

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

_EXCEPTION = re.compile(r"[A-Z]\w*(?:Error|Exception)\b")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant.

    Attributes:
        verdicts: On each of its pieces.
        seconds: Of the processor.
        megabytes: The most that its process ever held.
    """

    verdicts: tuple[str, ...]
    seconds: float
    megabytes: float


@dataclass(slots=True)
class Report:
    """What became of all mutants.

    Attributes:
        verdicts: How often each was passed.
        faults: Name of each mutant that is a fault, and what happened.
        slowest: Seconds that the slowest took.
        largest: MB that the largest process held.
    """

    verdicts: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    slowest: float = 0.0
    largest: float = 0.0

    def take(self, name: str, outcome: Outcome | Failure) -> None:
        """Count one."""
        if isinstance(outcome, Failure):
            self.faults[name] = outcome.reason
            return
        self.verdicts.update(outcome.verdicts)
        self.slowest, self.largest = max(self.slowest, outcome.seconds), max(self.largest, outcome.megabytes)
        if outcome.seconds > MOST_SECONDS:
            self.faults[name] = f"took {outcome.seconds:.1f} s"
        for verdict in outcome.verdicts:
            if _EXCEPTION.search(verdict):
                self.faults[name] = verdict


def seeds_in(folders: Sequence[Path]) -> dict[str, bytes]:
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


def read_mutant(path: Path) -> Outcome:
    """Read all pieces of a file, as `prepare` does."""
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        try:
            pieces = source_pieces([path], unpack_to=Path(folder))
            readings = [Reader()(piece) for piece in pieces]
            verdicts = tuple(reading.refused or "taken" for reading in readings) or ("nothing in it",)
        except ComposerError as error:
            verdicts = ("refused as a whole" if not _EXCEPTION.search(str(error)) else str(error),)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            verdicts = (f"{type(error).__name__}: {error}",)
    return Outcome(verdicts, time.process_time() - began, _most_held())


def understand_mutant(path: Path) -> Outcome:
    """Understand a file of somebody's own."""
    return _understood(path, understand)


def give_mutant(path: Path) -> Outcome:
    """The same in a process of its own."""
    return _understood(path, read_given)


def _understood(path: Path, read: Callable[[bytes], GivenMusic]) -> Outcome:
    began = time.process_time()
    try:
        verdict = "taken" if read(path.read_bytes()).score.notes else "no notes"
    except RequestError as error:
        verdict = error.reason
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        verdict = f"{type(error).__name__}: {error}"
    return Outcome((verdict,), time.process_time() - began, _most_held())


READERS = {"corpus": read_mutant, "given": understand_mutant, "process": give_mutant}
"""Ways to read a file, by name."""


def _most_held() -> float:
    """MB that this process held at most. What `getrusage` says includes the process that began it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) / 1024


def fuzz(
    *,
    mutants: int,
    seed: int,
    workers: int,
    folders: Sequence[Path] = (),
    keep: Path | None = None,
    reader: str = "corpus",
) -> Report:
    """Read so many mutants; faults are written to `keep`."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, data in mutants_of(seeds_in(folders), mutants, random.Random(seed)):
            paths.append(Path(folder, name))
            paths[-1].write_bytes(data)
        for place, outcome in work_in_processes(READERS[reader], paths, workers=workers, seconds=_PATIENCE):
            report.take(paths[place].name, outcome)
        if keep is not None and report.faults:
            keep.mkdir(parents=True, exist_ok=True)
            for name in report.faults:
                (keep / name).write_bytes(Path(folder, name).read_bytes())
    return report


def main() -> int:
    """Run, and print what became of the mutants; 1 if there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fuzz", description=__doc__)
    parser.add_argument("--mutants", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--inputs", type=Path, nargs="*", default=[], help="folders of more files to mutate")
    parser.add_argument("--keep", type=Path, help="folder for those that are faults")
    parser.add_argument("--as", dest="reader", choices=READERS, default="corpus", help="how they are read")
    asked = parser.parse_args()
    how = {"seed": asked.seed, "workers": asked.workers, "keep": asked.keep, "reader": asked.reader}
    report = fuzz(mutants=asked.mutants, folders=asked.inputs, **how)
    lines = [f"{count:6} {verdict}" for verdict, count in report.verdicts.most_common()]
    lines += [f"FAULT {name}: {what}" for name, what in sorted(report.faults.items())]
    lines.append(
        f"{asked.mutants} mutants, {len(report.faults)} faults, the slowest {report.slowest:.2f} s, "
        f"the largest process {report.largest:.0f} MB"
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
