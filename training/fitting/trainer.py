"""A network on its way: steps, the moving average of its weights, checks and checkpoints."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from training.fitting import checkpoint
from training.fitting.carrying import write_parts
from training.fitting.optimizer import AveragingAdamW
from training.fitting.steps import make_steps
from training.fitting.validation import bits_per_note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.corpus.batches import Batch, Batches
    from training.fitting.plan import TrainingPlan
    from training.networks.base import Network

log = logging.getLogger(__name__)


class Trainer:
    """A network, its optimizer and the moving average of its weights.

    Attributes:
        network: Network that is trained.
    """

    def __init__(self, network: Network, plan: TrainingPlan, run: checkpoint.FittingRun, *, varied: bool) -> None:
        """Compile the network; `varied` tells whether batches are changed after they were drawn."""
        self.network, self._plan, self._run = network, plan, run
        optimizer = AveragingAdamW(
            plan.learning_rate, weight_decay=plan.weight_decay, average=plan.average, clipnorm=1.0
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "scale", "embedding"])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        # JAX runs what is not compiled operation by operation; TensorFlow's own graphs beat XLA on CPUs.
        network.compile(optimizer=optimizer, loss=loss, jit_compile=keras.backend.backend() == "jax")
        optimizer.build(network.trainable_variables)
        self._optimizer, self._steps = optimizer, make_steps(network, stack=plan.stack, varied=varied)

    def restore(self, folder: Path) -> None:
        """Take up weights, optimizer and average of a checkpoint."""
        _assign(self._variables(), checkpoint.read_arrays(folder / checkpoint.STATE))
        _assign(self._optimizer.average, checkpoint.read_arrays(folder / checkpoint.AVERAGE))

    def _variables(self) -> list[keras.Variable]:
        return [*self.network.trainable_variables, *self._optimizer.own_variables]

    def draw(self, batches: Batches) -> Sequence[Any]:
        """What the next steps learn from."""
        return self._steps.draw(batches, self._plan.batch, self._plan.time)

    def train(self, draw: Callable[[], Sequence[Any]], *, minutes: float) -> list[float]:
        """Take steps for so many minutes, or until the budget is spent.

        Args:
            draw: Gives what `self.draw` gave.
            minutes: Minutes, to the end of a step.

        Returns:
            The loss of each step, nats a token.
        """
        started = last = time.monotonic()
        run, plan = self._run, self._plan
        losses: list[float] = []
        while last - started < 60 * minutes and not plan.spent(run):
            drawn = draw()
            tokens = plan.batch * plan.time
            ahead = (replace(run, steps=run.steps + at, tokens=run.tokens + at * tokens) for at in range(len(drawn)))
            losses += self._steps.take(drawn, [plan.rate(then) for then in ahead])
            now = time.monotonic()
            run.steps += len(drawn)
            run.tokens += len(drawn) * tokens
            run.seconds += now - last
            last = now
        return losses

    def check(self, windows: list[Batch], folder: Path, *, loss: float, carry: Path | None = None) -> None:
        """Measure the averaged weights on the validation set and write a checkpoint.

        Args:
            windows: Windows of the validation set.
            folder: Folder of the run.
            loss: Mean loss of the steps since the check before, nats a token.
            carry: Folder that the best weights are written to as well, see `training.fitting.carrying`.
        """
        started = time.monotonic()
        weights = self.network.trainable_variables
        own, average = _values_of(weights), _values_of(self._optimizer.average)
        _assign(weights, average)
        bits = bits_per_note(self.network, windows)
        _assign(weights, own)
        run = self._run
        best = bits < run.best or not windows
        run.best = min(bits, run.best)
        run.history.append((run.tokens, round(run.seconds), round(loss, 4), round(bits, 4)))
        checkpoint.save(folder, run, state=_values_of(self._variables()), average=average, best=best)
        if best and carry is not None:
            write_parts(carry, run, average)
        log.info(
            "%6.1f min %6.1f M tokens  %5.0f tokens/s  train %.3f nats/token  valid %.3f bits/note%s",
            run.seconds / 60, run.tokens / 1e6, run.tokens / run.seconds, run.history[-1][2], bits,
            "" if best else "  (not better)",
        )  # fmt: skip
        run.seconds += time.monotonic() - started


def _values_of(variables: Sequence[keras.Variable]) -> list[NDArray[Any]]:
    # Copied: an array of a backend may go on changing with its variable.
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


def _assign(variables: Sequence[keras.Variable], values: Sequence[NDArray[Any]]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
