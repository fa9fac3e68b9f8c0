"""What each network is trained with on each set, as found by experiment on the validation pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.fitting.plan import TrainingPlan
from training.networks import registry
from training.polyphonic.fitting import Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping

DROPOUT: Mapping[str, float] = {"jsb": 0.35, "nottingham": 0.15, "muse": 0.2, "piano": 0.3}
MASKED: Mapping[str, float] = {"jsb": 0.2, "nottingham": 0.1, "muse": 0.1, "piano": 0.2}
STEPS: Mapping[str, int] = {"jsb": 2_500_000, "nottingham": 5_000_000, "muse": 10_000_000, "piano": 5_000_000}
"""Budget of steps in serialised mode; a step of independent mode is a whole frame, and it gets a quarter as many."""

CHECKS = 20
"""How often a run is checked until its budget is spent."""


def find_recipe(architecture: str, mode: str, name: str, *, seed: int, minutes: float) -> Recipe:
    """The recipe of one run.

    Args:
        architecture: One of `registry.NETWORKS`.
        mode: One of `steps.MODES`.
        name: One of `rolls.FILES`.
        seed: Seed of the first weights and the batches.
        minutes: Budget of time; the learning rate falls to its end or to that of the steps, whichever is nearer.
    """
    sizes = registry.load_kind(architecture).benchmark_sizes
    budget = STEPS[name] if mode == "serialised" else STEPS[name] // 4
    return Recipe(
        network={"architecture": architecture, "dropout": DROPOUT[name], **sizes},
        masked=MASKED[name],
        checked=budget // CHECKS,
        plan=TrainingPlan(
            tokens=budget,
            minutes=minutes,
            batch=16,
            time=192,
            warmup=100,
            average=0.99,
            weight_decay=0.05,
            seed=seed,
        ),
    )
