"""A configuration -> a network with fresh weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras import ops

from training.networks import registry

if TYPE_CHECKING:
    from training.networks.base import Network
    from training.networks.configuration import Configuration


def build_network(configuration: Configuration) -> Network:
    """Make a network with fresh weights, ready for `fit`, `load_weights` and `export`.

    It takes its precision from Keras's policy at the time. On a CPU with AVX512_BF16, "mixed_bfloat16" without
    `jit_compile` trains the WaveNet fastest; without those instructions "float32" with `jit_compile` does.
    The LSTM wants many short windows (32 of 256): its loop costs by the step of time; never compile it with XLA,
    which took 9 GB and four times as long. Weights are float32 either way, so a run may change policy at any
    checkpoint.
    """
    network = registry.load_kind(configuration.architecture).network(configuration)
    network((ops.zeros((1, 2), "int32"), ops.zeros((1, 2, configuration.feature_width))))
    return network
