"""Weights back out of a model file, and into a larger network that computes the same.

A model file is all that is left of a training run on another machine: whoever trains on starts from it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import keras
import numpy as np
import onnx

from composer.errors import MachineError
from composer.models import loading
from training.export.graph_weights import find_constants
from training.export.onnx_export import in_float32, reference_logits, run_steps, step_model
from training.export.quantisation import quantise_model
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from training.networks.base import Network
    from training.networks.configuration import Configuration

_ALIKE = 0.02
"""Relative difference within which a dequantised array is recognised."""

_ADDED = "out/kernel"
"""End of the path of a weight whose answer is added to its block's input; see `networks.base`."""

_TOLERANCE = 0.05
"""Between the network and the file, over the deviation of the logits: 8-bit inputs make 0.013."""


def network_of(path: Path) -> Network:
    """The network that a model file was exported from, with the file's weights (8-bit, in float32).

    Raises:
        MachineError: If the file is no model, or its weights cannot be told apart.
    """
    model = loading.load(path)
    with in_float32():
        return _read_back(path, model)


def _read_back(path: Path, model: loading.Model) -> Network:
    network = build_network(configuration_from(dict(model.card.network.configuration)))
    # Find each weight's place in a network whose weights are all different, then look there.
    found = find_constants(onnx.load(path))
    for variable, place in zip(network.trainable_variables, _find_places(network), strict=True):
        rows = variable.shape[0]
        if place not in found or found[place][:rows].shape != tuple(variable.shape):
            raise MachineError(f"{path} was exported by another release of Keras; its weights cannot be read")
        variable.assign(found[place][:rows])
    logits, tokens, inputs = reference_logits(network)
    error = float(np.abs(run_steps(model, tokens, inputs) - logits).mean() / logits.std())
    if error > _TOLERANCE:
        raise MachineError(f"the weights of {path} could not be read back: logits are off by {error:.2g}")
    return network


def _find_places(network: Network) -> list[tuple[str, int]]:
    """For each trainable variable the (place, input) of the exported step that holds it."""
    probe = build_network(network.configuration)
    rng = np.random.default_rng(0)
    for variable in probe.trainable_variables:
        variable.assign(rng.normal(size=tuple(variable.shape)))
    model = step_model(probe)
    quantise_model(model)
    held = find_constants(model)
    return [_find_place(_values_of(variable), held) for variable in probe.trainable_variables]


def _find_place(value: NDArray[np.float32], held: dict[tuple[str, int], NDArray[np.float32]]) -> tuple[str, int]:
    for place, other in held.items():
        cut = other[: value.shape[0]] if other.ndim == value.ndim else other
        if cut.shape == value.shape and np.abs(cut - value).mean() < _ALIKE:
            return place
    raise MachineError("a weight of the network is not in its exported step; this is a bug, please report it")


def grow_network(small: Network, large: Network) -> None:
    """Give `large` weights with which it says nearly what `small` says (Chen et al. 2016, "Net2Net").

    Channels that `large` has more start as they were drawn, but what was there before does not listen to them;
    layers that it has more pass their input on. Only the root mean squares feel the new channels.

    Features that `large` reads beyond those of `small` count for nothing at first.

    Between two architectures only what both have is handed on: how tokens and features are read, and how logits
    are made of what the layers say. That is no network yet, but one that need not learn its letters first.

    A layer passes its input on while the weight whose answer it adds to that is 0. The weight is found by its path,
    which must end in `out/kernel`.

    Args:
        small: Network that was trained.
        large: Network at least as wide and, if of the same architecture, at least as deep; freshly drawn.

    Raises:
        ValueError: If it is not, or it has a further layer without a weight of such a path.
    """
    one, other = small.configuration, large.configuration
    grows = one.width <= other.width and one.feature_width <= other.feature_width
    if not grows or one.vocabulary_size != other.vocabulary_size:
        raise ValueError("a network grows only into one at least as wide, with the same tokens and no fewer features")
    alike = one.architecture == other.architecture
    sources = {_path_within(small, variable): _values_of(variable) for variable in small.trainable_variables}
    targets = {_path_within(large, variable): variable for variable in large.trainable_variables}
    if alike:
        _check_new_layers(targets.keys() - sources.keys())
    for name, variable in targets.items():
        drawn = _values_of(variable)
        if name in sources:
            variable.assign(_grow_weights(sources[name], drawn, one, other))
        elif alike and name.endswith(_ADDED):
            variable.assign(np.zeros_like(drawn))


def _check_new_layers(paths: Iterable[str]) -> None:
    """Refuse layers that cannot be made to pass their input on.

    Args:
        paths: Paths, within the network, of the weights that only the larger one has.
    """
    layers: dict[str, list[str]] = {}
    for path in paths:
        layers.setdefault(path.partition("/")[0], []).append(path)
    for layer, own in sorted(layers.items()):
        if not any(path.endswith(_ADDED) for path in own):
            raise ValueError(
                f"a network does not grow by the layer {layer}: none of its weights has a path that ends in {_ADDED}"
            )


def _path_within(network: Network, variable: keras.Variable) -> str:
    """A variable's path without the network's own name in front."""
    return str(variable.path).removeprefix(f"{network.name}/")


def _values_of(variable: keras.Variable) -> NDArray[np.float32]:
    return np.array(keras.ops.convert_to_numpy(variable))


def _grow_weights(
    old: NDArray[np.float32], drawn: NDArray[np.float32], one: Configuration, other: Configuration
) -> NDArray[np.float32]:
    """`drawn` with `old` in its place: along each axis a block for every group of channels."""
    rows, columns = (_indices_in_larger(old.shape[axis], one, other) for axis in (0, -1))
    grown = drawn.copy()
    if old.ndim == 1:
        # A scale (drawn as ones) is applied after dividing by the root mean square of all channels, and the
        # new ones start small.
        grown[columns] = old * (math.sqrt(one.width / other.width) if (drawn == 1).all() else 1.0)
        return grown
    grown[:, columns] = 0
    grown[np.ix_(rows, columns)] = old
    return grown


def _indices_in_larger(size: int, one: Configuration, other: Configuration) -> NDArray[np.int64]:
    """Where the `size` places of an axis lie along the same axis of the larger network."""
    if size in {one.vocabulary_size, one.feature_width} or size % one.width:
        return np.arange(size)
    blocks = np.arange(size // one.width)[:, None] * other.width
    return (blocks + np.arange(one.width)).ravel()
