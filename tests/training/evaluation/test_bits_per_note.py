from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.models import loading
from tests.training.corpora import make_set, prepared
from tests.training.small import TINY
from training.evaluation.bits_per_note import Bits, Cost, add_up, cost_of, costs_of_model, of_model, of_network
from training.export.onnx_export import export_random
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from composer.models.loading import Model
    from training.corpus.dataset import Dataset
    from training.networks.base import Network


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("corpus")
    for bars, file in zip((12, 18, 14, 16, 13), "abcde", strict=True):
        make_set(folder, "polish-scores-piano", {f"{file}.mid": "train" if file == "a" else "test"}, bars=bars)
    return prepared(folder)[0]


@pytest.fixture(scope="module")
def network() -> Network:
    made = build_network(configuration_from(TINY))
    rng = np.random.default_rng(1)
    made.set_weights([weight + rng.normal(scale=0.1, size=weight.shape) for weight in made.get_weights()])
    return made


@pytest.fixture(scope="module")
def model(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Model:
    return loading.load(export_random(network, tmp_path_factory.mktemp("weights")).card.path)


def test_sections_cost_side_by_side_what_they_cost_alone(model: Model, data: Dataset) -> None:
    alone = costs_of_model(model, data, data.entries, together=1)

    together = costs_of_model(model, data, data.entries, together=4)

    assert len({entry.length for entry in data.entries}) > 1
    for one, other in zip(alone, together, strict=True):
        assert (other.nats, other.pitch_nats) == pytest.approx((one.nats, one.pitch_nats), rel=1e-5)
        assert (other.notes, other.tokens) == (one.notes, one.tokens)


def test_costs_stand_in_the_order_of_the_sections(model: Model, data: Dataset) -> None:
    costs = costs_of_model(model, data, data.entries)

    assert [cost.tokens for cost in costs] == [entry.length - 1 for entry in data.entries]
    assert [cost.notes for cost in costs] == [entry.notes for entry in data.entries]


def test_long_sections_are_measured_from_their_start(model: Model, data: Dataset) -> None:
    assert {cost.tokens for cost in costs_of_model(model, data, data.entries, longest=20)} == {20}


def test_a_file_costs_nearly_what_its_network_does(model: Model, network: Network, data: Dataset) -> None:
    file, whole = of_model(model, data, data.of("test")), of_network(network, data, data.of("test"))

    assert file.per_note == pytest.approx(whole.per_note, rel=0.01)
    assert file.notes == whole.notes


def test_only_notes_count_as_pitch() -> None:
    tokens = np.array([[1, 2, 200, 201]], np.int32)

    assert cost_of(np.array([[1.0, 2.0, 4.0, 8.0]]), tokens) == Cost(15.0, 12.0, 2, 4)


def test_bits_are_those_of_all_tokens_over_the_notes() -> None:
    costs = [Cost(6 * math.log(2), 2 * math.log(2), 1, 3), Cost(2 * math.log(2), math.log(2), 3, 4)]

    assert add_up(costs) == Bits(2.0, 0.75, 4)
    assert add_up([]) == Bits(0.0, 0.0, 0)
