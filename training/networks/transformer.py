"""A transformer: attention over a bounded window.

Shapes: B is the batch, T time, W the width, D the width of a head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import keras
from keras import ops

from composer.models.network_spec import StateSpec
from training.networks.base import Network, NetworkKind
from training.networks.configuration import Configuration
from training.networks.layers import Norm, sequence_dropout

if TYPE_CHECKING:
    from training.networks.tensor import Tensor

_LONGEST_WAVE = 10_000.0
_QUERIES = 128
"""Queries at a time in training."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerConfiguration(Configuration):
    """Six layers that each see `window` tokens back; 4.6 M parameters."""

    architecture: ClassVar[str] = "transformer"
    width: int = 256
    layers: int = 6
    heads: int = 4
    window: int = 1024

    def __post_init__(self) -> None:
        """Refuse sizes that make no network."""
        # Not super(): a slotted dataclass is a second class, which the zero-argument form does not know.
        Configuration.__post_init__(self)
        if self.width % (2 * self.heads):
            raise ValueError(f"width must be a multiple of 2 x heads, got {self.width} and {self.heads} heads")


class AttentionBlock(keras.layers.Layer):
    """A pre-norm transformer block: causal attention over a bounded window, then a two-layer network.

    All heads share keys and values (Shazeer 2019, "Fast Transformer Decoding"), so that a step reads a cache
    `heads` times smaller: reading it is most of what a step costs. Positions are rotations of queries and keys
    (Su et al. 2021, "RoFormer"); a key carries its own, so that a step may find its window in any order.
    """

    def __init__(self, *, width: int, heads: int, window: int, dropout: float, name: str) -> None:
        super().__init__(name=name)
        self.width, self.heads, self.window, self.dim = width, heads, window, width // heads
        self.norm = Norm(name="norm")
        self.project = keras.layers.Dense(width + 2 * self.dim, use_bias=False, name="project")
        self.gather = keras.layers.Dense(width, use_bias=False, name="gather")
        self.norm_inner = Norm(name="norm_inner")
        self.inner = keras.layers.Dense(4 * width, activation="relu", name="inner")
        # Two answers are added to the input, neither by a layer named "out": a transformer grows in width only.
        self.outer = keras.layers.Dense(width, name="outer")
        self.dropout = sequence_dropout(dropout, "dropout")

    def build(self, x_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        for layer in (self.norm, self.project, self.gather, self.norm_inner, self.inner):
            layer.build(x_shape)
        self.outer.build((*x_shape[:-1], 4 * self.width))
        self.built = True

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Take and return a sequence (B, T, W); t sees t - window to t."""
        length = ops.shape(x)[1]
        steps = ops.arange(length)
        q, k, v = self._heads(self.norm(x), ops.cast(steps, "float32")[:, None], (-1, length))
        joined = self.gather(self._attend(q, k[:, :, 0], v[:, :, 0]))
        x = x + self._drop(joined, training=training)
        return x + self._drop(self.outer(self.inner(self.norm_inner(x))), training=training)

    def _attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Take queries (B, T, heads, D), keys and values (B, T, D); return what is found, (B, T, W).

        Some queries at a time, and only with the keys that they can see: of the scores, most of what attention costs
        on a CPU, a third to a half need not be made.
        """
        length = q.shape[1]
        if length is None or length % _QUERIES:
            return self._attend_some(q, k, v, first=0, start=0)
        found = []
        for number, some in enumerate(ops.split(q, length // _QUERIES, axis=1)):
            first, last = number * _QUERIES, (number + 1) * _QUERIES
            start = max(0, first - self.window)
            # Not k[:, start:last]: see `layers.shift_sequence`.
            seen = (ops.slice(one, (0, start, 0), (ops.shape(one)[0], last - start, self.dim)) for one in (k, v))
            found.append(self._attend_some(some, *seen, first=first, start=start))
        return ops.concatenate(found, axis=1)

    def _attend_some(self, q: Tensor, k: Tensor, v: Tensor, *, first: int, start: int) -> Tensor:
        """The same for queries that begin at `first` and keys that begin at `start`."""
        queries, keys = ops.shape(q)[1], ops.shape(k)[1]
        distance = (first + ops.arange(queries))[:, None, None] - (start + ops.arange(keys))
        visible = ops.logical_and(distance >= 0, distance <= self.window)
        scores = ops.matmul(ops.reshape(q, (-1, queries * self.heads, self.dim)), ops.swapaxes(k, -1, -2))
        weights = self._softmax(ops.reshape(scores, (-1, queries, self.heads, keys)), visible)
        found = ops.matmul(ops.reshape(weights, (-1, queries * self.heads, keys)), v)
        return ops.reshape(found, (-1, queries, self.width))

    def step(self, x: Tensor, position: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Take x (B, W), position (B, 1) and the caches (B, slots, D).

        Returns:
            x, and the new key and value (B, D).
        """
        q, k, v = self._heads(self.norm.step(x), position, (-1,))
        slots = ops.cast(ops.arange(ops.shape(keys)[1]), "float32")
        used = slots[None, None, :] < position[:, :, None]
        # The product with this step's own key stands apart: joining it to the cache would copy the cache.
        scores = ops.concatenate(
            [ops.matmul(q, ops.swapaxes(keys, 1, 2)), ops.matmul(q, ops.swapaxes(k, 1, 2))], axis=-1
        )
        weights = self._softmax(scores, ops.concatenate([used, ops.ones_like(used[..., :1])], axis=-1))
        y = ops.matmul(weights[..., :-1], values) + weights[..., -1:] * v
        x = x + self.gather(ops.reshape(y, (-1, self.width)))
        return x + self.outer(self.inner(self.norm_inner.step(x))), k[:, 0], v[:, 0]

    def _heads(self, x: Tensor, position: Tensor, lead: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
        """Rotated queries (*lead, heads, D), rotated keys and values (*lead, 1, D)."""
        projected = ops.reshape(self.project(x), (*lead, self.heads + 2, self.dim))
        q, k, v = projected[..., :-2, :], projected[..., -2:-1, :], projected[..., -1:, :]
        return self._rotate(q * self.dim**-0.5, position), self._rotate(k, position), v

    def _rotate(self, x: Tensor, position: Tensor) -> Tensor:
        half = self.dim // 2
        frequencies = ops.convert_to_tensor([_LONGEST_WAVE ** (-n / half) for n in range(half)], "float32")
        angle = position[..., None] * frequencies
        cos, sin = (ops.cast(wave(angle), x.dtype) for wave in (ops.cos, ops.sin))
        first, second = x[..., :half], x[..., half:]
        return ops.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)

    def _softmax(self, scores: Tensor, seen: Tensor) -> Tensor:
        # The scale is in the queries; adding costs less than choosing, whose gradient chooses again.
        hidden = ops.where(seen, 0.0, -1e9)
        return ops.cast(ops.softmax(ops.cast(scores, "float32") + hidden, axis=-1), scores.dtype)

    def _drop(self, x: Tensor, *, training: bool) -> Tensor:
        return self.dropout(x, training=training) if training else x


class Transformer(Network):
    """Attention over a bounded window."""

    def __init__(self, configuration: TransformerConfiguration) -> None:
        shape = (configuration.window, configuration.width // configuration.heads)
        names = [f"{part}_{n}" for n in range(configuration.layers) for part in ("keys", "values")]
        # The step counts for itself, in a state like any other, so that the host need not know that it counts.
        position = StateSpec(name="position", shape=(1,), kind="delay", delay=1)
        super().__init__(
            configuration, (position, *(StateSpec(name=name, shape=shape, kind="cache") for name in names))
        )
        self.attending = [
            AttentionBlock(
                width=configuration.width,
                heads=configuration.heads,
                window=configuration.window,
                dropout=configuration.dropout,
                name=f"attending_{n}",
            )
            for n in range(configuration.layers)
        ]

    def call(self, inputs: tuple[Tensor, Tensor], training: bool = False) -> Tensor:
        """Take (tokens, features) of whole sequences; return logits for the token after each."""
        x, head = self.entrance(*inputs, training=training)
        for layer in self.attending:
            x = layer(x, training=training)
        return self.head(x, head)

    def step(self, token: Tensor, features: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        """Take one token; see `Network.step`."""
        x, head = self.entrance(token, features)
        position = state[0]
        new = [position + 1.0]
        for n, layer in enumerate(self.attending):
            x, key, value = layer.step(x, position, *state[2 * n + 1 : 2 * n + 3])
            new += [key, value]
        return self.head.step(x, head), *new


NETWORK = NetworkKind(
    configuration=TransformerConfiguration,
    network=Transformer,
    benchmark_sizes={"width": 128, "layers": 3, "heads": 4, "window": 512},
)
