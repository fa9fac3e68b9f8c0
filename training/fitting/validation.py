"""How surprised a network is by the validation split."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from training.corpus.batches import batch_at
from training.networks.loss import negative_log_likelihoods, strikes_note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.corpus.batches import Batch
    from training.corpus.dataset import Dataset
    from training.networks.base import Network


def validation_windows(data: Dataset, window: int, *, every: int = 3) -> Iterator[Batch]:
    """Every third window of the validation split, cut end to end."""
    entries = data.of("valid")
    if not entries:
        return
    start, stop = entries[0].start, entries[-1].start + entries[-1].length
    classes = np.array([entry.classes for entry in entries], np.uint8)
    starts = np.array([entry.start for entry in entries])
    for begin in range(start, stop - window, window * every):
        places = np.arange(begin, begin + window)
        inside = classes[np.searchsorted(starts, places, side="right") - 1]
        yield batch_at(data, places[None], inside[None])


def bits_per_note(network: Network, windows: list[Batch]) -> float:
    """Negative log-likelihood of all tokens over the number of notes, in bits; inf without windows."""
    nats = notes = 0.0
    for first in range(0, len(windows), 8):
        group = windows[first : first + 8]
        tokens, inputs, targets = (
            np.concatenate([getattr(window, name) for window in group]) for name in ("tokens", "features", "targets")
        )
        logits = network.predict_on_batch((tokens, inputs))
        nats += float(negative_log_likelihoods(logits, targets).sum())
        notes += strikes_note(targets).sum()
    return nats / math.log(2) / notes if notes else math.inf
