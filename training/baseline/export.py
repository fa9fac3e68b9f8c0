"""One of the tutorial's networks as a file that the composer plays without TensorFlow."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx

from composer.errors import MachineError
from composer.files import write_atomically
from composer.models import onnxfile
from composer.tutorial.network import INPUT, TutorialCard, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras

    from composer.models.identity import Source
    from training.baseline.tutorial import Trained, TutorialWindows

STARTS = 256
"""Held-out windows that a file keeps, for its pieces to begin after."""

TOLERANCE = 1e-4
"""Between a probability by Keras and by the file."""


def card_of(
    trained: Trained, material: TutorialWindows, *, sources: Sequence[Source], pieces: int, seed: int
) -> TutorialCard:
    """What a trained network's file says of itself."""
    return TutorialCard(
        words=material.words,
        starts=tuple(tuple(int(number) for number in window) for window in trained.held_out[:STARTS]),
        trained_on=tuple(sources),
        pieces=pieces,
        windows=len(material.targets),
        epochs=trained.epochs,
        loss=round(trained.loss, 4),
        accuracy=round(trained.accuracy, 4),
        seed=seed,
    )


def export_network(trained: Trained, card: TutorialCard, path: Path) -> None:
    """Write a network, checked against Keras's.

    Raises:
        MachineError: If the file would give other probabilities.
        OutputError: If it cannot be written.
    """
    model = _to_onnx(trained.network)
    checksum = onnxfile.checksum(model.graph.SerializeToString(deterministic=True))
    onnx.helper.set_model_props(model, {onnxfile.CARD: card.to_json(), onnxfile.CHECKSUM: checksum})
    write_atomically(path, model.SerializeToString(deterministic=True))
    windows = np.array(card.starts[:8], np.int32)
    wanted = trained.network.predict(windows, verbose=0)
    found = np.stack([load(path).probabilities(window) for window in windows])
    off = float(np.abs(found - wanted).max())
    if off > TOLERANCE:
        raise MachineError(
            f"the probabilities of {path} are off by {off:.2g}; install other versions of Keras and onnx"
        )


def _to_onnx(network: keras.Model) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Keras 3.15 asks NumPy whether it still has np.object.
        warnings.simplefilter("ignore", FutureWarning)
        path = Path(folder) / "network.onnx"
        network.export(path, format="onnx", verbose=False)
        model = onnx.load(path)
    old = model.graph.input[0].name
    model.graph.input[0].name = INPUT
    for node in model.graph.node:
        node.input[:] = [INPUT if name == old else name for name in node.input]
    return model
