"""Bits per note of a network or a model file on held-out pieces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.decoder import Decoder
from training.dataset import whole_section
from training.likelihood import negative_log_likelihoods, struck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from composer.models import Model
    from training.dataset import Batch, Dataset, Entry
    from training.networks import Network

LONGEST = 4096
"""Tokens of a section that are measured, from its START: what a few minutes of music have."""


@dataclass(frozen=True, slots=True)
class Bits:
    """A measurement.

    Attributes:
        per_note: Bits of all tokens, over the number of notes.
        pitch: Bits of the PITCH and DRUM tokens alone, over the number of notes.
        notes: Notes measured.
    """

    per_note: float
    pitch: float
    notes: int


def of_network(network: Network, data: Dataset, entries: Iterable[Entry], *, longest: int = LONGEST) -> Bits:
    """Measure a Keras network, each section with its whole past as context."""

    def logits(section: Batch) -> NDArray[np.float32]:
        return np.asarray(network((section.tokens, section.features), training=False))

    return _measured(logits, data, entries, longest=longest)


def of_model(model: Model, data: Dataset, entries: Iterable[Entry], *, longest: int = LONGEST) -> Bits:
    """Measure a model file by stepping through each section, as the composer does."""

    def logits(section: Batch) -> NDArray[np.float32]:
        decoder = Decoder(model, 1)
        places = range(section.tokens.shape[1])
        return np.stack([decoder.step(section.tokens[:, t], section.features[:, t]) for t in places], axis=1)

    return _measured(logits, data, entries, longest=longest)


def _measured(
    logits: Callable[[Batch], NDArray[np.float32]], data: Dataset, entries: Iterable[Entry], *, longest: int
) -> Bits:
    nats = np.zeros(2)
    notes = 0
    for entry in entries:
        section = whole_section(data, entry, longest=longest)
        each = negative_log_likelihoods(logits(section), section.targets)
        strikes = struck(section.targets)
        nats += each.sum(), each[strikes].sum()
        notes += int(strikes.sum())
    whole, pitch = (nats / math.log(2) / max(notes, 1)).tolist()
    return Bits(round(whole, 4), round(pitch, 4), notes)
