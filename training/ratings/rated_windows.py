"""Rated pieces as windows that a network learns from: tokens, positions, conditions, and how well each was liked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import TICKS_PER_QUARTER
from composer.tokens import conditions, features
from composer.tokens.conditions import ANY, RATINGS, Conditions, density_class, style_class, tempo_class
from training.corpus.batches import ANY_SHARE, Batch
from training.corpus.dataset import tracked_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.compose import Composition
    from training.ratings.ratings_file import RatedPiece

    Row = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8], NDArray[np.float32]]
    """Tokens, targets, position rows, and where there is a target."""

PRIOR_VOTES = 2.0
"""Votes at the mean of all that each piece is credited with, so that one voice makes no verdict."""

_CLASSES = len(conditions.SIZES)
RATING = list(conditions.SIZES).index("rating")
"""Place of the rating among a piece's classes."""

_MIXED_FROM, _LIKED_FROM = 1 / 3, 2 / 3
"""Quantiles of approval that part disliked from mixed and mixed from liked pieces."""


@dataclass(frozen=True, slots=True)
class LearningPiece:
    """A piece to learn from.

    Attributes:
        number: Number of the generation.
        tokens: Tokens from START to END, shape (tokens,).
        rows: Position after each token, shape (tokens, bytes).
        classes: Class of each condition, the rating among them, shape (conditions,).
        approval: Share of votes for it, drawn towards the mean of all, 0 to 1.
    """

    number: int
    tokens: NDArray[np.uint16]
    rows: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    approval: float


def approval_shares(rated: Sequence[RatedPiece]) -> NDArray[np.float64]:
    """Each piece's share of votes for it, with `PRIOR_VOTES` more at the mean of all; shape (pieces,)."""
    liked, disliked = (np.array(values) for values in zip(*((one.liked, one.disliked) for one in rated), strict=True))
    mean = liked.sum() / (liked.sum() + disliked.sum())
    shares: NDArray[np.float64] = (liked + PRIOR_VOTES * mean) / (liked + disliked + PRIOR_VOTES)
    return shares


def learning_pieces(rated: Sequence[RatedPiece]) -> list[LearningPiece]:
    """All rated pieces, ready to be cut into windows."""
    shares = approval_shares(rated)
    edges = np.quantile(shares, [_MIXED_FROM, _LIKED_FROM])
    ratings = np.searchsorted(edges, shares, side="right") + 1
    return [
        _learning_piece(one, float(share), int(rating))
        for one, share, rating in zip(rated, shares, ratings, strict=True)
    ]


def of_battle(one: RatedPiece) -> LearningPiece:
    """A piece that was heard in a battle, whose own votes nobody counts: neither liked nor not."""
    return _learning_piece(one, 0.5, (len(RATINGS) + 1) // 2)


def of_composition(piece: Composition, number: int) -> LearningPiece:
    """A piece that a model composed, as a piece that was neither liked nor not."""
    plan = piece.plan
    tokens = np.array(piece.tokens, np.uint16)
    rows = tracked_rows(piece.tokens, plan.metre, bars=plan.bars)
    return LearningPiece(number, tokens, rows, np.array(plan.conditions.classes(), np.uint8), 0.5)


def _learning_piece(one: RatedPiece, approval: float, rating: int) -> LearningPiece:
    assert 1 <= rating <= len(RATINGS)
    quarters = one.tempo * one.metre.beat_ticks / TICKS_PER_QUARTER
    asked = Conditions(
        style=style_class(one.style),
        mode=1 + one.key.mode,
        tempo=tempo_class(quarters, one.metre),
        density=density_class(one.score),
        rating=rating,
    )
    tokens = np.array(one.tokens, np.uint16)
    rows = tracked_rows(one.tokens, one.metre, bars=one.bars)
    return LearningPiece(one.number, tokens, rows, np.array(asked.classes(), np.uint8), approval)


@dataclass(frozen=True, slots=True)
class RatedWindows:
    """Windows of pieces, one a row.

    Attributes:
        batch: Tokens, features and targets; what follows a piece's end is 0.
        inside: Mask of shape (batch, time): 1 where there is a target, 0 after the piece's end.
        approval: Approval of each window's piece, shape (batch,).
    """

    batch: Batch
    inside: NDArray[np.float32]
    approval: NDArray[np.float64]


def cut_windows(
    found: Sequence[LearningPiece],
    time: int,
    rng: np.random.Generator,
    *,
    from_start: bool = False,
    asked: NDArray[np.uint8] | None = None,
) -> RatedWindows:
    """A window of `time` tokens of each piece.

    Args:
        found: The pieces.
        time: Tokens a window.
        rng: Draws the places and which conditions are left open.
        from_start: Whether all windows begin with their piece.
        asked: Classes under which each piece is shown, shape (pieces, conditions); without them its own, left open now
            and then, as in training on a corpus.
    """
    cut = [_cut_window(piece, time, 0 if from_start else _draw_place(piece, time, rng)) for piece in found]
    tokens, targets, rows, inside = (np.stack(column) for column in zip(*cut, strict=True))
    classes = left_open(np.stack([piece.classes for piece in found]), rng) if asked is None else asked
    everywhere = np.broadcast_to(classes[:, None], (len(found), time, _CLASSES))
    inputs = features.NEWEST.features(rows, features.condition_features(everywhere))
    return RatedWindows(Batch(tokens, inputs, targets), inside, np.array([piece.approval for piece in found]))


def left_open(classes: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The same classes, some of them ANY, as often as in training on a corpus."""
    return np.where(rng.random(classes.shape) < ANY_SHARE, ANY, classes).astype(np.uint8)


def asked_of_both(one: LearningPiece, other: LearningPiece, *, rating: int) -> NDArray[np.uint8]:
    """What two pieces for one request were asked for: the classes that they share, and a rating; shape (conditions,).

    The rating that each was given is none of the request's: whoever asks does not know yet which will be liked.
    """
    classes = np.where(one.classes == other.classes, one.classes, ANY).astype(np.uint8)
    classes[RATING] = rating
    return classes


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
