"""A network that begins with what another has learned: most of an instrument is how sound is made at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import numpy_helper

from composer.errors import RequestError
from composer.source_filter.excitation import ROLL_WIDTH
from composer.source_filter.network import read_card

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from training.sound.network import FilterNetwork

_KERNEL, _BIAS = "Cast", "BiasAdd"
"""Operations whose names those of weights hold, as tf2onnx writes them: .../step_1/gates_3_1/BiasAdd/..."""


def take_weights(path: Path, network: FilterNetwork) -> None:
    """Give a network the weights of a file; what tells its programs apart begins as their mean.

    Raises:
        RequestError: If the file's network has other sizes.
        ModelError: If the file is missing, damaged, or another kind of file.
    """
    found = _weights_of(path)
    values = []
    for variable in network.trainable_variables:
        _, layer, kind = variable.path.rsplit("/", 2)
        value = found.get((layer, kind))
        if layer == "roll" and kind == "kernel" and value is not None:
            value = _with_kinds(value, network.kinds)
        if value is None or value.shape != tuple(variable.shape):
            raise RequestError(f"{path} has a network of other sizes; leave --start out, or ask for its --width")
        values.append(value)
    network.set_weights(values)


def _weights_of(path: Path) -> dict[tuple[str, str], NDArray[np.float32]]:
    """Weights by the layer's name and what they are of it."""
    kinds = {_KERNEL: "kernel", _BIAS: "bias"}
    found = {}
    read_card(path)  # which tells whether it is one of ours, and whole
    for tensor in onnx.load(path).graph.initializer:
        parts = tensor.name.split("/")
        kind = next((kinds[part] for part in parts if part in kinds), None)
        if kind is not None:
            layer = parts[parts.index(next(part for part in parts if part in kinds)) - 1]
            found[layer.rpartition("_")[0], kind] = numpy_helper.to_array(tensor)
    return found


def _with_kinds(kernel: NDArray[np.float32], kinds: int) -> NDArray[np.float32]:
    roll, others = np.split(kernel, [ROLL_WIDTH])
    return np.concatenate([roll, np.repeat(others.mean(axis=0, keepdims=True), kinds, axis=0)])
