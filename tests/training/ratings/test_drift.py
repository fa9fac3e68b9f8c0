"""Many small steps, each allowed beside its parent, do not lead far from the version that all began with."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.training.ratings import listening
from training.ratings import gate
from training.ratings.candidate_run import CandidateRun, Judgement, Learned
from training.ratings.gate import GateFigures, TrialResult
from training.ratings.job import CandidateJob
from training.ratings.trial import Trial

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.loading import Model

GOOD = GateFigures(bits_per_note=5.0, diversity=0.9, grammar=1.0, length=1.0, cadence=1.0, copies=0)
ROUNDS = 10
NAMES = ("wavenet-v1.onnx", "wavenet-v2.onnx", "wavenet-v1.onnx")
"""Parent, candidate and anchor."""


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (lambda found: replace(found, bits_per_note=found.bits_per_note * (1 + gate.FORGETTING)), "forgot"),
        (lambda found: replace(found, diversity=found.diversity * (1 - gate.LESS_DISTINCT)), "uniform"),
    ],
)
def test_ten_rounds_that_all_pass_beside_their_parents_do_not_beside_the_first(step, reason):
    versions = [GOOD]
    for _ in range(ROUNDS):
        versions.append(step(versions[-1]))

    pairs = pairwise(versions)
    assert [gate.find_failure(before, after) for before, after in pairs] == [None] * ROUNDS
    assert gate.find_drift(GOOD, versions[1]) is None
    assert gate.find_drift(GOOD, versions[-1]) == reason


class _Pleased:
    """A learner that likes whatever it makes."""

    ways: tuple[str, ...] = ("ranking",)
    pieces, people, least_left = 1, 1, 0.0

    def __init__(self, parent: Model) -> None:
        self._card = parent.card
        self.styles = ["piano"]

    def learn(self, _before: TrialResult, _seconds: float) -> Learned:
        return Learned(self._card, None)

    def judge(self, _made: Model, _before: TrialResult, _after: TrialResult) -> Judgement:
        return Judgement(reason="better", before={})

    def figures_without_candidate(self, _before: TrialResult) -> dict[str, float]:
        return {}

    def detail(self) -> dict[str, float]:
        return {}


@pytest.mark.parametrize(("share", "reason"), [(1.0, "better"), (0.5, "forgot")])
def test_a_candidate_is_measured_beside_the_anchor_in_the_same_trial(
    small: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float, reason: str
):
    measure, measured = gate.measure_version, []

    def measured_far(model: Model, trial: Trial, **more: Any) -> TrialResult:
        found = measure(model, trial, **more)
        measured.append((model.path.name, trial.pieces))
        bits = found.figures.bits_per_note * (share if len(measured) == len(NAMES) else 1.0)
        return replace(found, figures=replace(found.figures, bits_per_note=bits))

    monkeypatch.setattr(gate, "measure_version", measured_far)
    trial = Trial(pieces=2, seconds=listening.SECONDS, candidates=1)
    job = CandidateJob(model=small.path, anchor=small.path, out=tmp_path, minutes=5, trial=trial)
    steps: list[tuple[int, int]] = []
    run = CandidateRun(job, lambda _stage, step, of, _loss, _left: steps.append((step, of)), trains=False)

    report = run.make(_Pleased(small))

    assert measured == [(name, 2) for name in NAMES]
    assert steps == [(step, 6) for step in range(1, 7)]
    assert (report["accepted"], report["reason"]) == (reason == "better", reason)
    assert report["detail"]["anchor_diversity"] == 1.0
