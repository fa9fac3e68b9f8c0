"""Mutants of files that people reported, read as `prepare` reads them: `python -m tests.benchmarks.fuzz`.

`--as given` reads them as music of somebody's own, `--as process` in a process for each, as the bot and `continue` do.
`--recordings` mutates a sung tune in every format of sound instead.

Each is read in a worker process of `training.corpus.workers`, with its limits of time and memory. A fault is whatever
is neither music nor a refusal: a process that dies, hangs or raises, a reason that names an exception, or more time or
memory than the bot gives to a file.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from composer.errors import ComposerError, RequestError
from composer.listening.recording import is_recording
from composer.reading.limits import HEARD, WRITTEN, read_given
from composer.reading.understanding import understand
from tests.benchmarks.mutants import mutants_of, seeds_in, sung_seeds
from training.corpus.read_cache import Reader
from training.corpus.sources import source_pieces
from training.corpus.workers import Failure, work_in_processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.music.given import GivenMusic

_MOST_MEGABYTES = WRITTEN.most_bytes / 2**20
"""Memory of all that the bot reads."""

_PATIENCE = 1.5 * HEARD.patience
"""Seconds by the clock after which one is given up: longer than the bot waits for any file, however busy it is."""

_EXCEPTION = re.compile(r"[A-Z]\w*(?:Error|Exception)\b")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant.

    Attributes:
        verdicts: On each of its pieces.
        seconds: Of the processor.
        most_seconds: That it may take.
        megabytes: The most that its process ever held.
    """

    verdicts: tuple[str, ...]
    seconds: float
    most_seconds: float
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
        if outcome.seconds > outcome.most_seconds:
            self.faults[name] = f"took {outcome.seconds:.1f} s"
        if outcome.megabytes > _MOST_MEGABYTES:
            self.faults[name] = f"held {outcome.megabytes:.0f} MB"
        for verdict in outcome.verdicts:
            if _EXCEPTION.search(verdict):
                self.faults[name] = verdict


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
    return Outcome(verdicts, time.process_time() - began, WRITTEN.seconds, _most_held())


def understand_mutant(path: Path) -> Outcome:
    """Understand a file of somebody's own."""
    return _understood(path, understand)


def give_mutant(path: Path) -> Outcome:
    """The same in a process of its own."""
    return _understood(path, read_given)


def _understood(path: Path, read: Callable[[bytes], GivenMusic]) -> Outcome:
    began, data = time.process_time(), path.read_bytes()
    try:
        verdict = "taken" if read(data).score.notes else "no notes"
    except RequestError as error:
        verdict = error.reason
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        verdict = f"{type(error).__name__}: {error}"
    limits = HEARD if is_recording(data) else WRITTEN
    return Outcome((verdict,), time.process_time() - began, limits.seconds, _most_held())


READERS = {"corpus": read_mutant, "given": understand_mutant, "process": give_mutant}
"""Ways to read a file, by name."""


def _most_held() -> float:
    """MB that this process held at most. What `getrusage` says includes the process that began it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) / 1024


def fuzz(
    seeds: dict[str, bytes],
    *,
    mutants: int,
    seed: int,
    workers: int,
    keep: Path | None = None,
    reader: str = "corpus",
) -> Report:
    """Read so many mutants of seeds; faults are written to `keep`."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, data in mutants_of(seeds, mutants, random.Random(seed)):
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
    parser.add_argument("--recordings", action="store_true", help="mutate recordings instead")
    parser.add_argument("--keep", type=Path, help="folder for those that are faults")
    parser.add_argument("--as", dest="reader", choices=READERS, default="corpus", help="how they are read")
    asked = parser.parse_args()
    how = {"seed": asked.seed, "workers": asked.workers, "keep": asked.keep, "reader": asked.reader}
    seeds = sung_seeds() if asked.recordings else seeds_in(asked.inputs)
    report = fuzz(seeds, mutants=asked.mutants, **how)
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
