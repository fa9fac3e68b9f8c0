"""The making of a candidate, whatever it learns from: the parent's trial, learning, its own trial, and the report."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from composer.files import write_atomically
from composer.models import loading
from composer.training_contract import BETTER, GATE, NO_CHANGE, NO_TIME, REPORT_FILE, ReportRecord
from training.ratings import candidate, gate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from composer.models.card import ModelCard
    from composer.models.loading import Model
    from training.networks.base import Network
    from training.ratings.gate import TrialResult
    from training.ratings.job import CandidateJob

    TellStage = Callable[[str, int, int, float | None, float], None]
    """Called with stage, step, steps, loss and the seconds left."""

_TRIAL_AND_EXPORT = 1.2
"""How many times the seconds of the parent's trial are kept back for the candidate's."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of learning.

    Attributes:
        card: Card of the candidate, but for its version, parent and date.
        network: Weights of the candidate; None if they are the parent's.
    """

    card: ModelCard
    network: Network | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a candidate is better than its parent.

    Attributes:
        reason: One of `training_contract.REASONS`.
        before: Figures of the parent.
        after: Figures of the candidate; empty where there is none.
        detail: What else was measured.
    """

    reason: str
    before: dict[str, Any]
    after: dict[str, Any] = field(default_factory=dict)
    detail: dict[str, float] = field(default_factory=dict)


class Learner(Protocol):
    """What a candidate learns from, and how.

    Attributes:
        styles: Style of each piece that is learned from.
        ways: Ways to learn, some of `training_contract.WAYS`.
        pieces: Number of pieces that are learned from.
        people: Number of people who rated them.
        least_left: How many times the seconds of the parent's trial must be left for learning to begin.
    """

    styles: list[str]
    ways: tuple[str, ...]
    pieces: int
    people: int
    least_left: float

    def learn(self, before: TrialResult, seconds: float) -> Learned | None:
        """Learn for some seconds; None if nothing came of it. `before` is what the parent composed in the trial."""

    def judge(self, made: Model, before: TrialResult, after: TrialResult) -> Judgement:
        """Judge a candidate by its trial and its parent's."""

    def figures_without_candidate(self, before: TrialResult) -> dict[str, Any]:
        """Give the parent's figures where there is no candidate to hold them against."""

    def detail(self) -> dict[str, float]:
        """Tell what was learned from, for the report."""


class CandidateRun:
    """One making of a candidate.

    Attributes:
        job: What was asked for.
        parent: Model that the candidate comes of.
        trial: What both versions compose.
    """

    def __init__(self, job: CandidateJob, tell: TellStage, *, trains: bool, spent: float = 0.0) -> None:
        """Load the parent, and take away what was reported of an earlier run.

        Args:
            job: What is asked for.
            tell: Told of every step.
            trains: Whether the network's weights are to change, and not only its card.
            spent: Seconds of the job that went by before.

        Raises:
            ModelError: If the parent or the anchor cannot be used.
            OutputError: If nothing can be written to the job's folder.
        """
        candidate.prepare_folder(job.out)
        self.job, self._tell = job, tell
        self._started = time.monotonic() - spent
        self._fingerprint = candidate.file_fingerprint(job.model)
        self.parent = loading.load(job.model)
        candidate.check_parent(self.parent, trained=trains)
        self._anchor = loading.load(job.anchor) if job.anchor is not None else None
        self.trial = job.trial

    def say(self, stage: str, step: int, steps: int, loss: float | None = None) -> None:
        """Tell how far a stage is."""
        self._tell(stage, step, steps, loss, self._left())

    def make(self, learner: Learner, *, before: TrialResult | None = None) -> ReportRecord:
        """Learn, measure, and write the report; the candidate lies beside it, if there is one.

        Args:
            learner: Learner whose candidate it is.
            before: Result of the parent's trial, where it is known already.

        Raises:
            ModelError: If the parent was changed meanwhile.
            OutputError: If candidate or report cannot be written.
        """
        self.trial = self.job.trial.in_styles_of(learner.styles, self.parent.card)
        before = before or self._try(self.parent, 0, seconds=gate.TRIAL_SHARE * self._left())
        self.trial = replace(self.trial, pieces=len(before.pieces))
        path, judgement = self._candidate(learner, before)
        report = self._report(learner, path, judgement)
        write_atomically(self.job.out / REPORT_FILE, f"{json.dumps(report, indent=1)}\n".encode())
        return report

    def _spent(self) -> float:
        return time.monotonic() - self._started

    def _left(self) -> float:
        return max(60 * self.job.minutes - self._spent(), 0.0)

    def _try(self, model: Model, place: int, *, seconds: float = math.inf) -> TrialResult:
        def tell(number: int, of: int) -> None:
            self.say(GATE, number + place * of, (2 if self._anchor is None else 3) * of)

        return gate.measure_version(model, self.trial, seconds=seconds, tell=tell)

    def _candidate(self, learner: Learner, before: TrialResult) -> tuple[Path | None, Judgement]:
        trying = self._spent()
        if self._left() < learner.least_left * trying:
            return None, Judgement(reason=NO_TIME, before=learner.figures_without_candidate(before))
        kept_back = _TRIAL_AND_EXPORT * trying + (0.0 if self._anchor is None else trying)
        learned = learner.learn(before, self._left() - kept_back)
        if learned is None:
            return None, Judgement(reason=NO_CHANGE, before=learner.figures_without_candidate(before))
        candidate.check_unchanged(self.job.model, self._fingerprint)
        path = candidate.write_candidate(self.parent.card, learned.card, learned.network, self.job.out, self._version)
        made = loading.load(path)
        after = self._try(made, 1)
        return path, self._anchored(learner.judge(made, before, after), after)

    def _anchored(self, judgement: Judgement, after: TrialResult) -> Judgement:
        """Refuse a better candidate if it has come too far from the version that all began with."""
        if self._anchor is None or judgement.reason != BETTER:
            return judgement
        anchor = self._try(self._anchor, 2).figures
        measured = {"anchor_bits_per_note": anchor.bits_per_note, "anchor_diversity": anchor.diversity}
        reason = gate.find_drift(anchor, after.figures) or BETTER
        return replace(judgement, reason=reason, detail={**judgement.detail, **measured})

    @property
    def _version(self) -> int:
        return self.job.version or self.parent.card.identity.version + 1

    def _report(self, learner: Learner, path: Path | None, judgement: Judgement) -> ReportRecord:
        identity = self.parent.card.identity
        return ReportRecord(
            model=identity.name,
            parent=identity.version,
            version=self._version if path else None,
            file=path.name if path else None,
            sha256=candidate.file_fingerprint(path) if path else None,
            accepted=judgement.reason == BETTER,
            reason=judgement.reason,
            before=judgement.before,
            after=judgement.after,
            detail={**learner.detail(), **judgement.detail},
            ways=list(learner.ways),
            pieces=learner.pieces,
            people=learner.people,
            seconds=round(self._spent(), 1),
            seed=self.job.seed,
        )
