"""One's own music -> a candidate for the next version: it learns from a corpus without forgetting what it was."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from composer.training_contract import BETTER, FINETUNE, NOT_BETTER
from training.evaluation import copy_check
from training.ratings import candidate, gate, piece_windows, way_finetune
from training.ratings.candidate_run import CandidateRun, Judgement, Learned
from training.ratings.network_training import NetworkTraining

if TYPE_CHECKING:
    from composer.models.loading import Model
    from composer.training_contract import ReportRecord
    from training.corpus.dataset import Dataset
    from training.ratings.candidate_run import TellStage
    from training.ratings.gate import TrialResult
    from training.ratings.job import FinetuningJob

_REPLAY = 0.75
"""Share of the windows that are the corpus's; the others are the model's own pieces."""

_PASSES = 1000.0
"""Over the model's own pieces: time ends it sooner."""


def finetune(job: FinetuningJob, *, tell: TellStage = lambda _stage, _step, _steps, _loss, _left: None) -> ReportRecord:
    """Learn, measure, and write the report; the candidate lies beside it, if there is one.

    It is better if the held-out pieces of the corpus cost it fewer bits a note; what it must not do worse is what
    `gate.find_failure` says, with the bits counted on the sections that come with the code.

    Returns:
        The report, as it stands in `REPORT_FILE`.

    Raises:
        ModelError: If the parent cannot be used, or was changed meanwhile.
        RequestError: If nothing of the corpus is in a style that it knows.
        OutputError: If candidate or report cannot be written.
    """
    run = CandidateRun(job, tell, trains=True)
    return run.make(_CorpusLearner(job, run))


class _CorpusLearner:
    """Learns from a corpus; its valid split is held out to judge by."""

    ways: tuple[str, ...] = (FINETUNE,)
    people = 0
    # There must be time beyond the two trials in which to train.
    least_left = 1.2

    def __init__(self, job: FinetuningJob, run: CandidateRun) -> None:
        self._job, self._run, self._parent = job, run, run.parent
        train = job.corpus.of("train")
        self.styles, self.pieces = [entry.style for entry in train], len(train)
        self._corpus = _as_asked(job.corpus, self._parent.card.choosing.preferences.rating)
        self._own_runs = copy_check.learned_runs(job.corpus)
        # Before anything is composed, since it may find that there is nothing to measure.
        self._bits_before = gate.held_out_bits(self._parent, self._corpus)

    def learn(self, before: TrialResult, seconds: float) -> Learned | None:
        """Train on the corpus, and on what the parent composed in the trial."""
        job = self._job
        own = [piece_windows.of_composition(piece, number) for number, piece in enumerate(before.pieces, 1)]
        training = NetworkTraining(job.model)
        plan = way_finetune.FinetunePlan(
            seconds=training.seconds_of(seconds), passes=_PASSES, replay=_REPLAY, seed=job.seed
        )
        tell = partial(self._run.say, FINETUNE)
        if not way_finetune.finetune_network(
            training.network, training.parent, own, plan, corpus=self._corpus, tell=tell
        ):
            return None
        return Learned(candidate.with_sources(self._parent.card, job.corpus), training.network)

    def judge(self, made: Model, before: TrialResult, after: TrialResult) -> Judgement:
        """Judge by the bits a note of the pieces that were held out."""
        before, after = self._with_copies(before), self._with_copies(after)
        bits_after = gate.held_out_bits(made, self._corpus)
        better = BETTER if bits_after < self._bits_before else NOT_BETTER
        return Judgement(
            reason=gate.find_failure(before.figures, after.figures) or better,
            before=gate.figures_record(before.figures),
            after=gate.figures_record(after.figures),
            detail={"held_out_after": bits_after},
        )

    def _with_copies(self, tried: TrialResult) -> TrialResult:
        # What it learned by heart from this music counts beside what its forebears were trained on.
        return gate.count_more_copies(tried, self._own_runs)

    def figures_without_candidate(self, before: TrialResult) -> dict[str, Any]:
        """Give the parent's figures, its copies of this music among them."""
        return gate.figures_record(self._with_copies(before).figures)

    def detail(self) -> dict[str, float]:
        """Tell what the held-out pieces cost the parent."""
        return {"held_out_before": self._bits_before}


def _as_asked(corpus: Dataset, rating: int) -> Dataset:
    """The corpus under the rating that the composer asks for: to whoever brings it, it is what is to be composed."""
    return replace(corpus, entries=tuple(gate.under_rating(entry, rating) for entry in corpus.entries))
