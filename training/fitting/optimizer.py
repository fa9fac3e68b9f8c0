"""AdamW, with a moving average of the weights that is kept where the weights are: on the device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import ops

if TYPE_CHECKING:
    from collections.abc import Sequence


class AveragingAdamW(keras.optimizers.AdamW):
    """AdamW (Loshchilov and Hutter 2019) that moves an average of the weights after each of its steps.

    The average is an optimizer's variable, so a compiled step moves it too, and no weight leaves the device.

    Attributes:
        average: Moving average of each weight, in the weights' order.
    """

    def __init__(self, learning_rate: float, *, weight_decay: float, average: float, **options: Any) -> None:  # noqa: ANN401
        super().__init__(learning_rate, weight_decay=weight_decay, **options)
        self._momentum = average
        self.average: list[keras.Variable] = []

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Make the optimizer's variables; the average begins as the weights."""
        super().build(variables)
        self.average = self.add_optimizer_variables(variables, "average")
        for mean, weight in zip(self.average, variables, strict=True):
            # Copied, for JAX hands on the very array, and one that is given up must not be two things.
            mean.assign(ops.copy(weight))

    @property
    def own_variables(self) -> list[keras.Variable]:
        """All variables but the average: what a step is made of."""
        means = {id(mean) for mean in self.average}
        return [variable for variable in self.variables if id(variable) not in means]

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[keras.Variable] | None = None) -> None:
        """Take a step, then move the average."""
        # TensorFlow tells the embedding's gradient row by row, a token that came twice with two rows, and clips and
        # squares the rows one by one. Summed first, by adding them to zeros, its steps are every other backend's.
        weights = trainable_variables or self._trainable_variables
        summed = [
            ops.add(ops.zeros(weight.shape, weight.dtype), grad) for weight, grad in zip(weights, grads, strict=True)
        ]
        super().apply(summed, trainable_variables)
        # A young average would remember the first random weights for long: let it grow old with the run.
        steps = ops.cast(self.iterations, "float32")
        momentum = ops.minimum(self._momentum, steps / (9.0 + steps))
        for mean, weight in zip(self.average, self._trainable_variables, strict=True):
            mean.assign(mean + (1.0 - momentum) * (weight - mean))
