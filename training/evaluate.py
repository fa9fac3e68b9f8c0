"""Bits per note of a network or a model file on held-out pieces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer import vocabulary
from composer.decoder import Decoder
from composer.vocabulary import Kind
from training.dataset import whole_section
from training.fit import negative_log_likelihoods

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.models import Model
    from training.dataset import Dataset, Entry
    from training.networks import Network

LONGEST = 4096
"""Tokens of a section that are measured, from its START: what a few minutes of music have."""

_NOTES = (*vocabulary.token_range(Kind.PITCH), *vocabulary.token_range(Kind.DRUM))


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
    nats = np.zeros(2)
    notes = 0
    for entry in entries:
        batch = whole_section(data, entry, longest=longest)
        logits = np.asarray(network((batch.tokens, batch.features), training=False))
        each = negative_log_likelihoods(logits, batch.targets)
        struck = np.isin(batch.targets, _NOTES)
        nats += each.sum(), each[struck].sum()
        notes += int(struck.sum())
    return _bits(nats, notes)


def of_model(model: Model, data: Dataset, entries: Iterable[Entry], *, longest: int = LONGEST) -> Bits:
    """Measure a model file by stepping through each section, as the composer does."""
    nats = np.zeros(2)
    notes = 0
    for entry in entries:
        batch = whole_section(data, entry, longest=longest)
        decoder = Decoder(model, 1)
        steps = [decoder.step(batch.tokens[:, t], batch.features[:, t]).copy() for t in range(batch.tokens.shape[1])]
        each = negative_log_likelihoods(np.stack(steps, axis=1), batch.targets)
        struck = np.isin(batch.targets, _NOTES)
        nats += each.sum(), each[struck].sum()
        notes += int(struck.sum())
    return _bits(nats, notes)


def _bits(nats: np.ndarray, notes: int) -> Bits:
    whole, pitch = (nats / math.log(2) / max(notes, 1)).tolist()
    return Bits(round(whole, 4), round(pitch, 4), notes)
