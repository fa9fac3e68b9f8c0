"""Long short-term memories, one on the other, each with a residual around it.

Shapes: B is the batch, T time, W the width.
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
from training.networks.lstm_scan import advance_step, run_sequence

if TYPE_CHECKING:
    from training.networks.tensor import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class LstmConfiguration(Configuration):
    """Sizes of an LSTM: three layers; 4.7 M parameters."""

    architecture: ClassVar[str] = "lstm"
    width: int = 384
    layers: int = 3


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
        # Named so that `warmstart.grow_network` finds the kernel: while that is 0 the layer passes its input on.
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
        y = ops.transpose(run_sequence(inputs, ops.cast(self.recurrent.kernel, inputs.dtype)), (1, 0, 2))
        return x + self.out(self.dropout(y, training=training) if training else y)

    def step(self, x: Tensor, hidden: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Take x, h and c of the step before, each (B, W); return x, h and c."""
        hidden, memory, _ = advance_step(self.gates(self.norm.step(x)) + self.recurrent(hidden), memory)
        return x + self.out(hidden), hidden, memory


def _forget_gate_open(shape: tuple[int], dtype: str | None = None) -> Tensor:
    """Biases of the gates i, f, c, o: f starts open (Jozefowicz et al. 2015), so that gradients reach far back."""
    return ops.cast(ops.repeat(ops.convert_to_tensor([0.0, 0.5, 0.0, 0.0]), shape[0] // 4), dtype or "float32")


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


NETWORK = NetworkKind(configuration=LstmConfiguration, network=Lstm, benchmark_sizes={"width": 160, "layers": 2})
