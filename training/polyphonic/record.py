"""The record of finished runs: one JSON file, so that a long table is made over several sessions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from composer.errors import MachineError
from composer.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

FINISHED = "finished.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What came out of one run.

    Attributes:
        seed: Seed of the run.
        parameters: Number of its network's parameters.
        steps: Optimizer steps.
        seconds: Seconds of training.
        decisions: Notes and ends of frames that it was shown; in independent mode, frames.
        valid: Nats per frame on the validation pieces, by which its weights were chosen.
        test: Nats per frame on the test pieces.
    """

    seed: int
    parameters: int
    steps: int
    seconds: float
    decisions: int
    valid: float
    test: float


@dataclass(slots=True)
class RecordRow:
    """The runs of one architecture, mode and set, by seed.

    Attributes:
        runs: Finished ones.
        ensemble: Nats per frame on the test pieces of the mean of all runs' probabilities; None for fewer than two.
    """

    runs: list[Finished] = field(default_factory=list)
    ensemble: float | None = None

    @property
    def seeds(self) -> list[int]:
        """The seeds of the runs."""
        return [run.seed for run in self.runs]


def read_record(folder: Path) -> dict[str, RecordRow]:
    """The record in `folder`, empty if there is none.

    Raises:
        MachineError: It is damaged.
    """
    path = folder / FINISHED
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return {
            entry: RecordRow([Finished(**values) for values in row["runs"]], row["ensemble"])
            for entry, row in content.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MachineError(f"{path} is damaged; mend it or choose another folder") from error


def write_record(folder: Path, rows: dict[str, RecordRow]) -> None:
    """Write the record whole."""
    plain = {entry: asdict(row) for entry, row in sorted(rows.items())}
    write_atomically(folder / FINISHED, f"{json.dumps(plain, indent=2)}\n".encode())
