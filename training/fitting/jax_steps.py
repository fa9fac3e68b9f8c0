"""Many steps of the optimizer in one call, compiled by JAX; what goes to the device is bytes, not features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import keras
import numpy as np

from training.fitting.row_features import FeatureTables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.corpus.batches import Batches, RowWindows
    from training.networks.base import Network

    State = tuple[list[Any], list[Any], list[Any]]


class ScannedSteps:
    """Steps in a loop that is compiled as a whole. Weights, optimizer and average stay on the device.

    Attributes:
        most: Steps that are taken in one call. Another number of them is compiled anew.
    """

    def __init__(self, network: Network, *, most: int) -> None:
        self.most, self._network = most, network
        self._tables: FeatureTables | None = None
        optimizer = network.optimizer
        self._rate_at = next(
            at for at, variable in enumerate(optimizer.variables) if variable is optimizer.learning_rate
        )
        # What goes in is given up: a step needs room for one copy of the weights, not for two.
        self._run = jax.jit(self._scan, donate_argnums=0)

    def draw(self, batches: Batches, batch: int, time: int) -> list[RowWindows]:
        """See `training.fitting.steps.Stepper`."""
        return [batches.draw_windows(batch, time) for _ in range(self.most)]

    def take(self, drawn: Sequence[RowWindows], rates: Sequence[float]) -> list[float]:
        """See `training.fitting.steps.Stepper`."""
        self._tables = self._tables or FeatureTables(drawn[0])
        columns = zip(*((one.tokens, one.rows, one.classes, one.targets) for one in drawn), strict=True)
        given = tuple(np.stack(column) for column in columns)
        values = tuple([variable.value for variable in variables] for variables in self._variables())
        values, losses = self._run(values, given, np.asarray(rates, np.float32))
        for variables, found in zip(self._variables(), values, strict=True):
            for variable, value in zip(variables, found, strict=True):
                variable.assign(value)
        return [float(loss) for loss in np.asarray(losses)]

    def _variables(self) -> tuple[list[keras.Variable], list[keras.Variable], list[keras.Variable]]:
        network = self._network
        return network.trainable_variables, network.non_trainable_variables, network.optimizer.variables

    def _scan(self, state: State, given: tuple[Any, ...], rates: Any) -> tuple[State, Any]:  # noqa: ANN401
        scanned: tuple[State, Any] = jax.lax.scan(self._step, state, (given, rates))
        return scanned

    def _step(self, state: State, given: tuple[tuple[Any, ...], Any]) -> tuple[State, Any]:
        weights, others, optimizing = state
        windows, rate = given
        gradient = jax.value_and_grad(self._loss, has_aux=True)
        (loss, others), slopes = gradient(weights, others, windows)
        optimizing = [rate if at == self._rate_at else value for at, value in enumerate(optimizing)]
        weights, optimizing = self._network.optimizer.stateless_apply(optimizing, slopes, weights)
        return (weights, others, optimizing), loss

    def _loss(self, weights: list[Any], others: list[Any], windows: tuple[Any, ...]) -> tuple[Any, list[Any]]:
        tokens, rows, classes, targets = windows
        assert self._tables is not None
        inputs = tokens, self._tables.look_up(rows, classes)
        logits, others = self._network.stateless_call(weights, others, inputs, training=True)
        nats = keras.ops.sparse_categorical_crossentropy(targets, logits, from_logits=True)
        return keras.ops.mean(nats), others
