"""Listeners rate a model's pieces, it is retrained on their ratings, and they hear what it composes then."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from composer.engines import InstalledEngine
from composer.files import write_atomically
from composer.models import loading
from composer.request import Request
from composer.styles.table import PIANO
from composer.training_contract import REPORT_FILE
from training.comparison.drawing import draw_requests
from training.listeners import approval, rated, voting
from training.ratings import candidate, gate, ratings_file
from training.ratings.job import RetrainingJob
from training.ratings.retraining import retrain
from training.ratings.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.models.card import ModelCard
    from composer.training_contract import ReportRecord
    from training.comparison.drawing import Drawn
    from training.listeners.approval import Interval
    from training.listeners.populations import Listener, Population
    from training.ratings.gate import TrialResult

RATED_SEEDS, HEARD_SEEDS = 0, 500_000
"""From which on the rated pieces' seeds are counted, and those of the pieces that are heard afterwards."""

_ROUND_SEEDS = 10_000

RATED, _JOB = "rated.jsonl", "job.json"
"""What was learned from, and how: a rerun learns nothing twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How much of everything.

    Attributes:
        pieces: Number of pieces that are rated in each round.
        after: Number of pieces that are heard after each round.
        seconds: Length of each piece.
        minutes: Minutes that a retraining may take.
        rounds: Number of rounds of rating and retraining.
        workers: Number of processes that compose.
        folder: Where everything lies; what is there already is not composed again.
        trial: What the gate has both versions compose.
        seed: Seed of listeners and retrainings.
    """

    pieces: int = 300
    after: int = 100
    seconds: float = 20.0
    minutes: float = 20.0
    rounds: int = 1
    workers: int = 1
    folder: Path
    trial: Trial = field(default_factory=Trial)
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one round came to.

    Attributes:
        population: Name of the population.
        round: Number of the round, from 1.
        rated: Mean approval of the pieces that were rated first, by those who have a taste; `tastes.APPROVED` or so.
        before: Approval of what the parent makes of the requests that are heard afterwards.
        after: Approval of what the model that came of this round makes of them.
        change: How much it rose over all rounds so far, request by request.
        camps: Mean approval before and after by the name of each taste, where there are several.
        report: The retraining's, see `training.ratings.retraining`.
    """

    population: str
    round: int
    rated: float
    before: Interval
    after: Interval
    change: Interval
    camps: Mapping[str, tuple[float, float]]
    report: ReportRecord


def run_experiment(
    card: ModelCard,
    population: Population,
    setting: Setting,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Play all rounds of one population.

    What the gate refuses is heard all the same, and goes into the next round: the experiment asks what is learned, and
    the report says what the gate thought of it.

    Args:
        card: Card of the parent.
        population: People who listen.
        setting: How much of everything.
        tell: Told of what goes on.

    Returns:
        One outcome a round.
    """
    experiment = _Experiment(card, population, setting)
    outcomes = []
    for turn in range(1, setting.rounds + 1):
        experiment.rate_pieces(turn)
        tell(f"{population.name}, round {turn}: {experiment.counted}")
        outcomes.append(experiment.learn_from_ratings(turn))
    return outcomes


class _Experiment:
    """Listeners, all that they have heard and voted so far, and the model that came of it."""

    def __init__(self, card: ModelCard, population: Population, setting: Setting) -> None:
        self._population, self._setting, self._current = population, setting, card
        self._rng = np.random.default_rng(setting.seed)
        self._first_pieces = _draw_pieces(card, setting, RATED_SEEDS, setting.pieces)
        self._listeners = population.gathered(self._first_pieces, self._rng)
        cast = voting.cast_votes(self._listeners, self._first_pieces, self._rng)
        self._rated_at_first = float(voting.approval_shares(self._listeners, cast).mean())
        self._at_first = _votes_on(card, self._listeners, setting)
        self._given: list[voting.SimulatedVote] = []
        self._pieces: list[Drawn] = []

    @property
    def counted(self) -> str:
        """How much was rated so far."""
        return f"{len(self._given)} votes on {len(self._pieces)} pieces"

    def rate_pieces(self, turn: int) -> None:
        """Let the listeners vote on what the model composes now."""
        seeds = RATED_SEEDS + turn * _ROUND_SEEDS
        pieces = (
            self._first_pieces if turn == 1 else _draw_pieces(self._current, self._setting, seeds, self._setting.pieces)
        )
        cast = voting.cast_votes(self._listeners, pieces, self._rng)
        self._given += voting.draw_votes(self._listeners, cast, self._rng, first=len(self._pieces) + 1)
        self._pieces += pieces

    def learn_from_ratings(self, turn: int) -> Outcome:
        """Retrain the model, and let the listeners hear what came of it."""
        folder = self._setting.folder / self._population.name / str(turn)
        job = _make_job(self._current, self._pieces, self._given, self._setting, folder)
        report = _retrain_once(job, folder)
        self._current = loading.read_card(folder / report["file"]) if report["file"] else self._current
        at_last = _votes_on(self._current, self._listeners, self._setting)
        return Outcome(
            population=self._population.name,
            round=turn,
            rated=self._rated_at_first,
            **_compare_approval(self._listeners, self._at_first, at_last, self._rng),
            camps=_by_camp(self._population, self._listeners, self._at_first, at_last),
            report=report,
        )


def _compare_approval(
    listeners: Sequence[Listener], at_first: NDArray[np.float64], at_last: NDArray[np.float64], rng: np.random.Generator
) -> dict[str, Interval]:
    was, is_now = (voting.approval_shares(listeners, cast) for cast in (at_first, at_last))
    return {
        "before": approval.mean_approval(was, rng),
        "after": approval.mean_approval(is_now, rng),
        "change": approval.approval_change(was, is_now, rng),
    }


def _votes_on(card: ModelCard, listeners: Sequence[Listener], setting: Setting) -> NDArray[np.float64]:
    """What everybody votes on what a model makes of the same requests as every other, in the same mood."""
    pieces = _draw_pieces(card, setting, HEARD_SEEDS, setting.after)
    return voting.cast_votes(listeners, pieces, np.random.default_rng([setting.seed, HEARD_SEEDS]))


def _draw_pieces(card: ModelCard, setting: Setting, first_seed: int, number: int) -> list[Drawn]:
    """Pieces as people ask for them who leave everything open."""
    requests = [Request(seconds=setting.seconds, seed=first_seed + place, style=PIANO) for place in range(number)]
    # A candidate has the name and the version of every other one: each has a folder of its own, beside its file.
    kept = card.path.parent / "pieces" if card.path.is_relative_to(setting.folder) else setting.folder / "pieces"
    return draw_requests(requests, InstalledEngine(card.identity, card), folder=kept, workers=setting.workers)


def _by_camp(
    population: Population, listeners: Sequence[Listener], at_first: NDArray[np.float64], at_last: NDArray[np.float64]
) -> dict[str, tuple[float, float]]:
    """Mean approval of each camp before and after; empty where all are of one."""
    names = [taste.name for taste in population.camps]
    return {
        name: (
            float(voting.approval_shares(listeners, at_first, taste=name).mean()),
            float(voting.approval_shares(listeners, at_last, taste=name).mean()),
        )
        for name in (names if len(names) > 1 else ())
    }


def _retrain_once(job: RetrainingJob, folder: Path) -> ReportRecord:
    """What the same job came to in an earlier run, or what it comes to now."""
    asked = {name: repr(getattr(job, name)) for name in ("minutes", "trial", "seed", "fewest")}
    asked |= {"model": candidate.file_fingerprint(job.model), "rated": candidate.file_fingerprint(folder / RATED)}
    told, report = folder / _JOB, folder / REPORT_FILE
    if told.is_file() and report.is_file() and json.loads(told.read_bytes()) == asked:
        found: ReportRecord = json.loads(report.read_bytes())
        return found
    told.unlink(missing_ok=True)
    found = retrain(job, before=_try_parent(job.model, asked["model"], job.trial))
    write_atomically(told, json.dumps(asked, indent=1).encode())
    return found


@lru_cache(maxsize=4)
def _try_parent(path: Path, _fingerprint: str, trial: Trial) -> TrialResult:
    """What a parent comes to in the trial: every population and every way begins with the same one."""
    return gate.measure_version(loading.load(path), trial)


def _make_job(
    card: ModelCard,
    heard: Sequence[Drawn],
    given: Sequence[voting.SimulatedVote],
    setting: Setting,
    folder: Path,
) -> RetrainingJob:
    """The ratings go through their file, as the bot's do."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / RATED
    rated.write_ratings(file, heard, voting.weigh_votes(given), people=len({vote.person for vote in given}))
    return RetrainingJob(
        rated=ratings_file.read_ratings(file),
        model=card.path,
        out=folder,
        minutes=setting.minutes,
        # Everybody asks for the one style: what the parent comes to in it is the same for all, see `_try_parent`.
        trial=replace(setting.trial, styles=(PIANO,)),
        seed=setting.seed,
    )
