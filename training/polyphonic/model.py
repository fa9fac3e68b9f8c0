"""A network that may copy: any network, with a gate for each place that it could copy from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import ops

from training.networks.build import build_network
from training.networks.registry import configuration_from
from training.polyphonic.features import POINTERS, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.networks.tensor import Tensor

_NEVER = -1e9


class Copyist(keras.Model):
    """Logits of the next class: the network's own, and for each source what its gate says at where it points.

    The network's answer is longer by one number per source: its gates. So every architecture can be told to copy
    without knowing of it (after Vinyals et al. 2015, "Pointer Networks", with the mixture made of logits).
    """

    def __init__(self, configuration: dict[str, Any], *, classes: int, masked: float) -> None:
        """Make a network with fresh weights.

        Args:
            configuration: Architecture and sizes; see `registry.configuration_from`.
            classes: Number of classes of an answer.
            masked: Share of the features that is hidden at each step of training.
        """
        super().__init__()
        self.classes = classes
        values = {**configuration, "vocabulary_size": classes + POINTERS, "feature_width": WIDTH}
        self.network = build_network(configuration_from(values))
        self.masking = keras.layers.Dropout(masked)
        self.built = True

    def call(self, inputs: tuple[Tensor, Tensor, Tensor, Tensor], training: bool = False) -> Tensor:  # noqa: FBT001, FBT002
        """Take a window's inputs; return logits (B, T, classes), those of what may not come far below the others."""
        tokens, features, pointers, valid = inputs
        shown = self.masking(features, training=training) if training else features
        answer = self.network((tokens, shown), training=training)
        gates = ops.expand_dims(answer[..., self.classes :], -2)
        copied = ops.squeeze(ops.matmul(gates, ops.cast(pointers, gates.dtype)), -2)
        return ops.where(valid, ops.cast(answer[..., : self.classes] + copied, "float32"), _NEVER)


def step_nats(targets: Tensor, logits: Tensor, *, serial: bool) -> Tensor:
    """Negative log-likelihood: of each class (B, T), or, in independent mode, of each key (B, T, classes)."""
    if serial:
        return keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    return ops.maximum(logits, 0) - logits * targets + ops.log1p(ops.exp(-ops.abs(logits)))


def make_loss(*, serial: bool) -> Callable[[Tensor, Tensor], Tensor]:
    """`step_nats` (B, T) of each step."""

    def per_step(targets: Tensor, logits: Tensor) -> Tensor:
        each = step_nats(targets, logits, serial=serial)
        return each if serial else ops.sum(each, axis=-1)

    return per_step
