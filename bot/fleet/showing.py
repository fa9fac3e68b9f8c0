"""What workers can do, told to those that plan by it and those that watch."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.worker_line import WorkerLine
    from bot.monitoring.health import Health
    from bot.pipeline.estimates import Speeds
    from bot.pipeline.scheduler import Scheduler


def show_workers(
    lines: Sequence[WorkerLine], scheduler: Scheduler, speeds: Speeds, health: Health, *, here: int
) -> None:
    """Have as many pieces made as workers take, and one more; without workers, as many as are made `here`."""
    speeds.told(mean_speeds(lines))
    if lines:
        # One more than there are places is handed out, so that no worker waits for the next.
        scheduler.places_are(paces(lines), ahead=1)
    else:
        scheduler.places_are([1.0] * here)
    health.metrics.show_workers({line.name: line for line in lines})


def mean_speeds(lines: Sequence[WorkerLine]) -> dict[str, float]:
    """Seconds of work per second of music at a place of the workers, on average, by model."""
    found: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        for model, speed in line.speeds.items():
            found[model] += [speed] * line.threads
    return {model: fmean(measured) for model, measured in found.items()}


def paces(lines: Sequence[WorkerLine]) -> list[float]:
    """How much longer work takes at each place than on average; 1 where nothing was measured."""
    means = mean_speeds(lines)
    return [pace for line in lines for pace in [_pace(line.speeds, means)] * line.threads]


def _pace(speeds: Mapping[str, float], means: Mapping[str, float]) -> float:
    ratios = [speed / means[model] for model, speed in speeds.items() if means.get(model)]
    return fmean(ratios) if ratios else 1.0
