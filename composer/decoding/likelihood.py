"""How likely a network finds music that it did not write."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from composer.models.runner import ModelRunner
from composer.music.chord_reading import chord_changes
from composer.tokens import features, tokenizer, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from composer.models.loading import Model
    from composer.music.score import Score
    from composer.tokens.conditions import Conditions
    from composer.tokens.features import FeatureSet


def mean_nats(
    model: Model,
    scores: Sequence[Score],
    conditions: Conditions,
    *,
    longest: int,
    progress: Callable[[], None] = lambda: None,
) -> list[float]:
    """The mean negative log-likelihood a token of each score's beginning, in nats.

    Args:
        model: The network that judges.
        scores: At least one piece in C major or A minor, all of one metre and one number of bars.
        conditions: What the network is told of them.
        longest: Tokens that are read of each; all are cut to what the shortest has.
        progress: Called before every token; what it raises ends the work.
    """
    tokens, rows = zip(*(_read(score, longest, model.reads) for score in scores), strict=True)
    shortest = min(len(own) for own in tokens)
    said = np.stack([own[:shortest] for own in tokens])
    beside = _features(np.stack([own[:shortest] for own in rows]), conditions, model.reads)
    runner = ModelRunner(model, len(scores))
    nats = np.zeros(len(scores))
    everyone = np.arange(len(scores))
    for place in range(shortest - 1):
        progress()
        logits = runner.step(said[:, place], beside[:, place])
        highest = logits.max(axis=-1)
        # Summed as 64-bit numbers, so that the order of a sum does not show.
        total = np.log(np.exp(logits - highest[:, None]).sum(axis=-1, dtype=np.float64)) + highest
        nats += total - logits[everyone, said[:, place + 1]]
    return [float(own) for own in nats / max(shortest - 1, 1)]


def nats_after(model: Model, score: Score, conditions: Conditions, *, bar: int) -> float:
    """The negative log-likelihood of a piece from one of its bars on, in nats, after all that stands before.

    Args:
        model: The network that judges.
        score: A piece in C major or A minor.
        conditions: What the network is told of it.
        bar: Bar from which on tokens count, beginning with its BAR.
    """
    tokens, rows = _read(score, sys.maxsize, model.reads)
    begins = np.flatnonzero(tokens == vocabulary.BAR)[bar]
    beside = _features(rows, conditions, model.reads)
    runner = ModelRunner(model, 1)
    nats = 0.0
    for place, following in enumerate(tokens[1:]):
        logits = runner.step(tokens[place : place + 1], beside[place : place + 1])[0]
        if place + 1 >= begins:
            highest = logits.max()
            nats += float(np.log(np.exp(logits - highest).sum(dtype=np.float64)) + highest - logits[following])
    return nats


def _read(score: Score, longest: int, reads: FeatureSet) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """The first tokens of a score, shape (tokens,), and the tracker's row after each, shape (tokens, bytes)."""
    tokens = tokenizer.encode(tokenizer.quantised(score))[:longest]
    tracker = reads.track(score.metre, score.bars, chords=chord_changes(score) if reads.has_outlook else ())
    rows = bytearray()
    for token in tokens:
        tracker.read(token)
        rows += tracker.row
    return np.array(tokens, np.int32), np.frombuffer(bytes(rows), np.uint8).reshape(-1, reads.row_width)


def _features(rows: NDArray[np.uint8], conditions: Conditions, reads: FeatureSet) -> NDArray[np.float32]:
    return reads.features(rows, features.condition_features(np.array(conditions.classes(), np.uint8)))
