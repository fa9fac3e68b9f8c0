"""Ratings -> a candidate for the next version, measured beside its parent, and the report on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from composer.errors import RequestError
from composer.training_contract import BETTER, NOT_BETTER, RANKING
from training.evaluation import copy_check
from training.ratings import gate, taste
from training.ratings.candidate_run import CandidateRun, Judgement, Learned
from training.ratings.job import part_pieces
from training.ratings.way_ranking import with_taste

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.models.card import ModelCard
    from composer.models.loading import Model
    from composer.training_contract import ReportRecord
    from training.ratings.candidate_run import TellStage
    from training.ratings.gate import TrialResult
    from training.ratings.job import RetrainingJob
    from training.ratings.ratings_file import RatedPiece, RatingsFile


def retrain(
    job: RetrainingJob,
    *,
    tell: TellStage = lambda _stage, _step, _steps, _loss, _left: None,
    before: TrialResult | None = None,
) -> ReportRecord:
    """Learn, measure, and write the report; the candidate lies beside it, if there is one.

    Args:
        job: What is to be learned.
        tell: Told of what goes on.
        before: What the parent came to in the job's trial, where that is known already; its seconds count as spent.

    Returns:
        The report, as it stands in `REPORT_FILE`.

    Raises:
        ModelError: If the parent cannot be used, or was changed meanwhile.
        RequestError: If none of the rated pieces is in a style that it knows.
        OutputError: If candidate or report cannot be written.
    """
    run = CandidateRun(job, tell, trains=False, spent=before.seconds if before else 0.0)
    return run.make(_RatingsLearner(job, run), before=before)


def find_battles(
    rated: RatingsFile, held: Sequence[RatedPiece], card: ModelCard
) -> list[tuple[RatedPiece, RatedPiece]]:
    """Winner and loser of the battles that a model can learn from.

    Args:
        rated: All that is learned from.
        held: Pieces that the candidate is judged by, of which nothing may be learned.
        card: Card of the model, which knows some styles.
    """
    kept_back = {piece.number for piece in held}
    ordered = [pair for battle in rated.battles if (pair := battle.ordered) is not None]
    return [
        pair
        for pair in ordered
        if all(one.number not in kept_back and one.style in card.choosing.profiles for one in pair)
    ]


class _RatingsLearner:
    """Learns from rated pieces; some of them are held out to judge by."""

    # A ranking is fitted at once: a time that only just suffices for both trials is enough.
    least_left = 1.0
    ways: tuple[str, ...] = (RANKING,)

    def __init__(self, job: RetrainingJob, run: CandidateRun) -> None:
        self._job, self._run, self._parent = job, run, run.parent
        known = tuple(piece for piece in job.rated.pieces if piece.style in self._parent.card.choosing.profiles)
        if not known:
            raise RequestError(f"no rated piece is in a style that {self._parent.card.identity.name} knows")
        self._learn, self._held = part_pieces(known, job.seed)
        self._battles = find_battles(job.rated, self._held, self._parent.card)
        self.styles = [piece.style for piece in known]
        self.pieces, self.people = len(job.rated.pieces), job.rated.people

    def learn(self, before: TrialResult, seconds: float) -> Learned | None:  # noqa: ARG002 - part of the protocol
        """Fit what people like."""
        card = self._parent.card
        self._run.say(RANKING, 0, 1)
        pairs = [taste.traits_apart(*pair, card) for pair in self._battles]
        card = with_taste(card, taste.fit_taste(taste.measured_opinions(self._learn, card), pairs))
        self._run.say(RANKING, 1, 1)
        unchanged = card.choosing.preferences == self._parent.card.choosing.preferences
        return None if unchanged else Learned(card, None)

    def judge(self, made: Model, before: TrialResult, after: TrialResult) -> Judgement:
        """Judge by what people who rated the pieces that were held out would like."""
        requests, runs = self._run.trial.requests(), self._learned_runs()
        before, after = gate.count_more_copies(before, runs), gate.count_more_copies(after, runs)
        old, new = before.traits(self._parent, requests), after.traits(made, requests)
        opinions = taste.measured_opinions(self._held, self._parent.card)
        was, is_now, sure = taste.measure_confidence(opinions, old, new, rng=np.random.default_rng(self._job.seed))
        reason = gate.find_failure(before.figures, after.figures)
        if reason is None:
            reason = BETTER if is_now > was and sure >= gate.CONFIDENCE else NOT_BETTER
        return Judgement(
            reason=reason,
            before=gate.figures_record(before.figures, expected_rating=round(was, 4)),
            after=gate.figures_record(after.figures, expected_rating=round(is_now, 4), confidence=round(sure, 4)),
        )

    def _learned_runs(self) -> NDArray[np.uint64]:
        """What may not be played by heart besides what the parent was trained on: rated pieces and the corpus."""
        own = [copy_check.bar_runs(piece.tokens, piece.metre) for piece in self._learn]
        corpus = self._job.corpus
        return np.unique(np.concatenate(own if corpus is None else [*own, copy_check.learned_runs(corpus)]))

    def figures_without_candidate(self, before: TrialResult) -> dict[str, Any]:
        """Give the parent's figures as they were measured."""
        return gate.figures_record(before.figures)

    def detail(self) -> dict[str, float]:
        """Tell how many pieces were learned from, held out, and composed by another version."""
        identity = self._parent.card.identity
        own = (identity.name, identity.version)
        foreign = sum((one.model, one.version) != own for one in self._job.rated.pieces)
        return {
            "learned_from": len(self._learn),
            "held_out": len(self._held),
            "by_other_versions": foreign,
            "battles": len(self._battles),
            "tried": self._run.trial.pieces,
        }
