"""Constants of an exported step by what is computed with them.

Two exports of one network give their nodes and tensors other names and, as the converter walks through sets of
names, another order. What stays is which operation reads what: a node's place is told by the operations before and
after it, so far as they reach (Weisfeiler and Leman 1968, with directed edges and numbered inputs).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import numpy_helper

from composer.errors import MachineError
from training.export.quantisation import dequantise_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Place = tuple[str, int]
    Edges = dict[str, list[tuple[int, int]]]

_DIGEST = 16


def find_constants(model: onnx.ModelProto) -> dict[tuple[str, int], NDArray[np.float32]]:
    """Floating-point constants by the (place, input) of the node that reads them, 8-bit matrices multiplied out.

    Raises:
        MachineError: If two nodes that read one cannot be told apart.
    """
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    found: dict[Place, NDArray[np.float32]] = {}
    for place, node in zip(_name_places(model.graph), model.graph.node, strict=True):
        names = list(node.input)
        given: dict[int, NDArray[np.float32]] = {}
        if node.op_type == "MatMulNBits":
            integers, scales = (numpy_helper.to_array(tensors[name]) for name in names[1:3])
            given[1] = dequantise_blocks(integers, scales)
            names[1:3] = "", ""
        for slot, name in enumerate(names):
            if name in tensors and tensors[name].data_type == onnx.TensorProto.FLOAT:
                given[slot] = numpy_helper.to_array(tensors[name])
        for slot, value in given.items():
            if not np.array_equal(found.setdefault((place, slot), value), value):
                raise MachineError(f"two nodes {node.op_type} of a step cannot be told apart, nor can their weights")
    return found


def _name_places(graph: onnx.GraphProto) -> list[str]:
    """A name for each node that is the same in every export of the network."""
    made = {name: (number, slot) for number, node in enumerate(graph.node) for slot, name in enumerate(node.output)}
    read: Edges = {}
    for number, node in enumerate(graph.node):
        for slot, name in enumerate(node.input):
            read.setdefault(name, []).append((number, slot))
    outside = _name_outer_tensors(graph)
    places = [_digest_of(node.domain, node.op_type, *_name_attributes(node)) for node in graph.node]
    kinds = 0
    while len(set(places)) > kinds:
        kinds = len(set(places))
        places = [
            _digest_of(
                place,
                *(_name_before(name, made, places, outside) for name in node.input),
                *(after for name in node.output for after in _names_after(name, read, places, outside)),
            )
            for place, node in zip(places, graph.node, strict=True)
        ]
    return places


def _name_outer_tensors(graph: onnx.GraphProto) -> dict[str, str]:
    """What the tensors are that no node makes, or that leave the graph: named by us, or known by their sizes."""
    named = {value.name: value.name for value in (*graph.input, *graph.output)}
    weights = {tensor.name: f"{tensor.data_type} {list(tensor.dims)}" for tensor in graph.initializer}
    return named | weights


def _name_attributes(node: onnx.NodeProto) -> list[str]:
    return sorted(str(attribute) for attribute in node.attribute)


def _name_before(name: str, made: dict[str, tuple[int, int]], places: list[str], outside: dict[str, str]) -> str:
    if name in made:
        number, slot = made[name]
        return f"{places[number]} {slot}"
    return outside.get(name, "")


def _names_after(name: str, read: Edges, places: list[str], outside: dict[str, str]) -> list[str]:
    return [outside.get(name, ""), *sorted(f"{places[number]} {slot}" for number, slot in read.get(name, []))]


def _digest_of(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=_DIGEST).hexdigest()
