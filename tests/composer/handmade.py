"""Model files small enough to know by heart what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import onnx
from onnx import TensorProto
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info, set_model_props

from composer.models import onnxfile
from composer.models.card import ModelCard, card_of, changed
from composer.models.network_spec import StateSpec
from composer.tokens import features, vocabulary

if TYPE_CHECKING:
    from pathlib import Path

FEATURE_WIDTH = 2

CARD = card_of(
    name="echo",
    version=1,
    architecture="none",
    configuration={"vocabulary_size": 1, "feature_width": FEATURE_WIDTH},
    parameters=0,
    vocabulary=vocabulary.fingerprint(),
    features=features.NEWEST.fingerprint,
    states=(),
)


def echo(delay: int) -> tuple[onnx.ModelProto, ModelCard]:
    """A model whose one logit is the token of `delay` steps before."""
    state = StateSpec(name="tap", shape=(1,), kind="delay", delay=delay)
    nodes = [
        make_node("Cast", ["token"], ["number"], to=TensorProto.FLOAT),
        make_node("Unsqueeze", ["number", "axis"], ["new_tap"]),
        make_node("Identity", ["tap"], ["logits"]),
    ]
    return _model(nodes, ["batch", 1]), changed(CARD, states=(state,))


def memory(window: int) -> tuple[onnx.ModelProto, ModelCard]:
    """A model whose one logit is the sum of the last `window` tokens before this one."""
    state = StateSpec(name="tap", shape=(window, 1), kind="cache")
    nodes = [
        make_node("Cast", ["token"], ["number"], to=TensorProto.FLOAT),
        make_node("Unsqueeze", ["number", "axis"], ["new_tap"]),
        make_node("ReduceSum", ["tap", "axis"], ["logits"], keepdims=0),
    ]
    return _model(nodes, ["batch", "slots", 1]), changed(CARD, states=(state,))


def _model(nodes: list[onnx.NodeProto], state_shape: list[str | int]) -> onnx.ModelProto:
    column: list[str | int] = ["batch", 1]
    graph = make_graph(
        nodes,
        "handmade",
        inputs=[
            make_tensor_value_info("token", TensorProto.INT32, ["batch"]),
            make_tensor_value_info("features", TensorProto.FLOAT, ["batch", FEATURE_WIDTH]),
            make_tensor_value_info("tap", TensorProto.FLOAT, state_shape),
        ],
        outputs=[
            make_tensor_value_info("logits", TensorProto.FLOAT, column),
            make_tensor_value_info("new_tap", TensorProto.FLOAT, column),
        ],
        initializer=[onnx.helper.make_tensor("axis", TensorProto.INT64, [1], [1])],
    )
    return make_model(graph, opset_imports=[make_opsetid("", 15)], ir_version=8)


def file_bytes(model: onnx.ModelProto, card: ModelCard) -> bytes:
    """The bytes of a model file."""
    checksum = onnxfile.checksum(model.graph.SerializeToString(deterministic=True))
    set_model_props(model, {onnxfile.CARD: card.to_json(), onnxfile.CHECKSUM: checksum})
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def install(folder: Path, name: str = "echo", version: int = 1) -> Path:
    """Write an echo into a folder of models."""
    model, card = echo(1)
    card = changed(card, name=name, version=version)
    path = folder / card.file_name
    path.write_bytes(file_bytes(model, card))
    return path
