"""A model that composes at once: its logits are noise that depends on the token before, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto, numpy_helper
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

from composer.models.card import card_of
from composer.tokens import features, vocabulary
from tests.composer import handmade

if TYPE_CHECKING:
    from pathlib import Path


def install(
    folder: Path,
    name: str = "tiny",
    version: int = 1,
    *,
    noise_seed: int | None = None,
    reads: features.FeatureSet = features.PLAIN,
) -> Path:
    """Write such a model into a folder of models; another version is another noise, unless one is named."""
    size, width = vocabulary.VOCABULARY_SIZE, reads.width
    noise = (
        np.random.default_rng(version if noise_seed is None else noise_seed)
        .normal(size=(size, size))
        .astype(np.float32)
    )
    graph = make_graph(
        [make_node("Gather", ["noise", "token"], ["logits"])],
        "tiny",
        inputs=[
            make_tensor_value_info("token", TensorProto.INT32, ["batch"]),
            make_tensor_value_info("features", TensorProto.FLOAT, ["batch", width]),
        ],
        outputs=[make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", size])],
        initializer=[numpy_helper.from_array(noise, "noise")],
    )
    card = card_of(
        name=name,
        version=version,
        architecture="noise",
        configuration={"vocabulary_size": size, "feature_width": width},
        parameters=noise.size,
        vocabulary=vocabulary.fingerprint(),
        features=reads.fingerprint,
        states=(),
        licence="MIT",
        styles=("piano",),
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / card.file_name
    model = make_model(graph, opset_imports=[make_opsetid("", 15)], ir_version=8)
    path.write_bytes(handmade.file_bytes(model, card))
    return path
