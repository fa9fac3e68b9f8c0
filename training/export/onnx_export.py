"""A trained network -> a model file: its step as ONNX, checked against the network, quantised, with its card."""

from __future__ import annotations

import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import onnx

from composer.errors import MachineError
from composer.files import write_atomically
from composer.models import loading
from composer.models.card import ModelCard, card_of
from composer.models.identity import Source
from composer.models.runner import ModelRunner
from composer.tokens import features, vocabulary
from training.export.model_file import with_card
from training.export.quantisation import quantise_model
from training.networks.build import build_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from training.networks.base import Network

LARGEST_FILE = 25_000_000
"""Bytes; more does not belong into a repository."""

TOLERANCE = 1e-4
"""Between the network and its step in float32, relative to the largest logit where that is over 1."""

_CHECK_STEPS = 300
_CHECK_BATCH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A written model file.

    Attributes:
        card: Card of the file; the path is in it.
        step_error: Largest difference of a logit between the network and its step in float32.
        quantisation_error: Root mean square difference of the logits that quantisation makes, over their standard
            deviation; 0 for a file that is not quantised.
        size: Bytes.
    """

    card: ModelCard
    step_error: float
    quantisation_error: float
    size: int


def export_network(network: Network, path: Path, metadata: Mapping[str, Any], *, quantised: bool = True) -> Exported:
    """Write a model file, checked.

    Args:
        network: Trained, of any precision; left as it is.
        path: Path of the file, see `ModelCard.file_name`.
        metadata: Fields of a card, see `composer.models.card.card_of`. Those that the network itself tells are filled
            in, and so are the fingerprints and the date unless given.
        quantised: Whether weights are 8-bit integers; without, four times the size.

    Raises:
        MachineError: If the step is not equal to the network, or the file is too large.
        OutputError: If it cannot be written.
    """
    with in_float32():
        network = _copy_network(network)
        model = step_model(network)
        logits, tokens, inputs = reference_logits(network)
    card = _make_card(network, metadata)
    step_error = float(np.abs(_run_model(model, card, tokens, inputs) - logits).max())
    if step_error > TOLERANCE * max(1.0, float(np.abs(logits).max())):
        raise MachineError(
            f"the step of {card.identity.name} is off by {step_error:.2g}, so {path} is not written; mend its step"
        )
    quantisation_error = 0.0
    if quantised:
        quantise_model(model)
        difference = _run_model(model, card, tokens, inputs) - logits
        quantisation_error = float(np.sqrt(np.mean(difference**2)) / logits.std())
    data = with_card(model, card)
    if len(data) > LARGEST_FILE:
        raise MachineError(f"{path} would be larger than {LARGEST_FILE / 1e6:.0f} MB; train a smaller network")
    write_atomically(path, data)
    return Exported(
        card=replace(card, path=path), step_error=step_error, quantisation_error=quantisation_error, size=len(data)
    )


def export_random(network: Network, folder: Path) -> Exported:
    """Write an untrained network into a folder of models, under the name of its architecture."""
    card = {"name": network.configuration.architecture, "version": 1}
    return export_network(network, folder / f"{card['name']}-v1.onnx", card)


@contextmanager
def in_float32() -> Iterator[None]:
    """What is built or traced within computes in float32, whatever a network was trained in."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


def _copy_network(network: Network) -> Network:
    copy = build_network(network.configuration)
    copy.set_weights(network.get_weights())
    return copy


def _make_card(network: Network, metadata: Mapping[str, Any]) -> ModelCard:
    given = dict(metadata)
    sources = [source if isinstance(source, Source) else Source(*source) for source in given.pop("trained_on", ())]
    told = {
        "vocabulary": vocabulary.fingerprint(),
        "features": _features_of(network),
        "date": datetime.now(tz=UTC).date().isoformat(),
        **given,
        "architecture": network.configuration.architecture,
        "configuration": network.configuration.to_dict(),
        "parameters": network.count_params(),
        "states": network.state_specs,
    }
    return card_of(trained_on=tuple(sources), **told)


def _features_of(network: Network) -> str:
    """Fingerprint of what a network reads beside a token, known by its width."""
    width = network.configuration.feature_width
    return next((one.fingerprint for one in features.SETS.values() if one.width == width), features.NEWEST.fingerprint)


class _Step(keras.layers.Layer):
    """A network's step as a layer, so that Keras can trace it."""

    def __init__(self, network: Network) -> None:
        super().__init__(name="step")
        self.network = network
        self.built = True

    def call(self, inputs: list[Any]) -> tuple[Any, ...]:
        """Take token, features and the states."""
        return self.network.step(*inputs)


def step_model(network: Network) -> onnx.ModelProto:
    """The step in float32: from `token`, `features` and the states to `logits` and `new_` and the states' names."""
    states = [
        keras.Input((None, *spec.shape[1:]) if spec.kind == "cache" else spec.shape, name=spec.name)
        for spec in network.state_specs
    ]
    given = keras.Input((network.configuration.feature_width,), name="features")
    inputs = [keras.Input((), dtype="int32", name="token"), given, *states]
    step = keras.Model(inputs, _Step(network)(inputs))
    # Keras exports only what was called once.
    step([np.zeros((1, *(size or 1 for size in one.shape[1:])), one.dtype) for one in inputs])
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Keras 3.15 asks NumPy whether it still has np.object.
        warnings.simplefilter("ignore", FutureWarning)
        path = Path(folder) / "step.onnx"
        step.export(path, format="onnx", verbose=False)
        model = onnx.load(path)
    _rename_outputs(model.graph, ["logits", *(f"new_{spec.name}" for spec in network.state_specs)])
    return model


def _rename_outputs(graph: onnx.GraphProto, outputs: list[str]) -> None:
    names = {output.name: name for output, name in zip(graph.output, outputs, strict=True)}
    for output in graph.output:
        output.name = names[output.name]
    for node in graph.node:
        for values in (node.input, node.output):
            values[:] = [names.get(value, value) for value in values]


def reference_logits(network: Network) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]:
    """What a network says to random tokens and sparse features: logits, tokens and features, time first."""
    rng = np.random.default_rng(0)
    configuration = network.configuration
    shape = (_CHECK_BATCH, _CHECK_STEPS)
    tokens = rng.integers(configuration.vocabulary_size, size=shape).astype(np.int32)
    inputs = (rng.random((*shape, configuration.feature_width)) < 0.1).astype(np.float32)  # noqa: PLR2004 - sparse
    logits = np.array(keras.ops.convert_to_numpy(network((tokens, inputs))))
    return logits.swapaxes(0, 1), tokens.swapaxes(0, 1), inputs.swapaxes(0, 1)


def run_steps(model: loading.Model, tokens: NDArray[np.int32], inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a model file says to sequences, time first, step by step; shape (time, batch, vocabulary)."""
    decoder = ModelRunner(model, tokens.shape[1])
    return np.stack([decoder.step(*step) for step in zip(tokens, inputs, strict=True)])


def _run_model(
    model: onnx.ModelProto, card: ModelCard, tokens: NDArray[np.int32], inputs: NDArray[np.float32]
) -> NDArray[np.float32]:
    return run_steps(loading.from_bytes(with_card(model, card), path=Path(card.file_name)), tokens, inputs)
