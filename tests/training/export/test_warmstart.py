from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from composer.errors import MachineError
from tests.training.small import SIZES, TINY, logits
from training.export import warmstart
from training.export.onnx_export import export_network
from training.networks.build import build_network
from training.networks.registry import NETWORKS, configuration_from

if TYPE_CHECKING:
    from pathlib import Path

    from training.networks.base import Network

SHARED = {name: TINY[name] for name in ("vocabulary_size", "feature_width", "dropout")}


def trained(architecture: str, **sizes: int) -> Network:
    """A network whose weights have all left their beginnings."""
    keras.utils.set_random_seed(3)
    network = build_network(
        configuration_from({"architecture": architecture, **SHARED, **SIZES[architecture], **sizes})
    )
    rng = np.random.default_rng(3)
    network.set_weights([weight + rng.normal(scale=0.05, size=weight.shape) for weight in network.get_weights()])
    return network


def said(network: Network) -> Any:
    """What a network says to some tokens and features."""
    rng = np.random.default_rng(4)
    tokens = rng.integers(network.configuration.vocabulary_size, size=(2, 12)).astype(np.int32)
    features = (rng.random((2, 12, network.configuration.feature_width)) < 0.1).astype(np.float32)
    return logits(network, tokens, features)


def off_by(one: Any, other: Any) -> float:
    """Mean difference over the deviation."""
    return float(np.abs(one - other).mean() / one.std())


@pytest.mark.parametrize("architecture", NETWORKS)
def test_weights_come_back_out_of_a_model_file(architecture: str, tmp_path: Path) -> None:
    network = trained(architecture)
    path = tmp_path / f"{architecture}-v1.onnx"
    export_network(network, path, {"name": architecture, "version": 1})

    again = warmstart.network_of(path)

    assert again.configuration == network.configuration
    assert off_by(said(network), said(again)) < 0.02


def test_file_of_another_network_under_the_same_card_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wavenet-v1.onnx"
    export_network(trained("wavenet"), path, {"name": "wavenet", "version": 1})
    monkeypatch.setattr(
        warmstart,
        "_find_places",
        lambda network: [("a node of another release", 0) for _ in network.trainable_variables],
    )

    with pytest.raises(MachineError, match="another release of Keras"):
        warmstart.network_of(path)


def test_wider_and_deeper_network_says_nearly_the_same() -> None:
    small = trained("wavenet")
    large = trained("wavenet", width=24, stacks=3)

    warmstart.grow_network(small, large)

    assert off_by(said(small), said(large)) < 0.25


def test_network_of_the_same_size_says_exactly_the_same() -> None:
    small = trained("wavenet")
    same = build_network(small.configuration)

    warmstart.grow_network(small, same)

    assert np.array_equal(said(small), said(same))


def test_network_that_reads_more_says_the_same_until_it_has_learned_from_it() -> None:
    small = trained("lstm")
    known = small.configuration.feature_width
    large = build_network(replace(small.configuration, feature_width=known + 5))
    rng = np.random.default_rng(4)
    tokens = rng.integers(small.configuration.vocabulary_size, size=(2, 12)).astype(np.int32)
    features = (rng.random((2, 12, known + 5)) < 0.5).astype(np.float32)

    warmstart.grow_network(small, large)

    # A network reads the first of more features than it knows.
    np.testing.assert_allclose(logits(large, tokens, features), logits(small, tokens, features), atol=1e-4)


def test_another_architecture_takes_over_only_how_tokens_are_read_and_logits_made() -> None:
    convolution, attention = trained("wavenet"), trained("transformer")
    before = attention.get_weights()

    warmstart.grow_network(convolution, attention)

    taken = [*convolution.entrance.get_weights(), *convolution.head.get_weights()]
    now = [*attention.entrance.get_weights(), *attention.head.get_weights()]
    assert all(np.array_equal(one, other) for one, other in zip(now, taken, strict=True))
    kept = zip(attention.get_weights()[len(now) :], before[len(now) :], strict=True)
    assert all(np.array_equal(one, other) for one, other in kept)


def test_network_does_not_grow_by_a_layer_that_cannot_be_made_to_pass_its_input_on() -> None:
    with pytest.raises(ValueError, match=r"layer attending_2: none of its weights has a path that ends in out/kernel"):
        warmstart.grow_network(trained("transformer"), trained("transformer", layers=3))


def test_network_does_not_shrink() -> None:
    with pytest.raises(ValueError, match="grows only"):
        warmstart.grow_network(trained("wavenet"), trained("wavenet", width=8))
