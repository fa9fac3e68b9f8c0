"""The network that plays an instrument: gated, dilated, causal convolutions without feedback.

After Wang et al. 2019, "Neural source-filter waveform models", and Rethage et al. 2018, "A WaveNet for speech
denoising". It runs at a quarter of the sound's rate, on `FOLD` samples at once.

Shapes: B is the batch, T time in steps of `FOLD` samples, W the width, R the roll's width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import ops

from composer.source_filter.excitation import HOP, ROLL_WIDTH, WAVES
from composer.source_filter.network import FOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.networks.tensor import Tensor

_STEPS = HOP // FOLD
"""Steps in a frame of the roll."""

_FIRST_WEIGHTS = 0.02


class FilterNetwork(keras.Model):
    """Excitation in, sound out.

    What carries sound has no bias: silence in gives silence out, exactly.
    """

    def __init__(self, *, kinds: int, width: int, dilations: Sequence[int], roll_width: int) -> None:
        super().__init__(name="filter")
        self.kinds, self.width, self.dilations, self.roll_width = kinds, width, tuple(dilations), roll_width
        dense = keras.layers.Dense
        self.embedding = dense(roll_width, activation="tanh", name="roll")
        self.entrance = dense(width, use_bias=False, name="entrance")
        self.values = [dense(width, use_bias=False, name=f"values_{n}") for n, _ in enumerate(dilations)]
        self.gates = [dense(width, name=f"gates_{n}") for n, _ in enumerate(dilations)]
        self.outs = [dense(2 * width, use_bias=False, name=f"out_{n}") for n, _ in enumerate(dilations)]
        self.hidden = dense(width, use_bias=False, name="hidden")
        self.hidden_gate = dense(width, name="hidden_gate")
        # Nearly silent at first: sound that is far too loud takes long to be brought down.
        small = keras.initializers.RandomNormal(stddev=_FIRST_WEIGHTS)
        self.sound = dense(FOLD, use_bias=False, kernel_initializer=small, name="sound")
        self.direct = dense(FOLD, use_bias=False, kernel_initializer=small, name="direct")

    @property
    def input_widths(self) -> tuple[int, int]:
        """Numbers in a step of the waves, and in a frame of the roll."""
        return FOLD * WAVES, ROLL_WIDTH + self.kinds

    @property
    def sizes(self) -> dict[str, Any]:
        """What a card says of it."""
        return {
            "width": self.width,
            "dilations": self.dilations,
            "roll_width": self.roll_width,
            "parameters": self.count_params(),
        }

    def build(self, _shape: object = None) -> None:
        """Make the weights."""
        waves, roll = self.input_widths
        width, seen = self.width, 2 * self.width
        self.embedding.build((None, None, roll))
        self.entrance.build((None, None, waves))
        for values, gates, out in zip(self.values, self.gates, self.outs, strict=True):
            values.build((None, None, seen))
            gates.build((None, None, seen + self.roll_width))
            out.build((None, None, width))
        self.hidden.build((None, None, width))
        self.hidden_gate.build((None, None, width + self.roll_width))
        self.sound.build((None, None, width))
        self.direct.build((None, None, waves))
        self.built = True

    def call(self, inputs: tuple[Tensor, Tensor]) -> Tensor:
        """Take whole waves (B, T, waves) and roll (B, T / steps, R); return sound (B, T * FOLD)."""
        waves, roll = inputs
        batch = ops.shape(waves)[0]
        tails = [ops.zeros((batch, dilation, self.width)) for dilation in self.dilations]
        sound, *_ = self.step(waves, roll, ops.zeros((batch, 1, self.roll_width)), *tails)
        return ops.reshape(sound, (batch, -1))

    def step(self, waves: Tensor, roll: Tensor, before: Tensor, *tails: Tensor) -> tuple[Tensor, ...]:
        """Take a chunk and what the last one left behind.

        Args:
            waves: Shape (B, T, waves).
            roll: Shape (B, T / steps, R).
            before: Last frame of the roll, embedded, shape (B, 1, roll width).
            tails: Last inputs of each layer, shape (B, dilation, W).

        Returns:
            Sound (B, T, FOLD), and new `before` and `tails`.
        """
        embedded = self.embedding(roll)
        condition, before = self._spread(embedded, before), embedded[:, -1:]
        x, skips, new = self.entrance(waves), 0.0, []
        for dilation, tail, values, gates, out in zip(
            self.dilations, tails, self.values, self.gates, self.outs, strict=True
        ):
            whole = ops.concatenate([tail, x], axis=1)
            seen = ops.concatenate([x, ops.slice(whole, (0, 0, 0), ops.shape(x))], axis=-1)
            new.append(whole[:, -dilation:])
            gated = ops.tanh(values(seen)) * (1.0 + ops.tanh(gates(ops.concatenate([seen, condition], axis=-1))))
            residual, skip = ops.split(out(gated), 2, axis=-1)
            x, skips = x + residual, skips + skip
        hidden = self.hidden(skips) * (1.0 + ops.tanh(self.hidden_gate(ops.concatenate([skips, condition], axis=-1))))
        return self.sound(hidden) + self.direct(waves), before, *new

    def _spread(self, embedded: Tensor, before: Tensor) -> Tensor:
        """Frames to steps, in straight lines from frame to frame: jumps would be heard as a hum."""
        batch, width = ops.shape(embedded)[0], self.roll_width
        previous = ops.concatenate([before, embedded[:, :-1]], axis=1)
        share = ops.reshape(ops.arange(1, _STEPS + 1, dtype="float32") / _STEPS, (1, 1, _STEPS, 1))
        lines = previous[:, :, None] + (embedded - previous)[:, :, None] * share
        return ops.reshape(lines, (batch, -1, width))
