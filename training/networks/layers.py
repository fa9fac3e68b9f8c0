"""The layers that the networks are made of, each with a whole-sequence face and a step face over the same weights.

Shapes: B is the batch, T time, W the width. A layer that looks back takes, in its step face, what its own
steps put out before; `composer.models.network_spec.StateSpec` says how the host keeps that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
from keras import ops

if TYPE_CHECKING:
    from training.networks.tensor import Tensor


def shift_sequence(x: Tensor, steps: int) -> Tensor:
    """Move a sequence (B, T, W) `steps` later, zeros in front; also where T is less than `steps`."""
    padded = ops.pad(x, ((0, 0), (steps, 0), (0, 0)))
    # Not padded[:, :-steps]: the gradient of a strided slice took a sixth of a training step in TensorFlow.
    return ops.slice(padded, (0, 0, 0), ops.shape(x))


def sequence_dropout(rate: float, name: str) -> keras.layers.Dropout:
    """Drop whole channels for the length of a sequence (spatial dropout).

    One random number per channel and piece instead of one per element: on a CPU drawing them costs as much
    as a layer otherwise.
    """
    return keras.layers.SpatialDropout1D(rate, name=name)


class Norm(keras.layers.RMSNormalization):
    """Division by the root mean square (Zhang and Sennrich 2019)."""

    def step(self, x: Tensor) -> Tensor:
        """Do the same in the form that ONNX Runtime knows and makes one operation of, instead of seven."""
        return x / ops.sqrt(ops.mean(ops.power(x, 2.0), axis=-1, keepdims=True) + self.epsilon) * self.scale


class InputLayer(keras.layers.Layer):
    """Tokens and features to the first layer's input, and the features' share of the head."""

    def __init__(self, *, vocabulary_size: int, width: int, dropout: float, name: str = "entrance") -> None:
        super().__init__(name=name)
        self.embedding = keras.layers.Embedding(vocabulary_size, width, name="embedding")
        self.projection = keras.layers.Dense(2 * width, name="features")
        self.dropout = sequence_dropout(dropout, "dropout")

    def build(self, tokens_shape: tuple[int | None, ...], features_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.embedding.build(tokens_shape)
        self.projection.build(features_shape)
        self.built = True

    def call(self, tokens: Tensor, features: Tensor, training: bool = False) -> tuple[Tensor, Tensor]:
        """Take tokens (...) and features (..., F); return the input (..., W) and the head's share (..., W).

        Of more features than the layer was built for, it reads the first: each feature set begins with those before it.
        """
        known = self.projection.kernel.shape[0]
        if features.shape[-1] != known:
            features = features[..., :known]
        here, head = ops.split(self.projection(features), 2, axis=-1)
        x = self.embedding(tokens) + here
        return (self.dropout(x, training=training) if training else x), head


class Head(keras.layers.Layer):
    """The last hidden layer and the logits."""

    def __init__(self, *, vocabulary_size: int, width: int, name: str = "head") -> None:
        super().__init__(name=name)
        self.norm = Norm(name="norm")
        self.hidden = keras.layers.Dense(width, name="hidden")
        # Logits in float32 whatever the policy: bfloat16 has three digits.
        self.logits = keras.layers.Dense(vocabulary_size, dtype="float32", name="logits")

    def build(self, x_shape: tuple[int | None, ...], features_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.norm.build(x_shape)
        self.hidden.build(x_shape)
        self.logits.build(features_shape)
        self.built = True

    def call(self, x: Tensor, features: Tensor) -> Tensor:
        """Take x (..., W) and the entrance's share (..., W); return logits (..., vocabulary)."""
        return self._finish(self.norm(x), features)

    def step(self, x: Tensor, features: Tensor) -> Tensor:
        """Do the same for one step."""
        return self._finish(self.norm.step(x), features)

    def _finish(self, x: Tensor, features: Tensor) -> Tensor:
        return self.logits(ops.relu(self.hidden(x) + features))
