"""Ratings -> a candidate for the next version, measured beside its parent, and the report on it."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.errors import RequestError
from composer.files import write_atomically
from composer.models import loading
from composer.models.card import changed
from composer.training_contract import (
    BETTER,
    FINETUNE,
    GATE,
    NO_CHANGE,
    NO_TIME,
    NOT_BETTER,
    PREFERENCE,
    RANKING,
    REPORT_FILE,
)
from training.evaluation import copy_check
from training.ratings import candidate, gate, taste
from training.ratings.job import parted
from training.ratings.way_ranking import leaned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.models.loading import Model
    from composer.training_contract import ReportRecord
    from training.ratings.gate import TrialResult
    from training.ratings.job import RetrainingJob
    from training.ratings.network_training import NetworkTraining

    Tell = Callable[[str, int, int, float | None, float], None]
    """Called with stage, step, steps, loss and the seconds left."""

_FINETUNE_SHARE = 0.6
"""Of the time that is left for both ways that train, where both are taken."""

_SHORTEST = 20.0
"""Seconds below which a network is not trained: loading it takes as long."""


def retrain(
    lesson: RetrainingJob,
    *,
    tell: Tell = lambda _stage, _step, _steps, _loss, _left: None,
    before: TrialResult | None = None,
) -> ReportRecord:
    """Learn, measure, and write the report; the candidate lies beside it, if there is one.

    Args:
        lesson: What is to be learned.
        tell: Told of what goes on.
        before: What the parent came to in the lesson's trial, where that is known already; its seconds count as spent.

    Returns:
        The report, as it stands in `REPORT_FILE`.

    Raises:
        ModelError: If the parent cannot be used, or was changed meanwhile.
        RequestError: If none of the rated pieces is in a style that it knows.
        OutputError: If candidate or report cannot be written.
    """
    candidate.begin(lesson.out)
    report = _Retraining(lesson, tell, before).run()
    write_atomically(lesson.out / REPORT_FILE, f"{json.dumps(report, indent=1)}\n".encode())
    return report


class _Retraining:
    """One retraining."""

    def __init__(self, lesson: RetrainingJob, tell: Tell, before: TrialResult | None) -> None:
        self._lesson, self._tell, self._before = lesson, tell, before
        self._started = time.monotonic() - (before.seconds if before else 0.0)
        self._known_by = candidate.fingerprint(lesson.model)
        self._parent = loading.load(lesson.model)
        candidate.check_parent(self._parent, trained=lesson.trains)
        known = tuple(piece for piece in lesson.rated.pieces if piece.style in self._parent.card.choosing.profiles)
        if not known:
            raise RequestError(f"no rated piece is in a style that {self._parent.card.identity.name} knows")
        self._learn, self._held = parted(known, lesson.seed)
        self._trial = lesson.trial.in_styles_of((piece.style for piece in known), self._parent.card)
        self._version = lesson.version or self._parent.card.identity.version + 1

    def _left(self) -> float:
        return max(60 * self._lesson.minutes - (time.monotonic() - self._started), 0.0)

    def _say(self, stage: str, step: int, steps: int, loss: float | None = None) -> None:
        self._tell(stage, step, steps, loss, self._left())

    def run(self) -> ReportRecord:
        before = self._before or self._try(self._parent, 0, seconds=gate.TRIAL_SHARE * self._left())
        self._trial = replace(self._trial, pieces=len(before.pieces))
        gating = time.monotonic() - self._started
        if self._left() < gating:
            return self._report(NO_TIME, before=gate.figures_record(before.figures))
        path = self._candidate(seconds=self._left() - 1.2 * gating)
        if path is None:
            return self._report(NO_CHANGE, before=gate.figures_record(before.figures))
        made = loading.load(path)
        return self._judged(path, before, self._try(made, 1), made)

    def _try(self, model: Model, place: int, *, seconds: float = math.inf) -> TrialResult:
        def tell(number: int, of: int) -> None:
            self._say(GATE, number + place * of, 2 * of)

        return gate.measure(model, self._trial, seconds=seconds, tell=tell)

    def _learned_runs(self) -> NDArray[np.uint64]:
        """What may not be played by heart besides what the parent was trained on: rated pieces and the corpus."""
        own = [copy_check.bar_runs(piece.tokens, piece.metre) for piece in self._learn]
        corpus = self._lesson.corpus
        return np.unique(np.concatenate(own if corpus is None else [*own, copy_check.learned_runs(corpus)]))

    def _on_corpus(self, made: Model) -> dict[str, float]:
        """Bits a note of parent and candidate on held-out pieces of the corpus, if there is one."""
        corpus = self._lesson.corpus
        if corpus is None:
            return {}
        return {"corpus_before": gate.bits(self._parent, corpus), "corpus_after": gate.bits(made, corpus)}

    def _judged(self, path: Path, before: TrialResult, after: TrialResult, made: Model) -> ReportRecord:
        requests, runs = self._trial.requests(), self._learned_runs()
        before, after = gate.beside(before, runs), gate.beside(after, runs)
        old, new = before.traits(self._parent, requests), after.traits(made, requests)
        opinions = taste.opinions(self._held, self._parent.card)
        rng = np.random.default_rng(self._lesson.seed)
        was, is_now, sure = taste.confidence(opinions, old, new, rng=rng)
        on_corpus = self._on_corpus(made)
        reason = gate.verdict(before.figures, after.figures, *on_corpus.values())
        if reason is None:
            reason = BETTER if is_now > was and sure >= gate.CONFIDENCE else NOT_BETTER
        return self._report(
            reason,
            path=path,
            before=gate.figures_record(before.figures, expected_rating=round(was, 4)),
            after=gate.figures_record(after.figures, expected_rating=round(is_now, 4), confidence=round(sure, 4)),
            detail=on_corpus,
        )

    def _candidate(self, *, seconds: float) -> Path | None:
        """Learn in all the ways, and write what came of it; None if nothing did."""
        lesson = self._lesson
        taught = self._taught(seconds) if lesson.trains else None
        card = self._parent.card
        if RANKING in lesson.ways:
            self._say(RANKING, 0, 1)
            card = leaned(card, taste.fit_taste(taste.opinions(self._learn, card)))
            self._say(RANKING, 1, 1)
        if taught is not None:
            card = changed(card, preferences=replace(card.choosing.preferences, rating=taught.rating))
            if lesson.corpus is not None and FINETUNE in lesson.ways:
                card = candidate.with_sources(card, lesson.corpus)
        elif card.choosing.preferences == self._parent.card.choosing.preferences:
            return None
        network = None if taught is None else taught.network
        candidate.check_unchanged(lesson.model, self._known_by)
        return candidate.write(self._parent.card, card, network, lesson.out, self._version)

    def _taught(self, seconds: float) -> NetworkTraining | None:
        """A network that learned from the ratings; None if there was no time."""
        from training.ratings import network_training  # noqa: PLC0415 - TensorFlow loads for seconds

        lesson = self._lesson
        both = {FINETUNE, PREFERENCE} <= set(lesson.ways)
        if seconds < _SHORTEST:
            return None
        taught = network_training.NetworkTraining(
            lesson.model, self._learn, corpus=lesson.corpus, seed=lesson.seed, tell=self._say
        )
        seconds = taught.seconds_of(seconds)
        taken = 0
        if FINETUNE in lesson.ways:
            taken += taught.finetune(seconds=(_FINETUNE_SHARE if both else 1.0) * seconds)
        if PREFERENCE in lesson.ways:
            taken += taught.prefer(seconds=(1 - _FINETUNE_SHARE if both else 1.0) * seconds)
        return taught if taken else None

    def _report(
        self,
        reason: str,
        *,
        path: Path | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        detail: dict[str, float] | None = None,
    ) -> ReportRecord:
        lesson, card = self._lesson, self._parent.card
        own = (card.identity.name, card.identity.version)
        foreign = sum((one.model, one.version) != own for one in lesson.rated.pieces)
        return candidate.report(
            card,
            path,
            self._version,
            reason,
            before=before or {},
            after=after or {},
            detail={
                "learned_from": len(self._learn),
                "held_out": len(self._held),
                "by_other_versions": foreign,
                "tried": self._trial.pieces,
                **(detail or {}),
            },
            ways=lesson.ways,
            pieces=len(lesson.rated.pieces),
            people=lesson.rated.people,
            seconds=time.monotonic() - self._started,
            seed=lesson.seed,
        )
