from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest

from composer.errors import MachineError
from tests.training.export.test_warmstart import trained
from training.export.graph_weights import find_constants
from training.export.onnx_export import step_model
from training.export.quantisation import quantise_model
from training.networks.registry import NETWORKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def shuffled(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same step with other names of its tensors and its nodes in another order."""
    again = onnx.ModelProto()
    again.CopyFrom(model)
    kept = {value.name for value in (*model.graph.input, *model.graph.output)} | {""}
    for tensor in again.graph.initializer:
        tensor.name = f"renamed {tensor.name}"
    for node in again.graph.node:
        for values in (node.input, node.output):
            values[:] = [name if name in kept else f"renamed {name}" for name in values]
    nodes = list(again.graph.node)
    del again.graph.node[:]
    again.graph.node.extend(nodes[index] for index in np.random.default_rng(1).permutation(len(nodes)))
    return again


@pytest.mark.parametrize("architecture", NETWORKS)
def test_place_of_a_constant_is_the_same_in_any_order_and_under_any_names(architecture: str) -> None:
    model = step_model(trained(architecture))
    quantise_model(model)

    one, other = find_constants(model), find_constants(shuffled(model))

    assert one.keys() == other.keys()
    assert all(np.array_equal(value, other[place]) for place, value in one.items())


def sum_of_two_products(weights: Sequence[NDArray[np.float32]]) -> onnx.ModelProto:
    nodes = [
        *(onnx.helper.make_node("MatMul", ["given", f"weights {side}"], [f"product {side}"]) for side in range(2)),
        onnx.helper.make_node("Sum", ["product 0", "product 1"], ["logits"]),
    ]
    given, logits = (onnx.helper.make_tensor_value_info(name, 1, [1, 2]) for name in ("given", "logits"))
    tensors = [onnx.numpy_helper.from_array(value, f"weights {side}") for side, value in enumerate(weights)]
    return onnx.helper.make_model(onnx.helper.make_graph(nodes, "step", [given], [logits], tensors))


def test_side_on_which_a_product_is_added_tells_two_like_constants_apart() -> None:
    weights = [np.full((2, 2), value, np.float32) for value in (1, 2)]

    assert sorted(float(value[0, 0]) for value in find_constants(sum_of_two_products(weights)).values()) == [1, 2]


def test_constants_that_nothing_tells_apart_are_refused() -> None:
    weights = [np.full((2, 2), value, np.float32) for value in (1, 2)]
    model = sum_of_two_products(weights)
    model.graph.node.pop()
    for side in range(2):
        model.graph.node.append(onnx.helper.make_node("Neg", [f"product {side}"], [f"unread {side}"]))

    with pytest.raises(MachineError, match="told apart"):
        find_constants(model)
