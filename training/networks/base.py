"""The sequence models: logits of the next token from the tokens and features so far.

Each network has two faces over the same layers. Called with (tokens, features), int32 (batch, time) and float32
(batch, time, feature_width), it gives logits (batch, time, vocabulary) for training; those at t depend on nothing
after t. Its `step` takes one token and what `state_specs` names, and is what is exported.

The names of layers are paths in checkpoints: they stay when a class is renamed. `export.warmstart.grow_network`
deepens a network with layers that pass their input on at first. It makes them do so by the path of a weight: the layer
whose answer is added to a block's input is named "out", so that its weight's path ends in `out/kernel`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras

from training.networks.layers import Head, InputLayer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from composer.models.network_spec import StateSpec
    from training.networks.configuration import Configuration
    from training.networks.tensor import Tensor


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkKind:
    """All that is known of a network: what its module registers.

    Attributes:
        configuration: Class of its sizes.
        network: Makes a network with fresh weights from a configuration of that class.
        benchmark_sizes: Sizes in the polyphonic benchmark, found by experiment on its validation pieces.
    """

    configuration: type[Configuration]
    network: Callable[[Any], Network]
    benchmark_sizes: Mapping[str, int]
