"""Runs of the benchmark by name, each begun, gone on with or finished in a folder of its own.

Beside its checkpoints a finished run keeps what it said of every decision in the test pieces, for the ensemble.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from composer.errors import MachineError, RequestError, unknown_name
from composer.files import write_atomically
from training.fitting import checkpoint
from training.networks.registry import NETWORKS
from training.polyphonic import features, record, rolls, sources, steps
from training.polyphonic.fitting import Fitting, per_frame, step_likelihoods
from training.polyphonic.recipes import find_recipe
from training.polyphonic.record import Finished, RecordRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

TEST = "test.npz"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BenchmarkEntry:
    """A row of the table: an architecture, a mode, a set, and what may be copied from (one of `sources.OFFERS`)."""

    architecture: str
    mode: str
    name: str
    offer: str = "all"

    def __str__(self) -> str:
        """As it is asked for."""
        return ":".join(self._parts)

    def folder(self, out: Path, seed: int) -> Path:
        """Where its run with that seed lives."""
        return out / "-".join([*self._parts, str(seed)])

    @property
    def _parts(self) -> list[str]:
        return [self.architecture, self.mode, self.name, *([] if self.offer == "all" else [self.offer])]


_NAMES = (
    ("an architecture", tuple(NETWORKS)),
    ("a mode", steps.MODES),
    ("a set", tuple(rolls.FILES)),
    ("an offer", sources.OFFERS),
)


def entry_from(text: str) -> BenchmarkEntry:
    """Read ARCHITECTURE:MODE:SET or ARCHITECTURE:MODE:SET:OFFER.

    Raises:
        RequestError: It is not of that form, or one of the names does not exist.
    """
    parts = text.split(":")
    if not len(_NAMES) - 1 <= len(parts) <= len(_NAMES):
        raise RequestError(f"{text} is not ARCHITECTURE:MODE:SET, such as wavenet:serialised:jsb")
    for part, (what, known) in zip(parts, _NAMES, strict=False):
        if part not in known:
            raise unknown_name(what, part, known)
    return BenchmarkEntry(*parts)


def all_entries(sets: Sequence[str]) -> list[BenchmarkEntry]:
    """All rows of the table for some sets, serialised notes first."""
    return [BenchmarkEntry(its, mode, name) for mode in steps.MODES for name in sets for its in NETWORKS]


def prepare_set(folder: Path, entry: BenchmarkEntry) -> features.FeatureTable:
    """Read a set and find what its frames may copy from."""
    read = rolls.load_rolls(folder, entry.name).from_the_top()
    offered = sources.find_sources(read, offer=entry.offer)
    serial = entry.mode == "serialised"
    decisions = steps.serialised_steps(read, offered) if serial else steps.independent_steps(read)
    return features.feature_table(read, offered, decisions, serial=serial)


def finish_run(data: features.FeatureTable, entry: BenchmarkEntry, *, seed: int, minutes: float, out: Path) -> Finished:
    """Train a run to the end of its budget, going on where it stopped; measure it and enter it in the record."""
    log.info("%s, seed %d", entry, seed)
    folder = entry.folder(out, seed)
    fitting = Fitting(data, find_recipe(entry.architecture, entry.mode, entry.name, seed=seed, minutes=minutes), folder)
    fitting.train()
    checkpoint.load_best(folder, fitting.model)
    tested = step_likelihoods(fitting.model, data, data.rolls.of("test"))
    buffer = BytesIO()
    np.savez_compressed(buffer, nats=tested)
    write_atomically(folder / TEST, buffer.getvalue())
    done = _finished_run(fitting, per_frame(tested, data, data.rolls.of("test")))
    log.info("%s, seed %d: valid %.4f, test %.4f nats a frame", entry, seed, done.valid, done.test)
    _enter_record(data, entry, done, out)
    return done


def _finished_run(fitting: Fitting, tested: float) -> Finished:
    run = fitting.run
    return Finished(
        seed=run.seed,
        parameters=fitting.model.count_params(),
        steps=run.steps,
        seconds=round(run.seconds, 1),
        decisions=run.tokens,
        valid=round(run.best, 4),
        test=round(tested, 4),
    )


def _enter_record(data: features.FeatureTable, entry: BenchmarkEntry, done: Finished, out: Path) -> None:
    rows = record.read_record(out)
    row = rows.setdefault(str(entry), RecordRow())
    row.runs.append(done)
    if len(row.runs) > 1:
        row.ensemble = round(ensemble_nats(data, [entry.folder(out, seed) / TEST for seed in row.seeds]), 4)
    record.write_record(out, rows)


def ensemble_nats(data: features.FeatureTable, paths: Sequence[Path]) -> float:
    """Nats per frame on the test pieces of the mean of several runs' probabilities, decision by decision."""
    told = np.stack([_read_tested(path) for path in paths]).astype(np.float64)
    mixed = np.log(len(told)) - np.logaddexp.reduce(-told, axis=0)
    return per_frame(mixed, data, data.rolls.of("test"))


def _read_tested(path: Path) -> NDArray[np.float32]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            nats: NDArray[np.float32] = archive["nats"]
            return nats
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise MachineError(f"{path} cannot be read; take its run out of {record.FINISHED} and do it again") from error
