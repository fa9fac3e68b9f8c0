"""The two networks over samples that the tutorial explains: a WaveNet and an LSTM over amplitudes.

Both read levels of `composer.audio.mu_law` and give logits of the next one. At each step both see the last level
as an embedding and the last `TAPS` amplitudes through one linear layer.

Shapes: B is the batch, T time, W the width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np
from keras import ops

from composer.audio.mu_law import LEVELS, to_samples
from training.networks.lstm_scan import run_sequence

if TYPE_CHECKING:
    from training.networks.tensor import Tensor

TAPS = 32
"""Amplitudes that the first layer looks at."""

KERNEL = 4
"""Inputs of each convolution, one dilation apart."""

DILATIONS = (1, 4, 16, 64, 256) * 2
"""Samples between the inputs of a convolution, layer by layer: together they look back 0.13 s."""

REACH = TAPS + (KERNEL - 1) * sum(DILATIONS)
"""Samples that the WaveNet looks back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAudioSizes:
    """Sizes of a network.

    Attributes:
        width: Channels between the layers.
        head: Channels before the last layer.
    """

    width: int
    head: int


SIZES = {"wavenet": RawAudioSizes(width=32, head=128), "lstm": RawAudioSizes(width=192, head=128)}
"""As they are shipped, by kind."""


class Entrance(keras.layers.Layer):
    """The last level, embedded, and the last amplitudes, through a linear layer."""

    def __init__(self, width: int) -> None:
        super().__init__(name="entrance")
        self.levels = keras.layers.Embedding(LEVELS, width, name="levels")
        self.taps = keras.layers.Dense(width, name="taps")

    def build(self, _shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.levels.build()
        self.taps.build((None, None, TAPS))
        self.built = True

    def call(self, levels: Tensor) -> Tensor:
        """(B, T) levels -> (B, T, W)."""
        amplitudes = ops.take(ops.convert_to_tensor(amplitude_table()), levels)
        return self.levels(levels) + self.taps(delayed(amplitudes[..., None], range(TAPS - 1, -1, -1)))


def amplitude_table() -> np.ndarray:
    """Amplitude of each level as the networks read it: in units of a tenth of full scale."""
    return 10 * to_samples(np.arange(LEVELS))


def delayed(x: Tensor, delays: range) -> Tensor:
    """A sequence (B, T, C) beside itself as it was before, zeros at first; shape (B, T, delays * C)."""
    length = x.shape[1]
    most = max(delays)
    padded = ops.pad(x, ((0, 0), (most, 0), (0, 0)))
    return ops.concatenate([padded[:, most - delay : most - delay + length] for delay in delays], axis=-1)


class DilatedLayer(keras.layers.Layer):
    """A causal, dilated convolution, gated by a sigmoid."""

    def __init__(self, width: int, dilation: int, name: str) -> None:
        super().__init__(name=name)
        self.width, self.dilation = width, dilation
        self.gates = keras.layers.Dense(2 * width, name="gates")

    def build(self, _shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.gates.build((None, None, KERNEL * self.width))
        self.built = True

    def call(self, x: Tensor) -> Tensor:
        """(B, T, W) -> (B, T, W)."""
        inputs = delayed(x, range((KERNEL - 1) * self.dilation, -1, -self.dilation))
        tanh, gate = ops.split(ops.tanh(self.gates(inputs)), 2, axis=-1)
        # (1 + tanh(z)) / 2 is the sigmoid of 2 z: the same gate up to scales that the weights learn.
        return tanh * (1.0 + gate)


class RawWaveNet(keras.Model):
    """Gated, dilated, causal convolutions with residuals and skips (van den Oord et al. 2016)."""

    def __init__(self, sizes: RawAudioSizes) -> None:
        super().__init__(name="wavenet")
        self.entrance = Entrance(sizes.width)
        self.dilated = [DilatedLayer(sizes.width, dilation, f"dilated_{n}") for n, dilation in enumerate(DILATIONS)]
        # Nothing reads what the last convolution would pass on.
        self.residuals = [
            keras.layers.Dense(sizes.width, use_bias=False, name=f"residual_{n}") for n in range(len(DILATIONS) - 1)
        ]
        self.skip = keras.layers.Dense(sizes.head, activation="relu", name="skip")
        self.out = keras.layers.Dense(LEVELS, name="out")

    def call(self, levels: Tensor) -> Tensor:
        """(B, T) levels -> (B, T, 256) logits of the level after each."""
        x = self.entrance(levels)
        said = [self.dilated[0](x)]
        for residual, layer in zip(self.residuals, self.dilated[1:], strict=True):
            x = x + residual(said[-1])
            said.append(layer(x))
        return self.out(self.skip(ops.concatenate(said, axis=-1)))


class RawLstm(keras.Model):
    """A long short-term memory over amplitudes (Hochreiter and Schmidhuber 1997)."""

    def __init__(self, sizes: RawAudioSizes) -> None:
        super().__init__(name="lstm")
        self.width = sizes.width
        self.entrance = Entrance(sizes.width)
        self.gates = keras.layers.Dense(4 * sizes.width, name="gates")
        self.recurrent = keras.layers.Dense(
            4 * sizes.width, use_bias=False, kernel_initializer="orthogonal", name="recurrent"
        )
        self.skip = keras.layers.Dense(sizes.head, activation="relu", name="skip")
        self.out = keras.layers.Dense(LEVELS, name="out")

    def build(self, _shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        width = (None, None, self.width)
        self.entrance.build(_shape)
        self.gates.build(width)
        self.recurrent.build(width)
        self.skip.build((None, None, 2 * self.width))
        self.out.build((None, None, self.skip.units))
        self.built = True

    def call(self, levels: Tensor) -> Tensor:
        """(B, T) levels -> (B, T, 256) logits of the level after each."""
        x = self.entrance(levels)
        hidden = run_sequence(ops.transpose(self.gates(x), (1, 0, 2)), ops.cast(self.recurrent.kernel, x.dtype))
        return self.out(self.skip(ops.concatenate([x, ops.transpose(hidden, (1, 0, 2))], axis=-1)))


def build_network(kind: str, sizes: RawAudioSizes | None = None) -> keras.Model:
    """A network with fresh weights: "wavenet" or "lstm", of the shipped sizes where none are given."""
    network: keras.Model = (RawWaveNet if kind == "wavenet" else RawLstm)(sizes or SIZES[kind])
    network(np.zeros((1, TAPS), np.int32))
    return network
