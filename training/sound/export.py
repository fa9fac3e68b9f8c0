"""A trained network that plays an instrument as a file that the composer plays without TensorFlow."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import onnx

from composer.errors import MachineError
from composer.files import write_atomically
from composer.models import onnxfile
from composer.source_filter.excitation import HOP
from composer.source_filter.network import CHUNK, FOLD, NEW, ROLL_INPUT, SOUND_OUTPUT, WAVES_INPUT, load

if TYPE_CHECKING:
    from composer.source_filter.network import SoundCard
    from training.sound.network import FilterNetwork

LARGEST_FILE = 2_000_000
"""Bytes; what a repository is asked to carry for an instrument."""

TOLERANCE = 1e-4
"""Between a sample by Keras and by the file, of a sound at full scale."""

_CHECKED_CHUNKS = 4


def export_network(network: FilterNetwork, card: SoundCard, path: Path) -> int:
    """Write a network, checked against Keras's; return the file's bytes.

    Raises:
        MachineError: If the file would give another sound, or is too large.
        OutputError: If it cannot be written.
    """
    model = _step_model(network)
    checksum = onnxfile.checksum(model.graph.SerializeToString(deterministic=True))
    onnx.helper.set_model_props(model, {onnxfile.CARD: card.to_json(), onnxfile.CHECKSUM: checksum})
    data = model.SerializeToString(deterministic=True)
    if len(data) > LARGEST_FILE:
        raise MachineError(f"{path} would be larger than {LARGEST_FILE / 1e6:.0f} MB; train a smaller network")
    write_atomically(path, data)
    _check(network, path)
    return len(data)


class _ChunkStep(keras.layers.Layer):
    """A network's step as a layer, so that Keras can trace it."""

    def __init__(self, network: FilterNetwork) -> None:
        super().__init__(name="step")
        self.network = network
        self.built = True

    def call(self, inputs: list[Any]) -> tuple[Any, ...]:
        """Take waves, roll and the states."""
        return self.network.step(*inputs)


def _state_shapes(network: FilterNetwork) -> dict[str, tuple[int, int]]:
    tails = {f"tail_{n}": (dilation, network.width) for n, dilation in enumerate(network.dilations)}
    return {"before": (1, network.roll_width), **tails}


def _step_model(network: FilterNetwork) -> onnx.ModelProto:
    waves, roll = network.input_widths
    states = _state_shapes(network)
    inputs = [
        keras.Input((None, waves), batch_size=1, name=WAVES_INPUT),
        keras.Input((None, roll), batch_size=1, name=ROLL_INPUT),
        *(keras.Input(shape, batch_size=1, name=name) for name, shape in states.items()),
    ]
    step = keras.Model(inputs, _ChunkStep(network)(inputs))
    # Keras exports only what was called once.
    step([np.zeros((1, CHUNK // FOLD, waves)), np.zeros((1, CHUNK // HOP, roll)), *_silence(network)])
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Keras 3.15 asks NumPy whether it still has np.object.
        warnings.simplefilter("ignore", FutureWarning)
        path = Path(folder) / "step.onnx"
        step.export(path, format="onnx", verbose=False)
        model = onnx.load(path)
    _rename_outputs(model.graph, [SOUND_OUTPUT, *(NEW + name for name in states)])
    return model


def _silence(network: FilterNetwork) -> list[np.ndarray]:
    return [np.zeros((1, *shape), np.float32) for shape in _state_shapes(network).values()]


def _rename_outputs(graph: onnx.GraphProto, outputs: list[str]) -> None:
    names = {output.name: name for output, name in zip(graph.output, outputs, strict=True)}
    for output in graph.output:
        output.name = names[output.name]
    for node in graph.node:
        for values in (node.input, node.output):
            values[:] = [names.get(value, value) for value in values]


def _check(network: FilterNetwork, path: Path) -> None:
    """Play noise by both, and compare."""
    rng = np.random.default_rng(0)
    samples = _CHECKED_CHUNKS * CHUNK
    waves = rng.normal(size=(1, samples // FOLD, network.input_widths[0])).astype(np.float32)
    roll = rng.random((1, samples // HOP, network.input_widths[1])).astype(np.float32)
    wanted = keras.ops.convert_to_numpy(network((waves, roll)))[0]
    session = load(path).session
    states, found = dict(zip(_state_shapes(network), _silence(network), strict=True)), []
    for at in range(0, samples, CHUNK):
        given = {
            WAVES_INPUT: waves[:, at // FOLD : (at + CHUNK) // FOLD],
            ROLL_INPUT: roll[:, at // HOP : (at + CHUNK) // HOP],
        }
        sound, *new = session.run(None, given | states)
        states = dict(zip(states, new, strict=True))
        found.append(sound.reshape(-1))
    off = float(np.abs(np.concatenate(found) - wanted).max() / max(np.abs(wanted).max(), 1.0))
    if off > TOLERANCE:
        raise MachineError(f"the sound of {path} is off by {off:.2g}; install other versions of Keras and onnx")
