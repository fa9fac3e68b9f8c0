"""How well a network over samples predicts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from training.raw_audio.networks import REACH

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

_PART = 2000
"""Samples that are predicted after one look at those before them."""

_AT_ONCE = 16


def lead_of(levels: NDArray[np.uint8]) -> int:
    """Samples at the beginning that are only read: as many as a WaveNet looks back, a quarter at most."""
    return min(REACH, len(levels) // 4)


def bits_per_sample(network: keras.Model, levels: NDArray[np.uint8]) -> float:
    """Mean bits that the levels of one recording cost after its `lead_of`, each predicted from those before it."""
    lead = lead_of(levels)
    part = min(_PART, len(levels) - lead)
    starts = range(0, len(levels) - lead - part + 1, part)
    windows = np.stack([levels[start : start + lead + part] for start in starts]).astype(np.int32)

    @tf.function(reduce_retracing=True)
    def nats(batch: Any) -> Any:  # noqa: ANN401 - TensorFlow's tensors
        logits = network(batch[:, :-1])[:, lead - 1 :]
        return tf.nn.sparse_softmax_cross_entropy_with_logits(batch[:, lead:], logits)

    costs = [nats(windows[at : at + _AT_ONCE]).numpy() for at in range(0, len(windows), _AT_ONCE)]
    return float(np.concatenate(costs).mean()) / math.log(2)
