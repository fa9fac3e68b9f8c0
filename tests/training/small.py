"""Networks of every architecture, small enough for a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from composer.tokens import features, vocabulary
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from training.networks.base import Network

VOCABULARY_SIZE, FEATURE_WIDTH = 30, 7

TINY: dict[str, Any] = {
    "architecture": "wavenet",
    "vocabulary_size": vocabulary.VOCABULARY_SIZE,
    "feature_width": features.NEWEST.width,
    "width": 8,
    "stacks": 1,
    "depth": 2,
    "dropout": 0.0,
}
"""A network for real tokens and features."""

SIZES: Mapping[str, dict[str, Any]] = {
    "wavenet": {"width": 16, "stacks": 2, "depth": 3},
    "lstm": {"width": 12, "layers": 2},
    "transformer": {"width": 16, "heads": 2, "layers": 2, "window": 10},
}
"""Sizes of each of `registry.NETWORKS`, small ones: a new network needs an entry here."""


def configuration(architecture: str) -> dict[str, Any]:
    """Values of a small network, as a checkpoint keeps it."""
    sizes = {"vocabulary_size": VOCABULARY_SIZE, "feature_width": FEATURE_WIDTH, **SIZES[architecture]}
    return {"architecture": architecture, **sizes}


def network(architecture: str) -> Network:
    """A network with random weights, those that start at 0 or 1 among them."""
    keras.utils.set_random_seed(1)
    made = build_network(configuration_from(configuration(architecture)))
    rng = np.random.default_rng(1)
    made.set_weights([weight + rng.normal(scale=0.1, size=weight.shape) for weight in made.get_weights()])
    return made


def sequences(rng: np.random.Generator, *, batch: int, time: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Random tokens (batch, time) and features (batch, time, FEATURE_WIDTH)."""
    tokens = rng.integers(VOCABULARY_SIZE, size=(batch, time)).astype(np.int32)
    return tokens, rng.normal(size=(batch, time, FEATURE_WIDTH)).astype(np.float32)


def logits(made: Network, tokens: NDArray[np.int32], features: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the network says to whole sequences."""
    answer: NDArray[np.float32] = np.array(keras.ops.convert_to_numpy(made((tokens, features))))
    return answer
