from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from tests.training import small
from training.networks import registry
from training.networks.build import build_network
from training.networks.registry import NETWORKS, configuration_from
from training.networks.transformer import TransformerConfiguration
from training.networks.wavenet import WaveNetConfiguration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from composer.models.network_spec import StateSpec
    from training.networks.base import Network

every_architecture = pytest.mark.parametrize("architecture", NETWORKS)


@pytest.fixture
def bfloat16() -> Iterator[None]:
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy("float32")


def handed(spec: StateSpec, past: list[NDArray[np.float32]], batch: int) -> NDArray[np.float32]:
    """What the host hands in, written as the definition in `StateSpec` reads."""
    if spec.kind == "delay":
        return past[-spec.delay] if len(past) >= spec.delay else np.zeros((batch, *spec.shape), np.float32)
    window = spec.shape[0]
    cache = np.full((batch, *spec.shape), 1e3, np.float32)  # what unused slots hold makes no difference
    for step in range(max(0, len(past) - window), len(past)):
        cache[:, step % window] = past[step]
    return cache


def stepwise(network: Network, tokens: NDArray[np.int32], features: NDArray[np.float32]) -> NDArray[np.float32]:
    past: list[list[NDArray[np.float32]]] = [[] for _ in network.state_specs]
    answers = []
    for step in range(tokens.shape[1]):
        states = [handed(spec, own, len(tokens)) for spec, own in zip(network.state_specs, past, strict=True)]
        answer, *new = network.step(tokens[:, step], features[:, step], *states)
        answers.append(np.array(answer))
        for own, value in zip(past, new, strict=True):
            own.append(np.array(value))
    return np.stack(answers, axis=1)


@every_architecture
def test_network_is_registered_under_the_name_that_its_configuration_gives(architecture: str) -> None:
    assert registry.load_kind(architecture).configuration.architecture == architecture


@every_architecture
def test_steps_say_what_the_whole_sequence_says(architecture: str, rng: np.random.Generator) -> None:
    network = small.network(architecture)
    tokens, features = small.sequences(rng, batch=3, time=40)

    whole, steps = small.logits(network, tokens, features), stepwise(network, tokens, features)

    assert whole.std() > 0.1
    np.testing.assert_allclose(steps, whole, atol=1e-4)


@every_architecture
@pytest.mark.parametrize("what", ["token", "features"])
def test_a_change_leaves_the_logits_before_it_alone(architecture: str, what: str, rng: np.random.Generator) -> None:
    network, place = small.network(architecture), 20
    tokens, features = small.sequences(rng, batch=2, time=32)
    before = small.logits(network, tokens, features)
    if what == "token":
        tokens[:, place] = (tokens[:, place] + 1) % small.VOCABULARY_SIZE
    else:
        features[:, place] += 1

    after = small.logits(network, tokens, features)

    np.testing.assert_array_equal(after[:, :place], before[:, :place])
    assert np.abs(after[:, place] - before[:, place]).max() > 1e-3


def reach(network: Network, rng: np.random.Generator, *, time: int) -> int:
    """How many tokens back the last logits still see."""
    tokens, features = small.sequences(rng, batch=1, time=time)
    last = small.logits(network, tokens, features)[:, -1]
    changed = np.repeat(tokens, time, axis=0)
    changed[range(time), range(time)] = (changed[range(time), range(time)] + 1) % small.VOCABULARY_SIZE
    differs = (small.logits(network, changed, np.repeat(features, time, axis=0))[:, -1] != last).any(axis=1)
    return time - 1 - int(np.flatnonzero(differs)[0])


def test_the_wavenet_sees_as_far_back_as_its_dilations_sum_up_to(rng: np.random.Generator) -> None:
    assert reach(small.network("wavenet"), rng, time=40) == 2 * (1 + 2 + 4)


def test_the_transformer_sees_its_window_back_in_every_layer(rng: np.random.Generator) -> None:
    assert reach(small.network("transformer"), rng, time=40) == 2 * 10


def test_the_default_wavenet_sees_2046_tokens_back_with_over_3_million_parameters() -> None:
    configuration = WaveNetConfiguration(vocabulary_size=450, feature_width=270)

    assert sum(configuration.dilations) == 2046
    assert 3e6 < build_network(configuration).count_params() < 3.6e6


@every_architecture
def test_a_batch_of_one_gets_the_logits_that_it_gets_among_others(architecture: str, rng: np.random.Generator) -> None:
    network = small.network(architecture)
    tokens, features = small.sequences(rng, batch=8, time=12)

    together = small.logits(network, tokens, features)

    np.testing.assert_allclose(small.logits(network, tokens[3:4], features[3:4])[0], together[3], atol=1e-5)


@every_architecture
def test_a_configuration_survives_json(architecture: str) -> None:
    configuration = configuration_from(small.configuration(architecture))

    assert configuration_from(json.loads(json.dumps(configuration.to_dict()))) == configuration


@pytest.mark.parametrize(
    "change", [{"architecture": "wavnet"}, {"width": 0}, {"dropout": 1.0}, {"colour": "red"}, {"vocabulary_size": 0}]
)
def test_a_configuration_that_makes_no_network_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"architecture|at least 1|colour"):
        configuration_from({**small.configuration("wavenet"), **change})


def test_a_transformer_whose_heads_do_not_share_its_width_evenly_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple"):
        TransformerConfiguration(vocabulary_size=30, feature_width=7, width=18, heads=4)


@every_architecture
def test_training_lowers_the_loss(architecture: str, rng: np.random.Generator) -> None:
    network = small.network(architecture)
    tokens, features = small.sequences(rng, batch=2, time=17)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(optimizer=keras.optimizers.AdamW(3e-2), loss=loss, run_eagerly=True)

    losses = [float(network.train_on_batch((tokens, features), tokens)) for _ in range(8)]

    assert losses[-1] < 0.8 * losses[0]


@every_architecture
def test_dropout_changes_what_is_said_only_in_training(architecture: str, rng: np.random.Generator) -> None:
    network = small.network(architecture)
    sequences = small.sequences(rng, batch=2, time=8)

    calm, again, training = (np.array(network(sequences, training=mode)) for mode in (False, False, True))

    np.testing.assert_array_equal(calm, again)
    assert np.abs(training - calm).max() > 1e-3


@every_architecture
@pytest.mark.usefixtures("bfloat16")
def test_a_network_of_mixed_precision_keeps_weights_and_logits_in_float32(
    architecture: str, rng: np.random.Generator
) -> None:
    network = small.network(architecture)
    sequences = small.sequences(rng, batch=2, time=8)

    answer = network(sequences)

    assert keras.backend.standardize_dtype(answer.dtype) == "float32"
    assert {weight.dtype for weight in network.trainable_variables} == {"float32"}
