"""One run of the benchmark: train on the training pieces, choose the weights on the validation pieces, measure."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from training.fitting import checkpoint
from training.fitting.optimizer import AveragingAdamW
from training.polyphonic.batches import Draws, whole_pieces
from training.polyphonic.model import Copyist, make_loss, step_nats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.fitting.plan import TrainingPlan
    from training.polyphonic.features import FeatureTable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is trained and how.

    Attributes:
        network: Architecture and sizes.
        masked: Share of the features that is hidden in training.
        checked: Decisions between two checks on the validation pieces, each followed by a checkpoint; not
            minutes, so that on a busy machine a run is checked as often as on an idle one.
        plan: Budgets and rates.
    """

    network: dict[str, Any]
    masked: float
    checked: int
    plan: TrainingPlan


class Fitting:
    """A network on its way, with the moving average of its weights, which is what is measured."""

    def __init__(self, data: FeatureTable, recipe: Recipe, folder: Path) -> None:
        """Begin, or go on from what `folder` holds; a run that goes on keeps its network and seed."""
        self._data, self._recipe, self._folder = data, recipe, folder
        going_on = (folder / checkpoint.RECORD).is_file()
        new = checkpoint.FittingRun(configuration={**recipe.network, "masked": recipe.masked}, seed=recipe.plan.seed)
        self.run = checkpoint.read_run(folder) if going_on else new
        keras.utils.set_random_seed(self.run.seed + self.run.steps)
        self.model = self._built()
        if going_on:
            self._restore()

    def _built(self) -> Copyist:
        network = dict(self.run.configuration)
        masked = network.pop("masked")
        model = Copyist(network, classes=self._data.classes, masked=masked)
        plan = self._recipe.plan
        optimizer = AveragingAdamW(
            plan.learning_rate, weight_decay=plan.weight_decay, average=plan.average, clipnorm=1.0
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "scale"])
        model.compile(optimizer=optimizer, loss=make_loss(serial=self._data.serial), jit_compile=False)
        optimizer.build(model.trainable_variables)
        return model

    def _weights(self) -> list[NDArray[np.float32]]:
        return [np.array(keras.ops.convert_to_numpy(variable)) for variable in self.model.trainable_variables]

    def _variables(self) -> list[keras.Variable]:
        return [*self.model.trainable_variables, *self.model.optimizer.own_variables]

    def _restore(self) -> None:
        state = checkpoint.read_arrays(self._folder / checkpoint.STATE)
        for variable, value in zip(self._variables(), state, strict=True):
            variable.assign(value)
        for mean, value in zip(
            self.model.optimizer.average, checkpoint.read_arrays(self._folder / checkpoint.AVERAGE), strict=True
        ):
            mean.assign(value)

    def train(self) -> None:
        """Train until a budget is spent, with a check and a checkpoint every so often."""
        plan, run = self._recipe.plan, self.run
        draws = Draws(self._data, self._data.rolls.of("train"), seed=run.seed + run.steps)
        valid = self._data.rolls.of("valid")
        log.info("%d parameters", self.model.count_params())
        while not plan.spent(run):
            losses = self._train(draws, until=run.tokens + self._recipe.checked)
            self._check(float(np.mean(losses)), valid)

    def _train(self, draws: Draws, *, until: int) -> list[float]:
        plan, run = self._recipe.plan, self.run
        last = time.monotonic()
        losses = []
        while run.tokens < until and not plan.spent(run):
            batch = draws.draw(plan.batch, plan.time)
            self.model.optimizer.learning_rate.assign(plan.rate(run))
            losses.append(float(self.model.train_on_batch(batch.inputs, batch.targets, batch.counted)))
            now = time.monotonic()
            run.steps += 1
            run.tokens += int(batch.counted.sum())
            run.seconds += now - last
            last = now
        return losses

    def _check(self, trained: float, valid: Sequence[int]) -> None:
        run, own = self.run, self._weights()
        average = [np.array(keras.ops.convert_to_numpy(mean)) for mean in self.model.optimizer.average]
        self._assign(average)
        measured = per_frame(step_likelihoods(self.model, self._data, valid), self._data, valid)
        self._assign(own)
        best = measured < run.best
        run.best = min(measured, run.best)
        run.history.append((run.tokens, round(run.seconds), round(trained, 4), round(measured, 4)))
        state = [keras.ops.convert_to_numpy(variable) for variable in self._variables()]
        checkpoint.save(self._folder, run, state=state, average=average, best=best)
        log.info(
            "%6.1f min %7.2f M steps  train %.3f nats/step  valid %.4f nats/frame%s",
            run.seconds / 60, run.tokens / 1e6, trained, measured, "" if best else "  (not better)",
        )  # fmt: skip

    def _assign(self, values: list[NDArray[np.float32]]) -> None:
        for variable, value in zip(self.model.trainable_variables, values, strict=True):
            variable.assign(value)


def step_likelihoods(model: Copyist, data: FeatureTable, pieces: Sequence[int]) -> NDArray[np.float32]:
    """Negative log-likelihoods of the pieces' steps, in nats.

    Returns:
        (steps, 1) in the order of the table; in independent mode (steps, classes), 0 for classes off the keyboard.
    """
    found, order = [], []
    for index, batch in whole_pieces(data, pieces):
        logits = model.predict_on_batch(batch.inputs)
        each = np.asarray(keras.ops.convert_to_numpy(step_nats(batch.targets, logits, serial=data.serial)))
        real = index >= 0
        found.append(each[real].reshape(int(real.sum()), -1))
        order.append(index[real])
    return np.concatenate(found)[np.argsort(np.concatenate(order))]


def per_frame(nats_of_steps: NDArray[np.float32], data: FeatureTable, pieces: Sequence[int]) -> float:
    """The published measure: all nats over the number of frames after each piece's first."""
    frames = sum(int(data.rolls.starts[piece + 1] - data.rolls.starts[piece]) - 1 for piece in pieces)
    return float(nats_of_steps.sum(dtype=np.float64)) / frames
