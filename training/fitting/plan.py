"""How a network is trained: budgets, rates and what is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.fitting import checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """How to train.

    Attributes:
        tokens: Budget of tokens; the learning rate falls along a cosine to its end.
        minutes: Budget of time in this and earlier sessions of the run; whichever is used up first counts.
        batch: Number of windows a step.
        time: Number of tokens a window.
        learning_rate: Learning rate at its height, after `warmup` steps.
        weight_decay: Weight decay of AdamW.
        average: Momentum of the moving average of the weights that is checked, kept and exported.
        check_minutes: Minutes between checks on the validation set, each followed by a checkpoint.
        seed: Seed of the first weights and the batches; a run that goes on keeps its own.
        stack: Steps that are compiled into one call where the backend is JAX; budgets are spent to the end of one.
        weights: How often the corpus's sets are drawn, see `dataset.Batches`.
    """

    tokens: int = 60_000_000
    minutes: float = math.inf
    batch: int = 8
    time: int = 1024
    learning_rate: float = 2e-3
    warmup: int = 200
    weight_decay: float = 0.02
    average: float = 0.998
    check_minutes: float = 6.0
    seed: int = 1
    stack: int = 16
    weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse plans that could not take a step."""
        if min(self.tokens, self.batch, self.time, self.warmup, self.stack) < 1:
            raise ValueError("tokens, batch, time, warmup and stack must be at least 1")
        if not min(self.minutes, self.check_minutes, self.learning_rate) > 0:
            raise ValueError("minutes, check_minutes and learning_rate must be above 0")
        if not 0 <= self.average < 1 or self.weight_decay < 0:
            raise ValueError(
                f"average must be in [0, 1), weight_decay not below 0: {self.average}, {self.weight_decay}"
            )

    def rate(self, run: checkpoint.FittingRun) -> float:
        """Learning rate of the next step."""
        progress = min(1.0, max(run.tokens / self.tokens, run.seconds / (60 * self.minutes)))
        cosine = 0.02 + 0.98 * (1 + math.cos(math.pi * progress)) / 2
        return self.learning_rate * cosine * min(1.0, (run.steps + 1) / self.warmup)

    def spent(self, run: checkpoint.FittingRun) -> bool:
        """Whether a budget is used up."""
        return run.tokens >= self.tokens or run.seconds >= 60 * self.minutes
