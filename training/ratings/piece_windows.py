"""Pieces of a model as windows that a network learns from: tokens, positions and conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.tokens import conditions, features
from composer.tokens.conditions import ANY
from training.corpus.batches import ANY_SHARE, Batch
from training.corpus.dataset import tracked_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.compose import Composition

    Row = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8], NDArray[np.float32]]
    """Tokens, targets, position rows, and where there is a target."""

_CLASSES = len(conditions.SIZES)
RATING = list(conditions.SIZES).index("rating")
"""Place of the rating among a piece's classes."""


@dataclass(frozen=True, slots=True)
class LearningPiece:
    """A piece to learn from.

    Attributes:
        number: Number of the generation.
        tokens: Tokens from START to END, shape (tokens,).
        rows: Position after each token, shape (tokens, bytes).
        classes: Class of each condition, the rating among them, shape (conditions,).
    """

    number: int
    tokens: NDArray[np.uint16]
    rows: NDArray[np.uint8]
    classes: NDArray[np.uint8]


def of_composition(piece: Composition, number: int) -> LearningPiece:
    """A piece that a model composed, as a piece to learn from."""
    plan = piece.plan
    tokens = np.array(piece.tokens, np.uint16)
    rows = tracked_rows(piece.tokens, plan.metre, bars=plan.bars)
    return LearningPiece(number, tokens, rows, np.array(plan.conditions.classes(), np.uint8))


@dataclass(frozen=True, slots=True)
class PieceWindows:
    """Windows of pieces, one a row.

    Attributes:
        batch: Tokens, features and targets; what follows a piece's end is 0.
        inside: Mask of shape (batch, time): 1 where there is a target, 0 after the piece's end.
    """

    batch: Batch
    inside: NDArray[np.float32]


def cut_windows(found: Sequence[LearningPiece], time: int, rng: np.random.Generator) -> PieceWindows:
    """A window of `time` tokens of each piece, its conditions left open now and then, as in training on a corpus.

    Args:
        found: The pieces.
        time: Tokens a window.
        rng: Draws the places and which conditions are left open.
    """
    cut = [_cut_window(piece, time, _draw_place(piece, time, rng)) for piece in found]
    tokens, targets, rows, inside = (np.stack(column) for column in zip(*cut, strict=True))
    classes = _left_open(np.stack([piece.classes for piece in found]), rng)
    everywhere = np.broadcast_to(classes[:, None], (len(found), time, _CLASSES))
    inputs = features.NEWEST.features(rows, features.condition_features(everywhere))
    return PieceWindows(Batch(tokens, inputs, targets), inside)


def _left_open(classes: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The same classes, some of them ANY, as often as in training on a corpus."""
    return np.where(rng.random(classes.shape) < ANY_SHARE, ANY, classes).astype(np.uint8)


def _draw_place(piece: LearningPiece, time: int, rng: np.random.Generator) -> int:
    return int(rng.integers(max(len(piece.tokens) - time, 1)))


def _cut_window(piece: LearningPiece, time: int, begin: int) -> Row:
    end = min(begin + time, len(piece.tokens) - 1)
    room = ((0, time - (end - begin)),)
    return (
        np.pad(piece.tokens[begin:end].astype(np.int32), room),
        np.pad(piece.tokens[begin + 1 : end + 1].astype(np.int32), room),
        np.pad(piece.rows[begin:end], (*room, (0, 0))),
        np.pad(np.ones(end - begin, np.float32), room),
    )
