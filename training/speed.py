"""What the composer's benchmark needs Keras for: networks with random weights, and the tutorial's way of sampling."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import keras
import numpy as np

from composer import features, vocabulary
from training.export import export_random
from training.networks import build, configuration_from

if TYPE_CHECKING:
    from pathlib import Path

_WINDOW = 32
_WORDS = 167
_CALLS = 60
_TOKENS_A_MINUTE = 1000


def speed(folder: Path) -> dict[str, object]:
    """Export an untrained LSTM and transformer into `folder`, and time `predict()` on a sliding window.

    Returns:
        predict_microseconds, predict_note, and tokens_a_minute: how many tokens a minute of our music has.
    """
    for architecture in ("lstm", "transformer"):
        sizes = {"vocabulary_size": vocabulary.VOCABULARY_SIZE, "feature_width": features.FEATURE_WIDTH}
        export_random(build(configuration_from({"architecture": architecture, **sizes})), folder)
    network = tutorial_network()
    window = np.zeros((1, _WINDOW), np.int32)
    network.predict(window, verbose=0)
    times = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        network.predict(window, verbose=0)
        times.append(time.perf_counter() - started)
    return {
        "predict_microseconds": statistics.median(times) * 1e6,
        "predict_note": f"keras predict() on a window of {_WINDOW}, {network.count_params() / 1e6:.1f} M parameters, "
        f"median of {_CALLS} calls",
        "tokens_a_minute": _TOKENS_A_MINUTE,
    }


def tutorial_network() -> keras.Model:
    """The tutorial's convolutional network: three causal convolutions with pooling, no gate, residual or skip."""
    layers = keras.layers
    network = keras.Sequential([keras.Input((_WINDOW,), dtype="int32"), layers.Embedding(_WORDS, 100)])
    for channels, dilation in ((64, 1), (128, 2), (256, 4)):
        network.add(layers.Conv1D(channels, 3, padding="causal", dilation_rate=dilation, activation="relu"))
        network.add(layers.Dropout(0.2))
        network.add(layers.MaxPooling1D(2))
    network.add(layers.GlobalMaxPooling1D())
    network.add(layers.Dense(256, activation="relu"))
    network.add(layers.Dense(_WORDS, activation="softmax"))
    return network
