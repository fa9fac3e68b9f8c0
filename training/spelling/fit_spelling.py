"""Scores with names -> the weights by which the notation spells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import PITCH_CLASSES
from composer.notation.spelling import signature
from composer.notation.spelling_features import FEATURES, fifths_and_features
from training.spelling.methods import ps13s1, written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from training.spelling.spelt_pieces import SpeltPiece

MOST_NOTES = 200_000
"""Notes that are learned from, drawn by chance: more change nothing."""

_PENALTY = 10.0
"""Inverse strength of the squared penalty on the weights."""


def fit(pieces: Iterable[SpeltPiece]) -> dict[str, float]:
    """Log odds of the sharper spelling that each feature adds, to three decimals."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes a second to load

    seen, sharper = zip(*(_examples(piece) for piece in pieces), strict=True)
    features, answers = np.concatenate(seen), np.concatenate(sharper)
    drawn = np.random.default_rng(0).permutation(len(answers))[:MOST_NOTES]
    # Without an intercept: the degrees of both modes have one each.
    model = LogisticRegression(C=_PENALTY, max_iter=400, fit_intercept=False).fit(features[drawn], answers[drawn])
    return dict(zip(FEATURES, (round(float(weight), 3) for weight in model.coef_[0]), strict=True))


def _examples(piece: SpeltPiece) -> tuple[np.ndarray, np.ndarray]:
    """Features, and whether people wrote the sharper spelling, of all notes that have one of the two."""
    notes = piece.notes
    flatter, features = fifths_and_features(
        [note.start for note in notes],
        [note.pitch for note in notes],
        [note.part for note in notes],
        [(signature(key), key.mode) for key in piece.keys],
    )
    names = written(piece)
    shift = min((0, -PITCH_CLASSES, PITCH_CLASSES), key=lambda by: int(np.sum(ps13s1(piece) + by != names)))
    above = names - shift - flatter
    usable = (above == 0) | (above == PITCH_CLASSES)
    return features[usable], above[usable] == PITCH_CLASSES
