from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import keras
import numpy as np
import onnx
import pytest

from composer.errors import MachineError
from composer.models import loading
from composer.models.identity import Source
from composer.models.runner import ModelRunner
from tests.training import small
from training.export import onnx_export
from training.export.onnx_export import Exported, export_network, export_random
from training.export.quantisation import BLOCK, quantise_blocks
from training.networks.registry import NETWORKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from training.networks.base import Network

KINDS = ("float", "quantised")

untraced = onnx_export.step_model

every_architecture = pytest.mark.parametrize("architecture", NETWORKS)


@pytest.fixture(scope="module", autouse=True)
def traced_once() -> Iterator[None]:
    """Trace a step once an architecture: that takes most of an export's time."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        traced: dict[str, onnx.ModelProto] = {}

        def step_model(network: Network) -> onnx.ModelProto:
            name = network.configuration.architecture
            if name not in traced:
                traced[name] = untraced(network)
            return copy.deepcopy(traced[name])

        monkeypatch.setattr(onnx_export, "step_model", step_model)
        yield


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Exported]:
    """Every architecture, as float and quantised."""
    folder = tmp_path_factory.mktemp("weights")
    return {
        (name, kind): export_network(
            small.network(name),
            folder / f"{name}-{kind}.onnx",
            {"name": name, "version": 3, "trained_on": [("chopin", "CC BY 4.0")], "licence": "MIT"},
            quantised=kind == "quantised",
        )
        for name in NETWORKS
        for kind in KINDS
    }


def decoded(path: Path, tokens: NDArray[np.int32], features: NDArray[np.float32]) -> NDArray[np.float32]:
    decoder = ModelRunner(loading.load(path), len(tokens))
    return np.stack([decoder.step(tokens[:, step], features[:, step]) for step in range(tokens.shape[1])], axis=1)


@every_architecture
def test_a_file_says_step_by_step_what_the_network_says(
    exported: dict[tuple[str, str], Exported], architecture: str, rng: np.random.Generator
) -> None:
    tokens, features = small.sequences(rng, batch=3, time=60)

    steps = decoded(exported[architecture, "float"].card.path, tokens, features)

    np.testing.assert_allclose(steps, small.logits(small.network(architecture), tokens, features), atol=1e-4)


@every_architecture
def test_a_quantised_file_says_nearly_the_same(
    exported: dict[tuple[str, str], Exported], architecture: str, rng: np.random.Generator
) -> None:
    tokens, features = small.sequences(rng, batch=3, time=60)

    plain, coarse = (decoded(exported[architecture, kind].card.path, tokens, features) for kind in KINDS)

    assert np.abs(coarse - plain).max() > 0
    assert np.sqrt(np.mean((coarse - plain) ** 2)) < 0.05 * plain.std()
    assert 0 < exported[architecture, "quantised"].quantisation_error < 0.05


@every_architecture
@pytest.mark.parametrize("kind", KINDS)
def test_a_piece_does_not_depend_on_those_beside_it_in_the_batch(
    exported: dict[tuple[str, str], Exported], architecture: str, kind: str, rng: np.random.Generator
) -> None:
    path = exported[architecture, kind].card.path
    tokens, features = small.sequences(rng, batch=8, time=20)

    together = decoded(path, tokens, features)

    np.testing.assert_allclose(decoded(path, tokens[5:6], features[5:6])[0], together[5], atol=1e-5)


@every_architecture
def test_the_card_tells_network_sources_and_states(
    exported: dict[tuple[str, str], Exported], architecture: str
) -> None:
    network, written = small.network(architecture), exported[architecture, "quantised"]

    card = loading.read_card(written.card.path)

    assert card == written.card
    assert (card.identity.name, card.identity.version, card.identity.licence) == (architecture, 3, "MIT")
    assert card.identity.trained_on == (Source("chopin", "CC BY 4.0"),)
    assert card.network.states == network.state_specs
    assert card.network.configuration == network.configuration.to_dict()
    assert card.network.parameters == network.count_params()
    assert written.size == written.card.path.stat().st_size


def test_a_network_of_mixed_precision_is_exported_in_float32(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_export, "step_model", untraced)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = small.network("wavenet")
        written = export_random(network, tmp_path)
        policy = keras.config.dtype_policy().name
    finally:
        keras.config.set_dtype_policy("float32")

    assert policy == "mixed_bfloat16"
    assert written.card.path == tmp_path / "wavenet-v1.onnx"
    types = {tensor.data_type for tensor in onnx.load(written.card.path).graph.initializer}
    assert onnx.TensorProto.BFLOAT16 not in types


def test_a_step_unlike_its_network_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_export, "TOLERANCE", 0.0)
    network: Network = small.network("lstm")

    with pytest.raises(MachineError, match="is off by"):
        export_random(network, tmp_path)

    assert not list(tmp_path.iterdir())


def test_a_file_too_large_for_a_repository_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_export, "LARGEST_FILE", 1000)

    with pytest.raises(MachineError, match="train a smaller network"):
        export_random(small.network("lstm"), tmp_path)

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("shape", [(1, 1), (BLOCK, 3), (100, 7), (3 * BLOCK, 5)])
def test_quantised_weights_are_within_half_a_unit_of_their_blocks_scale(
    shape: tuple[int, int], rng: np.random.Generator
) -> None:
    weights = rng.normal(size=shape).astype(np.float32)

    integers, scales = quantise_blocks(weights)

    restored = ((integers.astype(np.float32) - 128) * scales[..., None]).reshape(shape[1], -1).T
    assert np.abs(restored[: shape[0]] - weights).max() <= 0.501 * scales.max()
    assert not restored[shape[0] :].any()


def test_a_block_of_zeros_stays_zero() -> None:
    integers, scales = quantise_blocks(np.zeros((BLOCK, 2), np.float32))

    assert np.isfinite(scales).all()
    assert (integers == 128).all()
