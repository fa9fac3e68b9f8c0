"""The sequence models: logits of the next token from the tokens and features so far.

Each network has two faces over the same layers. Called with (tokens, features), int32 (batch, time) and float32
(batch, time, feature_width), it gives logits (batch, time, vocabulary) for training; those at t depend on nothing
after t. Its `step` takes one token and what `state_specs` names, and is what is exported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import ops

from composer.models.card import StateSpec
from training.networks.layers import GatedConvolution, Head, InputLayer, LstmBlock, Tensor
from training.networks.transformer import AttentionBlock

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.networks.configuration import (
        Configuration,
        LstmConfiguration,
        TransformerConfiguration,
        WaveNetConfiguration,
    )


class Network(keras.Model):
    """A sequence model with a step face.

    Attributes:
        configuration: What it was built from.
        state_specs: The states of `step`, in its order.
    """

    configuration: Configuration
    state_specs: tuple[StateSpec, ...]

    def __init__(self, configuration: Configuration, state_specs: tuple[StateSpec, ...]) -> None:
        super().__init__(name=configuration.architecture)
        self.configuration = configuration
        self.state_specs = state_specs
        vocabulary_size, width = configuration.vocabulary_size, configuration.width
        self.entrance = InputLayer(vocabulary_size=vocabulary_size, width=width, dropout=configuration.dropout)
        self.head = Head(vocabulary_size=vocabulary_size, width=width)

    def call(self, inputs: tuple[Tensor, Tensor], training: bool = False) -> Tensor:
        """Take (tokens, features) of whole sequences; return logits for the token after each."""
        raise NotImplementedError

    def step(self, token: Tensor, features: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        """Take one token.

        Args:
            token: int32 (batch,).
            features: float32 (batch, feature_width).
            state: One tensor per entry of `state_specs`.

        Returns:
            Logits (batch, vocabulary), then the new state in the order of `state_specs`.
        """
        raise NotImplementedError


class WaveNet(Network):
    """Gated causal convolutions of growing dilation."""

    def __init__(self, configuration: WaveNetConfiguration) -> None:
        dilations = configuration.dilations
        shape = (configuration.width,)
        specs = (StateSpec(name=f"tap_{n}", shape=shape, kind="delay", delay=d) for n, d in enumerate(dilations))
        super().__init__(configuration, tuple(specs))
        self.gated = [
            GatedConvolution(width=configuration.width, dilation=d, dropout=configuration.dropout, name=f"gated_{n}")
            for n, d in enumerate(dilations)
        ]

    def call(self, inputs: tuple[Tensor, Tensor], training: bool = False) -> Tensor:
        """Take (tokens, features) of whole sequences; return logits for the token after each."""
        x, head = self.entrance(*inputs, training=training)
        skips = 0
        for layer in self.gated:
            x, skip = layer(x, training=training)
            skips = skips + skip
        return self.head(skips, head)

    def step(self, token: Tensor, features: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        """Take one token; see `Network.step`."""
        x, head = self.entrance(token, features)
        new, skips = [], 0
        for layer, before in zip(self.gated, state, strict=True):
            x, skip, here = layer.step(x, before)
            new.append(here)
            skips = skips + skip
        return self.head.step(skips, head), *new


class Lstm(Network):
    """Long short-term memories, one on the other."""

    def __init__(self, configuration: LstmConfiguration) -> None:
        shape = (configuration.width,)
        names = [f"{part}_{n}" for n in range(configuration.layers) for part in ("hidden", "memory")]
        super().__init__(
            configuration, tuple(StateSpec(name=name, shape=shape, kind="delay", delay=1) for name in names)
        )
        self.recurrent = [
            LstmBlock(width=configuration.width, dropout=configuration.dropout, name=f"recurrent_{n}")
            for n in range(configuration.layers)
        ]

    def call(self, inputs: tuple[Tensor, Tensor], training: bool = False) -> Tensor:
        """Take (tokens, features) of whole sequences; return logits for the token after each."""
        x, head = self.entrance(*inputs, training=training)
        for layer in self.recurrent:
            x = layer(x, training=training)
        return self.head(x, head)

    def step(self, token: Tensor, features: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        """Take one token; see `Network.step`."""
        x, head = self.entrance(token, features)
        new: list[Tensor] = []
        for n, layer in enumerate(self.recurrent):
            x, hidden, memory = layer.step(x, *state[2 * n : 2 * n + 2])
            new += [hidden, memory]
        return self.head.step(x, head), *new


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


_NETWORKS: dict[str, Callable[[Any], Network]] = {"wavenet": WaveNet, "lstm": Lstm, "transformer": Transformer}


def build(configuration: Configuration) -> Network:
    """Make a network with fresh weights, ready for `fit`, `load_weights` and `export`.

    It takes its precision from Keras's policy at the time. On a CPU with AVX512_BF16, "mixed_bfloat16" without
    `jit_compile` trains the WaveNet fastest; without those instructions "float32" with `jit_compile` does.
    The LSTM wants many short windows (32 of 256): its loop costs by the step of time; never compile it with XLA,
    which took 9 GB and four times as long. Weights are float32 either way, so a run may change policy at any
    checkpoint.
    """
    network = _NETWORKS[configuration.architecture](configuration)
    network((ops.zeros((1, 2), "int32"), ops.zeros((1, 2, configuration.feature_width))))
    return network
