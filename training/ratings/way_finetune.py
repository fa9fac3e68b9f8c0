"""The second way to learn, finetuning: the network itself, towards music of one's own, tied to what it was."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np

from training.corpus.batches import Batches
from training.ratings.piece_windows import PieceWindows, cut_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from training.corpus.dataset import Dataset
    from training.networks.base import Network
    from training.ratings.piece_windows import LearningPiece

    TellStep = Callable[[int, int, float], None]
    """Called with the steps taken, those planned, and the mean loss of late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinetunePlan:
    """How to finetune.

    Attributes:
        seconds: Seconds that it may take.
        passes: Number of passes over the model's own pieces' tokens; whichever is used up first counts.
        batch: Number of windows a step.
        time: Number of tokens a window.
        learning_rate: Learning rate at its height.
        tie: Weight of the parent's own distribution beside the token that was played, which weighs 1 (Hinton et al.
            2015, "Distilling the Knowledge in a Neural Network").
        replay: Share of the windows that are the corpus's; the others are the model's own.
        seed: Seed of the draws.
    """

    seconds: float
    passes: float = 4.0
    batch: int = 4
    time: int = 512
    learning_rate: float = 5e-5
    tie: float = 3.0
    replay: float = 0.5
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what takes no step."""
        if not self.seconds > 0 or min(self.batch, self.time) < 1 or self.tie < 0 or not 0 <= self.replay < 1:
            raise ValueError(f"no such plan: {self}")


_WARMUP = 10
_LATE = 20
"""Steps over which the loss is averaged that is told."""


def finetune_network(
    network: Network,
    parent: Network,
    own: Sequence[LearningPiece],
    plan: FinetunePlan,
    *,
    corpus: Dataset,
    tell: TellStep = lambda _step, _steps, _loss: None,
) -> int:
    """Finetune a network in place.

    The target at each place is a mixture of what was played and what the parent would have played.

    Args:
        network: A copy of the parent.
        parent: Network that is held against; left as it is.
        own: Pieces by the parent, so that it stays what it was.
        plan: How to finetune.
        corpus: Music to learn.
        tell: Told of every step.

    Returns:
        Steps taken.
    """
    rng = np.random.default_rng(plan.seed)
    optimizer = keras.optimizers.AdamW(plan.learning_rate, weight_decay=0.0, clipnorm=1.0)
    network.compile(optimizer=optimizer, loss=keras.losses.CategoricalCrossentropy(from_logits=True))
    music = Batches(corpus, {}, seed=plan.seed)
    steps = max(1, round(plan.passes * sum(len(piece.tokens) for piece in own) / (plan.batch * plan.time)))
    started, losses = time.monotonic(), [0.0]
    for step in range(steps):
        spent = (time.monotonic() - started) / plan.seconds
        if spent >= 1:
            return step
        optimizer.learning_rate.assign(plan.learning_rate * _rate_share(step, max(step / steps, spent)))
        losses.append(_take_step(network, parent, _draw_windows(own, music, plan, rng), plan.tie))
        tell(step + 1, steps, float(np.mean(losses[-_LATE:])))
    return steps


def _take_step(network: Network, parent: Network, shown: PieceWindows, tie: float) -> float:
    """Learn from some windows, and from the parent; the loss."""
    inputs = (shown.batch.tokens, shown.batch.features)
    targets = _mix_targets(shown.batch.targets, np.asarray(parent(inputs, training=False)), tie)
    return float(network.train_on_batch(inputs, targets, sample_weight=shown.inside * (1 + tie)))


def _rate_share(step: int, progress: float) -> float:
    """Share of the learning rate at its height: up over the first steps, then down along a cosine."""
    return min(1.0, (step + 1) / _WARMUP) * (0.05 + 0.95 * (1 + math.cos(math.pi * progress)) / 2)


def _draw_windows(
    own: Sequence[LearningPiece], music: Batches, plan: FinetunePlan, rng: np.random.Generator
) -> PieceWindows:
    """Windows of the model's own pieces, and of the corpus."""
    others = round(plan.replay * plan.batch)
    shown = cut_windows([own[place] for place in rng.integers(len(own), size=plan.batch - others)], plan.time, rng)
    if not others:
        return shown
    batch = music.draw(others, plan.time)
    both = (
        np.concatenate([getattr(one, name) for one in (shown.batch, batch)])
        for name in ("tokens", "features", "targets")
    )
    inside = np.concatenate([shown.inside, np.ones((others, plan.time), np.float32)])
    return PieceWindows(type(batch)(*both), inside)


def _mix_targets(targets: NDArray[np.int32], logits: NDArray[np.float32], tie: float) -> NDArray[np.float32]:
    """Distributions to learn, shape (batch, time, vocabulary): what was played and what the parent would have."""
    values = np.exp(logits.astype(np.float32) - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = values / values.sum(axis=-1, keepdims=True)
    played = 1 / (1 + tie)
    shares *= 1 - played
    rows, columns = np.indices(targets.shape)
    shares[rows, columns, targets] += played
    return shares
