"""Rows of positions and conditions -> what a network reads beside every token."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import TICKS_PER_QUARTER
from composer.styles.table import LEARNED_STYLES
from composer.tokens import conditions, position, vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = 2
"""Raise it when the meaning of any feature changes."""

_BARS_LEFT_EDGES = (1, 2, 3, 4, 5, 8, 9, 16, 17, 32)
_ONSET_EDGES = (4, 7, 9, 13, 25, 49)


def _one_hot(classes: int, *, first: int = 0) -> NDArray[np.float32]:
    """Table of shape (256, classes): row v is the one-hot of v - first, all zero outside."""
    table = np.zeros((256, classes), np.float32)
    table[np.arange(classes) + first, np.arange(classes)] = 1
    return table


def _binned(edges: tuple[int, ...], scale: float) -> NDArray[np.float32]:
    """Table of shape (256, len(edges) + 2): the one-hot of the bin, then the value over `scale`, at most 2."""
    values = np.arange(256)
    one_hot = np.eye(len(edges) + 1, dtype=np.float32)[np.searchsorted(edges, values, side="right")]
    return np.hstack([one_hot, np.minimum(values / scale, 2.0).astype(np.float32)[:, None]])


def _next_onset() -> NDArray[np.float32]:
    table = _binned(_ONSET_EDGES, 48.0)
    table[position.NO_ONSET] = 0
    return table


def _waves() -> NDArray[np.float32]:
    """Table of shape (256, 6): sine and cosine of the position over a quarter, an eighth and a half."""
    angles = 2 * np.pi * np.arange(256)[:, None] / (TICKS_PER_QUARTER * np.array([1.0, 0.5, 2.0]))
    return np.hstack([np.sin(angles), np.cos(angles)]).astype(np.float32)


_TABLES = (
    (position.BARS_LEFT, _binned(_BARS_LEFT_EDGES, 32.0)),
    (position.POSITION, _waves()),
    (position.POSITION, _binned((1, 12, 24, 36, 48, 72, 96, 120), 96.0)),
    (position.PHRASE, _one_hot(position.PHRASE_BARS)),
    (position.METRE, _one_hot(len(vocabulary.METRES))),
    (position.PART, _one_hot(position.NO_PART)),
    (position.VELOCITY, _one_hot(len(vocabulary.VELOCITIES), first=1)),
    (position.ECHO, _one_hot(len(position.ECHO_EDGES), first=1)),
    *((position.NEXT_ONSETS + source, _next_onset()) for source in range(position.SOURCES)),
)
_CONDITION_TABLES = tuple(_one_hot(size, first=1) for size in conditions.SIZES.values())
_PITCH_BITS = position.WIDTH - position.PITCHES

POSITION_WIDTH = sum(table.shape[1] for _, table in _TABLES) + 8 * _PITCH_BITS
CONDITION_WIDTH = sum(table.shape[1] for table in _CONDITION_TABLES)
FEATURE_WIDTH = POSITION_WIDTH + CONDITION_WIDTH


def position_features(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Features of rows of positions, of shape (..., position.WIDTH); shape (..., POSITION_WIDTH)."""
    looked_up = [table[rows[..., column]] for column, table in _TABLES]
    pitches = np.unpackbits(rows[..., position.PITCHES :], axis=-1, bitorder="little").astype(np.float32)
    return np.concatenate([*looked_up, pitches], axis=-1)


def condition_features(classes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Features of condition classes of shape (..., len(conditions.SIZES)); shape (..., CONDITION_WIDTH)."""
    looked_up = [table[classes[..., column]] for column, table in enumerate(_CONDITION_TABLES)]
    return np.concatenate(looked_up, axis=-1)


def fingerprint() -> str:
    """Sixteen hex digits that change when a feature's place or meaning changes."""
    shapes = [(column, table.shape) for column, table in _TABLES]
    text = repr((VERSION, shapes, position.LAGS, position.ECHO_EDGES, position.WIDTH, LEARNED_STYLES, conditions.SIZES))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
