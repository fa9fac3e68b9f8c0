from __future__ import annotations

import keras
import numpy as np

from training.fitting.optimizer import AveragingAdamW


def trained(network: keras.Sequential, inputs: np.ndarray) -> np.ndarray:
    """The weights of a network of one layer after a step towards zero."""
    network.build(inputs.shape)
    network.set_weights([np.ones((3, 2))])
    network.compile(optimizer=AveragingAdamW(0.1, weight_decay=0.0, average=0.5, clipnorm=1.0), loss="mse")
    network.train_on_batch(inputs, np.zeros((1, 3, 2)))
    return np.array(network.get_weights()[0])


def test_embedding_of_a_token_that_came_twice_learns_as_any_other_weight_does() -> None:
    tokens = np.array([[0, 0, 2]])

    embedded = trained(keras.Sequential([keras.layers.Embedding(3, 2)]), tokens)

    dense = trained(keras.Sequential([keras.layers.Dense(2, use_bias=False)]), np.eye(3)[tokens])
    np.testing.assert_allclose(embedded, dense, rtol=1e-5)


def test_average_begins_as_the_weights_and_follows_each_step() -> None:
    weight = keras.Variable(np.array([1.0, 2.0], np.float32))
    optimizer = AveragingAdamW(0.1, weight_decay=0.0, average=0.5)
    optimizer.build([weight])
    before = np.array(keras.ops.convert_to_numpy(optimizer.average[0]))

    optimizer.apply([keras.ops.ones(2)])

    np.testing.assert_array_equal(before, [1.0, 2.0])
    mean, moved = (keras.ops.convert_to_numpy(one) for one in (optimizer.average[0], weight))
    np.testing.assert_allclose(mean, 0.1 * before + 0.9 * moved, rtol=1e-6)
