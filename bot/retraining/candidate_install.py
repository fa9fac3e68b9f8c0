"""The candidate: checked, and then in the folder of models, whole or not at all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.domain.training_run import Activate, Decision, TrainingError
from bot.storage.learning.registry import SeenModel
from composer.errors import ModelError, OutputError
from composer.files import write_atomically
from composer.models import loading

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from bot.domain.training_run import Report, TrainingRun


def decide(report: Report, activate: Activate) -> Decision:
    """What becomes of the candidate."""
    if report.version is None:
        return Decision.REFUSED
    if activate is Activate.NEVER:
        return Decision.KEPT
    return Decision.ACTIVATED if report.accepted or activate is Activate.ALWAYS else Decision.REFUSED


def check_report(report: Report, run: TrainingRun) -> None:
    """Refuse the report on another training.

    Raises:
        TrainingError: It is not about this one.
    """
    if (report.model, report.parent) != (run.model, run.parent) or report.version not in {None, run.version}:
        raise TrainingError("swapped", f"report on {report.model} v{report.parent}, not {run.model} v{run.parent}")


def install(report: Report, run: TrainingRun, *, out: Path, folder: Path) -> SeenModel:
    """Put the candidate into the folder of models, if it is what the report says. Blocks.

    What is checked is what is written: the file is read once.

    Args:
        report: Report on this training.
        run: The training.
        out: Folder where the trainer left the candidate.
        folder: Folder of the models that were trained here.

    Returns:
        The model, to be noted.

    Raises:
        TrainingError: It is not the file that was measured, no model, or cannot be written.
    """
    name = f"{run.model}-v{run.version}.onnx"
    data = _read_measured(name, report, out)
    try:
        write_atomically(folder / name, data)
    except OutputError as error:
        raise TrainingError("disk", str(error)) from error
    return SeenModel(
        name=run.model,
        version=run.version,
        sha256=hashlib.sha256(data).hexdigest(),
        metrics=dict(report.after),
        parent=run.parent,
        learned=True,
    )


def _read_measured(name: str, report: Report, out: Path) -> bytes:
    """Read the file of that name, which must be the one that was measured, and a model that says it is called so."""
    if report.file != name:
        raise TrainingError("swapped", f"{report.file} instead of {name}")
    data = _read(out / name)
    if hashlib.sha256(data).hexdigest() != report.sha256:
        raise TrainingError("swapped", f"{name} is not the file that was measured")
    try:
        card = loading.from_bytes(data, path=out / name).card
    except ModelError as error:
        raise TrainingError("swapped", str(error)) from error
    if card.file_name != name:
        raise TrainingError("swapped", f"{name} says that it is {card.identity.name} v{card.identity.version}")
    return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingError("swapped", f"{path.name}: {error.strerror or error}") from error


def superfluous(learned: Sequence[int], *, needed: Collection[int | None], keep: int) -> list[int]:
    """Versions that need not be kept: all but the `keep` newest, and none that is needed."""
    return [version for version in sorted(learned, reverse=True)[keep:] if version not in needed]
