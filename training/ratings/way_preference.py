"""The third way to learn, preference: of two pieces for one request the one that was liked better becomes likelier.

Direct preference optimisation (Rafailov et al. 2023): the network is its own reward model, held against its parent.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import keras
import numpy as np
from keras import ops

from composer.tokens.conditions import ANY
from training.networks.loss import negative_log_likelihoods
from training.ratings.rated_windows import asked_of_both, cut_windows, left_open
from training.ratings.taste import group_families

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.networks.base import Network
    from training.networks.tensor import Tensor
    from training.ratings.rated_windows import LearningPiece
    from training.ratings.ratings_file import RatedPiece
    from training.ratings.way_finetune import TellStep

APART = 0.2
"""Difference of approval from which on one piece was liked better than another."""

_MOST_PAIRS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencePlan:
    """How to learn from pairs.

    Attributes:
        seconds: Seconds that it may take.
        passes: Number of passes over the pairs; whichever is used up first counts.
        pairs: Number of pairs a step.
        time: Tokens of each piece, from its START.
        learning_rate: Learning rate at its height.
        beta: How strongly the parent holds; the larger, the closer the network stays to it.
        anchor: Weight of the better piece's own nats a token, so that it does not become less likely too.
        rating: Class of `conditions.RATINGS` that the composer will ask for; ANY where the network knows none.
        seed: Seed of the draws.
    """

    seconds: float
    passes: float = 1.0
    pairs: int = 2
    time: int = 512
    learning_rate: float = 1e-5
    beta: float = 0.05
    anchor: float = 0.2
    rating: int = ANY
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what takes no step."""
        if not min(self.seconds, self.beta, self.learning_rate) > 0 or min(self.pairs, self.time) < 1:
            raise ValueError(f"no such way to learn from pairs: {self}")


def find_pairs(
    rated: Sequence[RatedPiece],
    found: Sequence[LearningPiece],
    rng: np.random.Generator,
    *,
    battles: Sequence[tuple[LearningPiece, LearningPiece]] = (),
) -> list[tuple[LearningPiece, LearningPiece]]:
    """(liked better, liked less) of pieces that were asked for alike.

    Those that met in a battle come first: people heard both, blind. Then come those of a family, which had one request.
    Others had like ones, of one style, mode and class of tempo.

    Args:
        rated: The pieces.
        found: The same, in the same order.
        rng: Draws among the pairs where there are too many.
        battles: Winner and loser of each battle.
    """
    roots = group_families(rated)
    close: dict[object, list[LearningPiece]] = {}
    wide: dict[object, list[LearningPiece]] = {}
    for one, piece in zip(rated, found, strict=True):
        close.setdefault(roots[one.number], []).append(piece)
        wide.setdefault(tuple(piece.classes[:3].tolist()), []).append(piece)
    first = [*battles, *_order_pairs(close)]
    known = {frozenset((one.number, other.number)) for one, other in first}
    second = [pair for pair in _order_pairs(wide) if frozenset((pair[0].number, pair[1].number)) not in known]
    room = max(_MOST_PAIRS - len(first), 0)
    return first[:_MOST_PAIRS] + [second[place] for place in rng.permutation(len(second))[:room]]


def _order_pairs(groups: dict[object, list[LearningPiece]]) -> list[tuple[LearningPiece, LearningPiece]]:
    both = (pair for members in groups.values() for pair in combinations(members, 2))
    ordered = (sorted(pair, key=lambda piece: -piece.approval) for pair in both)
    return [(one, other) for one, other in ordered if one.approval - other.approval >= APART]


def learn_from_pairs(
    network: Network,
    parent: Network,
    found: Sequence[tuple[LearningPiece, LearningPiece]],
    plan: PreferencePlan,
    *,
    tell: TellStep = lambda _step, _steps, _loss: None,
) -> int:
    """Learn from pairs, in place; the parent is left as it is.

    Returns:
        Steps taken.
    """
    rng = np.random.default_rng(plan.seed)
    optimizer = keras.optimizers.AdamW(plan.learning_rate, weight_decay=0.0, clipnorm=1.0)
    network.compile(optimizer=optimizer, loss=_Loss(plan.beta, plan.anchor))
    steps = max(1, round(plan.passes * len(found) / plan.pairs))
    order = np.concatenate([rng.permutation(len(found)) for _ in range(math.ceil(plan.passes) + 1)])
    started = time.monotonic()
    for step in range(steps):
        if time.monotonic() - started >= plan.seconds:
            return step
        chosen = [found[place] for place in order[step * plan.pairs : (step + 1) * plan.pairs]]
        # Both of a pair are held against one request: under what tells them apart there would be nothing to prefer.
        asked = left_open(np.stack([asked_of_both(*pair, rating=plan.rating) for pair in chosen]), rng)
        # All the better ones, then all the others: the loss parts them in the middle.
        members = [*(pair[0] for pair in chosen), *(pair[1] for pair in chosen)]
        shown = cut_windows(members, plan.time, rng, from_start=True, asked=np.concatenate([asked, asked]))
        inputs = (shown.batch.tokens, shown.batch.features)
        before = negative_log_likelihoods(np.asarray(parent(inputs, training=False), np.float32), shown.batch.targets)
        told = np.stack([shown.batch.targets.astype(np.float32), shown.inside, -before * shown.inside], axis=-1)
        optimizer.learning_rate.assign(plan.learning_rate * min(1.0, (step + 1) / 10))
        tell(step + 1, steps, float(network.train_on_batch(inputs, told)))
    return steps


class _Loss(keras.losses.Loss):
    """Minus the log-odds of the preference (their equation 7), and the anchor.

    `told`: shape (2 pairs, time, 3): the target, 1 where there is one, and the parent's log-likelihood of it.
    """

    def __init__(self, beta: float, anchor: float) -> None:
        super().__init__(reduction=None, name="preference")
        self._beta, self._anchor = beta, anchor

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """One number a row; both rows of a pair have the same."""
        targets = ops.cast(y_true[..., 0], "int32")
        inside, before = y_true[..., 1], y_true[..., 2]
        nats = ops.sparse_categorical_crossentropy(targets, ops.cast(y_pred, "float32"), from_logits=True)
        gained = ops.sum(-nats * inside - before, axis=-1)
        better, worse = ops.split(gained, 2)
        ahead = -ops.log_sigmoid(self._beta * (better - worse))
        own, _ = ops.split(ops.sum(nats * inside, axis=-1) / ops.maximum(ops.sum(inside, axis=-1), 1.0), 2)
        loss = ahead + self._anchor * own
        return ops.concatenate([loss, loss])
