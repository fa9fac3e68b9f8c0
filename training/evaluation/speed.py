"""What the composer's benchmark needs Keras for: networks with random weights, and the tutorial's way of sampling."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from composer.tokens import features, vocabulary
from training.baseline import tutorial
from training.export.onnx_export import export_random
from training.networks.build import build_network
from training.networks.registry import DEFAULT, NETWORKS, configuration_from

if TYPE_CHECKING:
    from pathlib import Path

_CALLS = 60
_TOKENS_A_MINUTE = 1000


def measure_speed(folder: Path) -> dict[str, object]:
    """Export untrained networks, all but the default one, into `folder`, and time `predict()` on a sliding window.

    Returns:
        predict_microseconds, predict_note, and tokens_a_minute: how many tokens a minute of our music has.
    """
    for architecture in (name for name in NETWORKS if name != DEFAULT):
        sizes = {"vocabulary_size": vocabulary.VOCABULARY_SIZE, "feature_width": features.NEWEST.width}
        export_random(build_network(configuration_from({"architecture": architecture, **sizes})), folder)
    network = tutorial.build_convolution(tutorial.PUBLISHED_WORDS)
    window = np.zeros((1, tutorial.WINDOW), np.int32)
    network.predict(window, verbose=0)
    times = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        network.predict(window, verbose=0)
        times.append(time.perf_counter() - started)
    parameters = f"{network.count_params() / 1e6:.1f} M parameters"
    return {
        "predict_microseconds": statistics.median(times) * 1e6,
        "predict_note": f"keras predict() on a window of {tutorial.WINDOW}, {parameters}, median of {_CALLS} calls",
        "tokens_a_minute": _TOKENS_A_MINUTE,
    }
