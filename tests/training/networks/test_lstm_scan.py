from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import tensorflow as tf

from training.networks.lstm_scan import advance_step, run_sequence

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS, BATCH, WIDTH = 7, 3, 5


def step_by_step(inputs: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """The same recurrence, its gradient left to the framework."""
    hidden = memory = tf.zeros((BATCH, WIDTH))
    said = []
    for step in range(STEPS):
        hidden, memory, _ = advance_step(inputs[step] + hidden @ kernel, memory)
        said.append(hidden)
    return tf.stack(said)


@pytest.mark.parametrize("form", [run_sequence, tf.function(run_sequence)])
def test_gradient_of_the_recurrence_is_that_of_its_steps(form: Callable[..., tf.Tensor]) -> None:
    rng = np.random.default_rng(1)
    inputs, kernel, weights = (
        tf.constant(rng.normal(size=shape), tf.float32)
        for shape in ((STEPS, BATCH, 4 * WIDTH), (WIDTH, 4 * WIDTH), (STEPS, BATCH, WIDTH))
    )
    told = []
    for said in (step_by_step, form):
        with tf.GradientTape() as tape:
            tape.watch([inputs, kernel])
            loss = tf.reduce_sum(said(inputs, kernel) * weights)
        told.append([loss, *tape.gradient(loss, [inputs, kernel])])

    for one, other in zip(*told, strict=True):
        assert np.allclose(one, other, atol=1e-5)
