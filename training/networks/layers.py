"""The layers that the networks are made of, each with a whole-sequence face and a step face over the same weights.

Shapes: B is the batch, T time, W the width. A layer that looks back takes, in its step face, what its own
steps put out before; `composer.models.card.StateSpec` says how the host keeps that.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from training.networks.lstm_scan import advance, recur

Tensor = Any
"""A tensor of whichever backend Keras runs on, or a symbolic one."""


def shift(x: Tensor, steps: int) -> Tensor:
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
        """Take tokens (...) and features (..., F); return the input (..., W) and the head's share (..., W)."""
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


class GatedConvolution(keras.layers.Layer):
    """A gated causal convolution of two taps with a residual and a skip output (van den Oord et al. 2016, "WaveNet").

    The convolution is one matrix product over [x_t, x_(t-d)] side by side: on a CPU several times faster than
    a dilated convolution, and the very form in which a step computes it.
    """

    def __init__(self, *, width: int, dilation: int, dropout: float, name: str) -> None:
        super().__init__(name=name)
        self.width, self.dilation = width, dilation
        self.norm = Norm(name="norm")
        self.gates = keras.layers.Dense(2 * width, name="gates")
        self.dropout = sequence_dropout(dropout, "dropout")
        self.out = keras.layers.Dense(2 * width, name="out")

    def build(self, x_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.norm.build(x_shape)
        self.gates.build((*x_shape[:-1], 2 * self.width))
        self.out.build(x_shape)
        self.built = True

    def call(self, x: Tensor, training: bool = False) -> tuple[Tensor, Tensor]:
        """Take a sequence (B, T, W); return the residual and the skip output, each (B, T, W)."""
        here = self.norm(x)
        y = self._gate(here, shift(here, self.dilation))
        return self._outputs(x, self.dropout(y, training=training) if training else y)

    def step(self, x: Tensor, before: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Take x and the third result of `dilation` steps before, each (B, W).

        Returns:
            The residual, the skip output and the normalised input.
        """
        here = self.norm.step(x)
        return *self._outputs(x, self._gate(here, before)), here

    def _gate(self, here: Tensor, before: Tensor) -> Tensor:
        # 1 + tanh(z) is 2 sigmoid(2 z): the same gate up to scales that the weights learn, in one tanh for both
        # halves, which in bfloat16 on a CPU is three times faster than a sigmoid.
        value, gate = ops.split(ops.tanh(self.gates(ops.concatenate([here, before], axis=-1))), 2, axis=-1)
        return value * (1.0 + gate)

    def _outputs(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        residual, skip = ops.split(self.out(y), 2, axis=-1)
        return x + residual, skip


class LstmBlock(keras.layers.Layer):
    """A long short-term memory with a residual around it.

    The input's share of the gates is one matrix product over the whole sequence; only the state's share is
    left for the loop over time.
    """

    def __init__(self, *, width: int, dropout: float, name: str) -> None:
        super().__init__(name=name)
        self.norm = Norm(name="norm")
        self.gates = keras.layers.Dense(4 * width, bias_initializer=_forget_gate_open, name="gates")
        self.recurrent = keras.layers.Dense(
            4 * width, use_bias=False, kernel_initializer="orthogonal", name="recurrent"
        )
        self.dropout = sequence_dropout(dropout, "dropout")
        self.out = keras.layers.Dense(width, name="out")
        self.width = width

    def build(self, x_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        for layer in (self.norm, self.gates, self.recurrent, self.out):
            layer.build(x_shape)
        self.built = True

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Take and return a sequence (B, T, W)."""
        inputs = ops.transpose(self.gates(self.norm(x)), (1, 0, 2))
        y = ops.transpose(recur(inputs, ops.cast(self.recurrent.kernel, inputs.dtype)), (1, 0, 2))
        return x + self.out(self.dropout(y, training=training) if training else y)

    def step(self, x: Tensor, hidden: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Take x, h and c of the step before, each (B, W); return x, h and c."""
        hidden, memory, _ = advance(self.gates(self.norm.step(x)) + self.recurrent(hidden), memory)
        return x + self.out(hidden), hidden, memory


def _forget_gate_open(shape: tuple[int], dtype: str | None = None) -> Tensor:
    """Biases of the gates i, f, c, o: f starts open (Jozefowicz et al. 2015), so that gradients reach far back."""
    return ops.cast(ops.repeat(ops.convert_to_tensor([0.0, 0.5, 0.0, 0.0]), shape[0] // 4), dtype or "float32")
