"""What a piece says of itself: n-grams that are counted while it is read, mixed with those of a corpus.

A network reads all of a piece, an n-gram of a corpus five tokens. The short-term model of Conklin and Witten 1995,
"Multiple Viewpoint Systems for Music Prediction" (and of IDyOM: Pearce 2005, "The Construction and Evaluation of
Statistical Models of Melodic Structure in Music Perception and Composition") hears what returns.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from training.evaluation.ngrams import TOKEN_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.evaluation.ngrams import Probabilities

ORDER = 8
"""Tokens of the longest context and the token after it."""

_SHARE = 0.02
"""Of the weight of each model, what goes to the other after every token: so a weight never dies out."""

_START = 0.9
"""Weight of the corpus before anything was read."""


def within_piece(tokens: NDArray[np.uint16], *, vocabulary_size: int, order: int = ORDER) -> Probabilities:
    """What the piece so far gives each of its tokens but the first, with Witten-Bell smoothing, shape (tokens - 1,).

    A context leaves as many parts to the order below as it has seen different tokens; the lowest leaves them to all
    tokens alike.
    """
    counts: dict[tuple[int, int], int] = {}
    totals: dict[tuple[int, int], int] = defaultdict(int)
    followers: dict[tuple[int, int], int] = defaultdict(int)
    read = tokens.tolist()
    found = np.empty(len(read) - 1)
    for place in range(1, len(read)):
        token, context, probability = read[place], 0, 1 / vocabulary_size
        keys = []
        for length in range(min(order, place + 1)):
            if length:
                context |= read[place - length] << ((length - 1) * TOKEN_BITS)
            key = (length, context)
            gram = (length, context << TOKEN_BITS | token)
            keys.append((key, gram))
            if key in totals:
                seen = followers[key]
                probability = (counts.get(gram, 0) + seen * probability) / (totals[key] + seen)
        found[place - 1] = probability
        for key, gram in keys:
            followers[key] += gram not in counts
            counts[gram] = counts.get(gram, 0) + 1
            totals[key] += 1
    return found


def mix(corpus: Probabilities, piece: Probabilities) -> Probabilities:
    """A mean of two models' probabilities, weighted by how well each did so far in the piece.

    Herbster and Warmuth 1998, "Tracking the Best Expert": weights are the models' posterior, and share a little.
    """
    mixed = np.empty(len(corpus))
    weight = _START
    for place, (one, other) in enumerate(zip(corpus.tolist(), piece.tolist(), strict=True)):
        mixed[place] = weight * one + (1 - weight) * other
        weight = weight * one / mixed[place]
        weight = (1 - _SHARE) * weight + _SHARE * (1 - weight)
    return mixed
