"""One's own music -> a candidate for the next version: it learns from a corpus without forgetting what it was."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.files import write_atomically
from composer.models import loading
from composer.training_contract import BETTER, FINETUNE, GATE, NO_CHANGE, NO_TIME, NOT_BETTER, REPORT_FILE
from training.evaluation import copy_check
from training.ratings import candidate, gate, rated_windows, way_finetune
from training.ratings.network_training import NetworkTraining
from training.ratings.trial import Trial

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.loading import Model
    from composer.training_contract import ReportRecord
    from training.corpus.dataset import Dataset
    from training.ratings.gate import TrialResult
    from training.ratings.retraining import Tell

_REPLAY = 0.75
"""Share of the windows that are the corpus's; the others are the model's own pieces."""

_PASSES = 1000.0
"""Over the model's own pieces: time ends it sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinetuningJob:
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


def finetune(practice: FinetuningJob, *, tell: Tell = lambda _stage, _step, _steps, _loss, _left: None) -> ReportRecord:
    """Learn, measure, and write the report; the candidate lies beside it, if there is one.

    It is better if the held-out pieces of the corpus cost it fewer bits a note; what it must not do worse is what
    `gate.verdict` says, with the bits counted on the sections that come with the code.

    Returns:
        The report, as it stands in `REPORT_FILE`.

    Raises:
        ModelError: If the parent cannot be used, or was changed meanwhile.
        RequestError: If nothing of the corpus is in a style that it knows.
        OutputError: If candidate or report cannot be written.
    """
    candidate.begin(practice.out)
    report = _Finetuning(practice, tell).run()
    write_atomically(practice.out / REPORT_FILE, f"{json.dumps(report, indent=1)}\n".encode())
    return report


class _Finetuning:
    """One training on one's own music."""

    def __init__(self, practice: FinetuningJob, tell: Tell) -> None:
        self._practice, self._tell = practice, tell
        self._started = time.monotonic()
        self._known_by = candidate.fingerprint(practice.model)
        self._parent = loading.load(practice.model)
        candidate.check_parent(self._parent, trained=True)
        self._version = practice.version or self._parent.card.identity.version + 1
        self._corpus = _as_asked(practice.corpus, self._parent.card.choosing.preferences.rating)
        self._own_runs = copy_check.learned_runs(practice.corpus)
        styles = (entry.style for entry in practice.corpus.of("train"))
        self._trial = practice.trial.in_styles_of(styles, self._parent.card)

    def _spent(self) -> float:
        return time.monotonic() - self._started

    def _left(self) -> float:
        return max(60 * self._practice.minutes - self._spent(), 0.0)

    def run(self) -> ReportRecord:
        # First of all, since it may find that there is nothing to measure.
        bits = {"held_out_before": gate.bits(self._parent, self._corpus)}
        before = self._tried(self._parent, 0, seconds=gate.TRIAL_SHARE * self._left())
        self._trial = replace(self._trial, pieces=len(before.pieces))
        seconds = self._left() - 1.2 * self._spent()
        if seconds <= 0:
            return self._report(NO_TIME, before, bits)
        path = self._taught(before, seconds)
        if path is None:
            return self._report(NO_CHANGE, before, bits)
        made = loading.load(path)
        after = self._tried(made, 1)
        bits["held_out_after"] = gate.bits(made, self._corpus)
        better = bits["held_out_after"] < bits["held_out_before"]
        reason = gate.verdict(before.figures, after.figures) or (BETTER if better else NOT_BETTER)
        return self._report(reason, before, bits, path=path, after=after)

    def _tried(self, model: Model, place: int, *, seconds: float = math.inf) -> TrialResult:
        def told(number: int, of: int) -> None:
            self._tell(GATE, number + place * of, 2 * of, None, self._left())

        # What it learned by heart from this music counts beside what its forebears were trained on.
        return gate.beside(gate.measure(model, self._trial, seconds=seconds, tell=told), self._own_runs)

    def _taught(self, before: TrialResult, seconds: float) -> Path | None:
        practice = self._practice
        own = [rated_windows.of_composition(piece, number) for number, piece in enumerate(before.pieces, 1)]
        taught = NetworkTraining(practice.model, (), corpus=self._corpus, seed=practice.seed)
        plan = way_finetune.Tuning(
            seconds=taught.seconds_of(seconds), passes=_PASSES, replay=_REPLAY, seed=practice.seed
        )

        def told(step: int, steps: int, loss: float) -> None:
            self._tell(FINETUNE, step, steps, loss, self._left())

        if not way_finetune.tune(taught.network, taught.parent, own, plan, corpus=self._corpus, tell=told):
            return None
        candidate.check_unchanged(practice.model, self._known_by)
        card = candidate.with_sources(self._parent.card, practice.corpus)
        return candidate.write(self._parent.card, card, taught.network, practice.out, self._version)

    def _report(
        self,
        reason: str,
        before: TrialResult,
        bits: dict[str, float],
        *,
        path: Path | None = None,
        after: TrialResult | None = None,
    ) -> ReportRecord:
        return candidate.report(
            self._parent.card,
            path,
            self._version,
            reason,
            before=gate.figures_record(before.figures),
            after=gate.figures_record(after.figures) if after else {},
            detail=bits,
            ways=(FINETUNE,),
            pieces=len(self._practice.corpus.of("train")),
            people=0,
            seconds=self._spent(),
            seed=self._practice.seed,
        )


def _as_asked(corpus: Dataset, rating: int) -> Dataset:
    """The corpus under the rating that the composer asks for: to whoever brings it, it is what is to be composed."""
    return replace(corpus, entries=tuple(gate.rated(entry, rating) for entry in corpus.entries))
