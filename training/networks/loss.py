"""How surprised a network was, token by token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOTES = (*vocabulary.token_range(Kind.PITCH), *vocabulary.token_range(Kind.DRUM))


def strikes_note(tokens: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which tokens strike a note, PITCH or DRUM; shape of `tokens`."""
    return np.isin(tokens, _NOTES)


def negative_log_likelihoods(logits: NDArray[np.float32], targets: NDArray[np.int32]) -> NDArray[np.float32]:
    """Nats of each target, shape of `targets`, from logits of shape (*targets.shape, vocabulary)."""
    top = logits.max(axis=-1, keepdims=True)
    totals = np.log(np.exp(logits - top).sum(axis=-1)) + top[..., 0]
    chosen = np.take_along_axis(logits, targets[..., None].astype(np.int64), axis=-1)[..., 0]
    nats: NDArray[np.float32] = totals - chosen
    return nats
