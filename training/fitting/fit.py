"""Train a network on a prepared corpus, with checks, checkpoints and a budget of minutes or tokens."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from training.corpus import dataset
from training.export import warmstart
from training.fitting import checkpoint
from training.networks.build import build_network
from training.networks.loss import negative_log_likelihoods, strikes_note
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from training.corpus.dataset import Batch, Dataset
    from training.networks.base import Network

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """How to train.

    Attributes:
        tokens: Budget of tokens; the learning rate falls along a cosine to its end.
        minutes: Budget of time in this and earlier sessions of the run; whichever is used up first counts.
        batch: Number of windows a step.
        time: Number of tokens a window.
        learning_rate: Learning rate at its height, after `warmup` steps.
        weight_decay: Weight decay of AdamW.
        average: Momentum of the moving average of the weights that is checked, kept and exported.
        check_minutes: Minutes between checks on the validation set, each followed by a checkpoint.
        seed: Seed of the first weights and the batches; a run that goes on keeps its own.
        weights: How often the corpus's sets are drawn, see `dataset.Batches`.
    """

    tokens: int = 60_000_000
    minutes: float = math.inf
    batch: int = 8
    time: int = 1024
    learning_rate: float = 2e-3
    warmup: int = 200
    weight_decay: float = 0.02
    average: float = 0.998
    check_minutes: float = 6.0
    seed: int = 1
    weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse plans that could not take a step."""
        if min(self.tokens, self.batch, self.time, self.warmup) < 1:
            raise ValueError("tokens, batch, time and warmup must be at least 1")
        if not min(self.minutes, self.check_minutes, self.learning_rate) > 0:
            raise ValueError("minutes, check_minutes and learning_rate must be above 0")
        if not 0 <= self.average < 1 or self.weight_decay < 0:
            raise ValueError(
                f"average must be in [0, 1), weight_decay not below 0: {self.average}, {self.weight_decay}"
            )

    def rate(self, run: checkpoint.FittingRun) -> float:
        """Learning rate of the next step."""
        progress = min(1.0, max(run.tokens / self.tokens, run.seconds / (60 * self.minutes)))
        cosine = 0.02 + 0.98 * (1 + math.cos(math.pi * progress)) / 2
        return self.learning_rate * cosine * min(1.0, (run.steps + 1) / self.warmup)

    def spent(self, run: checkpoint.FittingRun) -> bool:
        """Whether a budget is used up."""
        return run.tokens >= self.tokens or run.seconds >= 60 * self.minutes


def fit_network(
    data: Dataset,
    configuration: dict[str, Any],
    plan: TrainingPlan,
    *,
    folder: Path,
    start: Path | None = None,
    vary: Callable[[Batch], Batch] | None = None,
) -> checkpoint.FittingRun:
    """Train until a budget is spent, going on from `folder` if it holds a run.

    Args:
        data: The prepared corpus; its train and valid splits are used. Without enough of a valid split for a
            window, the last weights count as the best.
        configuration: Configuration of the network, see `configuration_from`; where a run goes on, its own counts.
        plan: Budgets, rates and what is drawn.
        folder: Folder for checkpoints.
        start: Model file whose weights a new run begins with, see `warmstart.grow_network`.
        vary: Changes every batch before it is learned from.

    Returns:
        What the run has done, earlier sessions included.

    Raises:
        ValueError: If there is no such architecture or no such size, or `start` does not grow into it.
        MachineError: If a checkpoint cannot be read or written.
        RequestError: If the corpus does not fit the plan.
    """
    if (folder / checkpoint.RECORD).is_file():
        run = checkpoint.read_run(folder)
    else:
        run = checkpoint.FittingRun(configuration=configuration, seed=plan.seed)
    trainer = _begin_training(run, plan, folder=folder, start=start)
    batches = dataset.Batches(data, plan.weights, seed=run.seed + run.steps, vary=vary)
    windows = list(_validation_windows(data, plan.time))
    log.info("%d parameters, %d validation windows", trainer.network.count_params(), len(windows))
    while not plan.spent(run):
        trainer.train(batches, minutes=plan.check_minutes)
        trainer.check(windows, folder)
    return run


def _begin_training(run: checkpoint.FittingRun, plan: TrainingPlan, *, folder: Path, start: Path | None) -> _Trainer:
    """Make what trains: as it was left where a run goes on, else with fresh weights or those that it starts from."""
    keras.utils.set_random_seed(run.seed + run.steps)
    network = build_network(configuration_from(run.configuration))
    if start is not None and not run.steps:
        warmstart.grow_network(warmstart.network_of(start), network)
    trainer = _Trainer(network, plan, run)
    if run.steps:
        trainer.restore(folder)
    return trainer


class _Trainer:
    """A network, its optimizer and the moving average of its weights."""

    def __init__(self, network: Network, plan: TrainingPlan, run: checkpoint.FittingRun) -> None:
        self.network, self._plan, self._run = network, plan, run
        optimizer = keras.optimizers.AdamW(plan.learning_rate, weight_decay=plan.weight_decay, clipnorm=1.0)
        optimizer.exclude_from_weight_decay(var_names=["bias", "scale", "embedding"])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(optimizer=optimizer, loss=loss, jit_compile=False)
        optimizer.build(network.trainable_variables)
        self._average = self._weights()
        self._losses: list[float] = []

    def _weights(self) -> list[NDArray[np.float32]]:
        return [np.array(keras.ops.convert_to_numpy(variable)) for variable in self.network.trainable_variables]

    def _assign(self, values: list[NDArray[np.float32]]) -> None:
        for variable, value in zip(self.network.trainable_variables, values, strict=True):
            variable.assign(value)

    def restore(self, folder: Path) -> None:
        """Take up weights, optimizer and average of a checkpoint."""
        state = checkpoint.read_arrays(folder / checkpoint.STATE)
        for variable, value in zip(self._variables(), state, strict=True):
            variable.assign(value)
        self._average = checkpoint.read_arrays(folder / checkpoint.AVERAGE)

    def _variables(self) -> list[keras.Variable]:
        return [*self.network.trainable_variables, *self.network.optimizer.variables]

    def train(self, batches: dataset.Batches, *, minutes: float) -> None:
        """Take steps for so many minutes, or until the budget is spent."""
        started = last = time.monotonic()
        self._losses.clear()
        while last - started < 60 * minutes and not self._plan.spent(self._run):
            batch = batches.draw(self._plan.batch, self._plan.time)
            self.network.optimizer.learning_rate.assign(self._plan.rate(self._run))
            loss = self.network.train_on_batch((batch.tokens, batch.features), batch.targets)
            self._losses.append(float(loss))
            self._move_average()
            now = time.monotonic()
            self._run.steps += 1
            self._run.tokens += batch.tokens.size
            self._run.seconds += now - last
            last = now

    def _move_average(self) -> None:
        # A young average would remember the first random weights for long: let it grow old with the run.
        momentum = min(self._plan.average, (1 + self._run.steps) / (10 + self._run.steps))
        for mean, value in zip(self._average, self._weights(), strict=True):
            np.add(mean, (1 - momentum) * (value - mean), out=mean)

    def check(self, windows: list[Batch], folder: Path) -> None:
        """Measure the averaged weights on the validation set and write a checkpoint."""
        own = self._weights()
        self._assign(self._average)
        bits = bits_per_note(self.network, windows)
        self._assign(own)
        run = self._run
        best = bits < run.best or not windows
        run.best = min(bits, run.best)
        run.history.append((run.tokens, round(run.seconds), round(float(np.mean(self._losses)), 4), round(bits, 4)))
        state = [keras.ops.convert_to_numpy(variable) for variable in self._variables()]
        checkpoint.save(folder, run, state=state, average=self._average, best=best)
        log.info(
            "%6.1f min %6.1f M tokens  %5.0f tokens/s  train %.3f nats/token  valid %.3f bits/note%s",
            run.seconds / 60, run.tokens / 1e6, run.tokens / run.seconds, run.history[-1][2], bits,
            "" if best else "  (not better)",
        )  # fmt: skip


def _validation_windows(data: Dataset, window: int, *, every: int = 3) -> Iterator[Batch]:
    """Every third window of the validation split, cut end to end."""
    entries = data.of("valid")
    if not entries:
        return
    start, stop = entries[0].start, entries[-1].start + entries[-1].length
    classes = np.array([entry.classes for entry in entries], np.uint8)
    starts = np.array([entry.start for entry in entries])
    for begin in range(start, stop - window, window * every):
        places = np.arange(begin, begin + window)
        inside = classes[np.searchsorted(starts, places, side="right") - 1]
        yield dataset.batch_at(data, places[None], inside[None])


def bits_per_note(network: Network, windows: list[Batch]) -> float:
    """Negative log-likelihood of all tokens over the number of notes, in bits; inf without windows."""
    nats = notes = 0.0
    for first in range(0, len(windows), 8):
        group = windows[first : first + 8]
        tokens, inputs, targets = (
            np.concatenate([getattr(window, name) for window in group]) for name in ("tokens", "features", "targets")
        )
        logits = network.predict_on_batch((tokens, inputs))
        nats += float(negative_log_likelihoods(logits, targets).sum())
        notes += strikes_note(targets).sum()
    return nats / math.log(2) / notes if notes else math.inf
