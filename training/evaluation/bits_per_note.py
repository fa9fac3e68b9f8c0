"""Bits per note of a network or a model file on held-out pieces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from composer.models.runner import ModelRunner
from training.corpus.batches import whole_section
from training.networks.loss import negative_log_likelihoods, strikes_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from composer.models.loading import Model
    from training.corpus.batches import Batch
    from training.corpus.dataset import CorpusEntry, Dataset
    from training.networks.base import Network

LONGEST = 4096
"""Tokens of a section that are measured, from its START: what a few minutes of music have."""

_SAMPLED = 24

SIDE_BY_SIDE = 32
"""Sections that a model file steps through together."""

_ROWS, _SHORTEST = 16, 512
"""Sections that a network is shown together, and the fewest tokens to which they are filled up."""


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


@dataclass(frozen=True, slots=True)
class Cost:
    """What one section costs, in nats.

    Attributes:
        nats: Nats of all tokens.
        pitch_nats: Nats of the PITCH and DRUM tokens alone.
        notes: Notes measured.
        tokens: Tokens measured.
    """

    nats: float
    pitch_nats: float
    notes: int
    tokens: int


def add_up(costs: Iterable[Cost]) -> Bits:
    """Sections taken together."""
    counted = list(costs)
    notes = sum(cost.notes for cost in counted)
    over = math.log(2) * max(notes, 1)
    return Bits(
        round(sum(cost.nats for cost in counted) / over, 4),
        round(sum(cost.pitch_nats for cost in counted) / over, 4),
        notes,
    )


def sample_entries(entries: Sequence[CorpusEntry]) -> list[CorpusEntry]:
    """A few entries, evenly spread."""
    if not entries:
        return []
    return [entries[place] for place in np.unique(np.linspace(0, len(entries) - 1, _SAMPLED).astype(int))]


def cost_of(nats: NDArray[np.floating[Any]], targets: NDArray[np.int32]) -> Cost:
    """The cost of a section from the nats of each of its tokens; both of one shape."""
    strikes = strikes_note(targets)
    return Cost(float(nats.sum()), float(nats[strikes].sum()), int(strikes.sum()), targets.size)


def of_network(network: Network, data: Dataset, entries: Iterable[CorpusEntry], *, longest: int = LONGEST) -> Bits:
    """Measure a Keras network, each section with its whole past as context."""
    # As a graph: taken step by step from Python, the loop of an LSTM over the test split would last an hour. Not by
    # XLA, which took four times as long for it.
    network.jit_compile = False
    known: set[int] = set()

    def nats(sections: Sequence[Batch]) -> list[NDArray[np.float32]]:
        lengths = [section.targets.shape[1] for section in sections]
        # Filled up to one of few lengths, which attention can take apart; what follows an end changes nothing before.
        time = _SHORTEST * 2 ** math.ceil(math.log2(max(*lengths, _SHORTEST) / _SHORTEST))
        if time not in known:
            # Or Keras would go over to a graph for whatever length, in which nothing can be taken apart.
            network.make_predict_function(force=True)
            known.add(time)
        tokens, features, targets = _side_by_side(sections, time)
        found = negative_log_likelihoods(network.predict_on_batch((tokens, features)), targets)
        return [row[None, :length] for row, length in zip(found, lengths, strict=True)]

    return add_up(_measure_in_groups(nats, data, list(entries), longest=longest, together=_ROWS))


def of_model(model: Model, data: Dataset, entries: Iterable[CorpusEntry], *, longest: int = LONGEST) -> Bits:
    """Measure a model file by stepping through each section, as the composer does."""
    return add_up(costs_of_model(model, data, list(entries), longest=longest))


def costs_of_model(
    model: Model, data: Dataset, entries: Sequence[CorpusEntry], *, longest: int = LONGEST, together: int = SIDE_BY_SIDE
) -> list[Cost]:
    """What each section costs a model file, in the order of the entries; `together` step side by side."""
    return _measure_in_groups(partial(_nats_by_steps, model), data, entries, longest=longest, together=together)


def _measure_in_groups(
    nats_of: Callable[[Sequence[Batch]], Sequence[NDArray[np.float32]]],
    data: Dataset,
    entries: Sequence[CorpusEntry],
    *,
    longest: int,
    together: int,
) -> list[Cost]:
    """Hand `nats_of` sections of like length, the longest first, as many at once as go `together`."""
    order = sorted(range(len(entries)), key=lambda place: -entries[place].length)
    costs: dict[int, Cost] = {}
    for first in tqdm(range(0, len(order), together), unit="batch", disable=None):
        places = order[first : first + together]
        sections = [whole_section(data, entries[place], longest=longest) for place in places]
        for place, section, nats in zip(places, sections, nats_of(sections), strict=True):
            costs[place] = cost_of(nats, section.targets)
    return [costs[place] for place in range(len(entries))]


def _nats_by_steps(model: Model, sections: Sequence[Batch]) -> list[NDArray[np.float32]]:
    """Nats of each section's tokens, shape (1, time); the longest section must come first."""
    lengths = np.array([section.targets.shape[1] for section in sections])
    tokens, features, targets = _side_by_side(sections, lengths[0])
    decoder = ModelRunner(model, len(sections))
    nats = np.zeros(targets.shape, np.float32)
    for place in range(lengths[0]):
        going = int((lengths > place).sum())
        if going < decoder.batch:
            decoder.keep(range(going))
        logits = decoder.step(tokens[:going, place], features[:going, place])
        nats[:going, place] = negative_log_likelihoods(logits, targets[:going, place])
    return [row[None, :length] for row, length in zip(nats, lengths, strict=True)]


def _side_by_side(sections: Sequence[Batch], time: int) -> Iterator[NDArray[Any]]:
    """Tokens, features and targets of all sections, (batch, time, ...)."""
    columns = zip(*((one.tokens, one.features, one.targets) for one in sections), strict=True)
    return (np.concatenate([_fill_up(values, time) for values in column]) for column in columns)


def _fill_up(values: NDArray[Any], time: int) -> NDArray[Any]:
    """Shape (1, time, ...): zeros follow where the section has ended."""
    return np.pad(values, ((0, 0), (0, time - values.shape[1]), *((0, 0),) * (values.ndim - 2)))
