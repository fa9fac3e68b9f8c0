"""A model file's bytes: its graph with its card, and a card put in the place of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnx

from composer.files import write_atomically
from composer.models import loading, onnxfile
from composer.models.card import changed

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.card import ModelCard


def with_card(model: onnx.ModelProto, card: ModelCard) -> bytes:
    """The bytes of a model file."""
    checksum = onnxfile.checksum(model.graph.SerializeToString(deterministic=True))
    onnx.helper.set_model_props(model, {onnxfile.CARD: card.to_json(), onnxfile.CHECKSUM: checksum})
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def change_card(path: Path, **changes: Any) -> ModelCard:  # noqa: ANN401 - fields of a card are of many types
    """Change fields of a file's card; the weights stay as they are.

    Raises:
        ModelError: If it is no model file, or a damaged one.
        OutputError: If it cannot be written.
    """
    card = changed(loading.read_card(path), **changes)
    write_atomically(path, with_card(onnx.load(path), card))
    return card


def write_with_card(source: Path, card: ModelCard, path: Path) -> None:
    """Write a file with another's weights and a card of its own.

    Raises:
        ModelError: If `source` is no model file, or a damaged one.
        OutputError: If it cannot be written.
    """
    loading.read_card(source)
    write_atomically(path, with_card(onnx.load(source), card))
