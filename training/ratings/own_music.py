"""One's own music -> a candidate for the next version: it learns from a corpus without forgetting what it was."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from composer import models
from composer.errors import RequestError
from composer.files import write_atomically
from training.ratings import candidate, gate, material, tuning
from training.ratings.gate import BETTER, NO_CHANGE, NO_TIME, NOT_BETTER, Trial
from training.ratings.retraining import FINETUNE, REPORT
from training.ratings.school import School

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models import Model
    from training.dataset import Dataset
    from training.ratings.gate import Tried
    from training.ratings.retraining import Tell

_REPLAY = 0.75
"""Share of the windows that are the corpus's; the others are the model's own pieces."""

_PASSES = 1000.0
"""Over the model's own pieces: time ends it sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What is to be learned from.

    Attributes:
        corpus: Prepared; its train split is learned, its valid split says whether that helped.
        model: File of the parent.
        out: Folder for candidate and report.
        minutes: That all of it may take.
        version: Of the candidate; the one after its parent's if None.
        trial: What both versions compose to be compared.
        seed: Of all draws.
    """

    corpus: Dataset
    model: Path
    out: Path
    minutes: float
    version: int | None = None
    trial: Trial = field(default_factory=Trial)
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be learned from.

        Raises:
            RequestError: No time, or nothing held out.
        """
        if not self.minutes > 0:
            raise RequestError(f"minutes must be above 0, not {self.minutes:g}")
        if not self.corpus.of("valid") or not self.corpus.of("train"):
            raise RequestError("the corpus is too small: a tenth of its pieces is held out, and none is; add some")


def practise(practice: Practice, *, tell: Tell = lambda _stage, _step, _steps, _loss, _left: None) -> dict[str, Any]:
    """Learn, measure, and write the report; the candidate lies beside it, if there is one.

    It is better if the held-out pieces of the corpus cost it fewer bits a note; what it must not do worse is what
    `gate.verdict` says, with the bits counted on the sections that come with the code.

    Returns:
        The report, as it stands in `retraining.REPORT`.

    Raises:
        ModelError: If the parent cannot be used.
        RequestError: If nothing of the corpus is in a style that it knows.
        OutputError: If candidate or report cannot be written.
    """
    started = time.monotonic()
    parent = models.load(practice.model)
    learned = (entry.style for entry in practice.corpus.of("train"))
    practice = replace(practice, trial=practice.trial.in_styles_of(learned, parent.card))
    version = practice.version or parent.card.version + 1
    before = _tried(parent, practice, tell, 0)
    gating = time.monotonic() - started
    left = 60 * practice.minutes - 2.2 * gating
    path = _taught(parent, before, practice, tell, left, version) if left > 0 else None
    reason, after = NO_TIME if left <= 0 else NO_CHANGE, None
    bits: dict[str, float] = {"held_out_before": gate.bits(parent, practice.corpus)}
    if path is not None:
        made = models.load(path)
        after = _tried(made, practice, tell, 1)
        bits["held_out_after"] = gate.bits(made, practice.corpus)
        better = bits["held_out_after"] < bits["held_out_before"]
        reason = gate.verdict(before.figures, after.figures) or (BETTER if better else NOT_BETTER)
    report = candidate.report(
        parent.card,
        path,
        version,
        reason,
        before=gate.told(before.figures),
        after=gate.told(after.figures) if after else {},
        detail=bits,
        ways=[FINETUNE],
        pieces=len(practice.corpus.of("train")),
        people=0,
        seconds=round(time.monotonic() - started, 1),
        seed=practice.seed,
    )
    write_atomically(practice.out / REPORT, f"{json.dumps(report, indent=1)}\n".encode())
    return report


def _tried(model: Model, practice: Practice, tell: Tell, place: int) -> Tried:
    def told(number: int, of: int) -> None:
        tell("gate", number + place * of, 2 * of, None, 0.0)

    return gate.measure(model, practice.trial, tell=told)


def _taught(parent: Model, before: Tried, practice: Practice, tell: Tell, seconds: float, version: int) -> Path | None:
    own = [material.of_composition(piece, number) for number, piece in enumerate(before.pieces, 1)]
    started = time.monotonic()
    taught = School(practice.model, (), corpus=practice.corpus, seed=practice.seed)
    plan = tuning.Tuning(seconds=seconds, passes=_PASSES, replay=_REPLAY, seed=practice.seed)

    def told(step: int, steps: int, loss: float) -> None:
        tell(FINETUNE, step, steps, loss, max(seconds - (time.monotonic() - started), 0.0))

    steps = tuning.tune(taught.network, taught.parent, own, plan, corpus=practice.corpus, tell=told)
    return candidate.write(parent.card, parent.card, taught.network, practice.out, version) if steps else None
