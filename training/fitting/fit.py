"""Train a network on a prepared corpus, with checks, checkpoints and a budget of minutes or tokens."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import fmean
from typing import TYPE_CHECKING, Any, TypeVar

import keras

from training.corpus.batches import Batches
from training.fitting import checkpoint
from training.fitting.trainer import Trainer
from training.fitting.validation import validation_windows
from training.networks.build import build_network
from training.networks.registry import configuration_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from training.corpus.batches import Batch
    from training.corpus.dataset import Dataset
    from training.fitting.plan import TrainingPlan

log = logging.getLogger(__name__)

_Drawn = TypeVar("_Drawn")


def fit_network(
    data: Dataset,
    configuration: dict[str, Any],
    plan: TrainingPlan,
    *,
    folder: Path,
    carry: Path | None = None,
    start: Path | None = None,
    vary: Callable[[Batch], Batch] | None = None,
) -> checkpoint.FittingRun:
    """Train until a budget is spent, going on from `folder` if it holds a run.

    Args:
        data: The prepared corpus; its train and valid splits are used. Without enough of a valid split for a
            window, the last weights count as the best.
        configuration: Configuration of the network, see `configuration_from`; where a run goes on, its own counts.
        plan: Budgets, rates and what is drawn.
        folder: Folder for checkpoints.
        carry: Folder that the best weights are written to as well, see `training.fitting.carrying`.
        start: Model file whose weights a new run begins with, see `warmstart.grow_network`.
        vary: Changes every batch before it is learned from.

    Returns:
        What the run has done, earlier sessions included.

    Raises:
        ValueError: If there is no such architecture or no such size, or `start` does not grow into it.
        MachineError: If a checkpoint cannot be read or written.
        RequestError: If the corpus does not fit the plan.
    """
    run = _find_run(folder) or checkpoint.FittingRun(configuration=configuration, seed=plan.seed)
    trainer = _begin_training(run, plan, folder=folder, start=start, varied=vary is not None)
    batches = Batches(data, plan.weights, seed=run.seed + run.steps, vary=vary)
    windows = list(validation_windows(data, plan.time))
    log.info("%d parameters, %d validation windows", trainer.network.count_params(), len(windows))
    with _draw_ahead(lambda: trainer.draw(batches)) as draw:
        while not plan.spent(run):
            losses = trainer.train(draw, minutes=plan.check_minutes)
            trainer.check(windows, folder, loss=fmean(losses), carry=carry)
    return run


def _find_run(folder: Path) -> checkpoint.FittingRun | None:
    return checkpoint.read_run(folder) if (folder / checkpoint.RECORD).is_file() else None


@contextmanager
def _draw_ahead(draw: Callable[[], _Drawn]) -> Iterator[Callable[[], _Drawn]]:
    """What `draw` gives, call by call; a thread draws for the next call while the last is learned from."""
    with ThreadPoolExecutor(1) as pool:
        coming = [pool.submit(draw)]

        def take() -> _Drawn:
            drawn = coming.pop().result()
            coming.append(pool.submit(draw))
            return drawn

        yield take


def _begin_training(
    run: checkpoint.FittingRun, plan: TrainingPlan, *, folder: Path, start: Path | None, varied: bool
) -> Trainer:
    """Make what trains: as it was left where a run goes on, else with fresh weights or those that it starts from."""
    keras.utils.set_random_seed(run.seed + run.steps)
    network = build_network(configuration_from(run.configuration))
    if start is not None and not run.steps:
        # Here, for it reads model files, which takes packages that training alone does without.
        from training.export import warmstart  # noqa: PLC0415

        warmstart.grow_network(warmstart.network_of(start), network)
    trainer = Trainer(network, plan, run, varied=varied)
    if run.steps:
        trainer.restore(folder)
    return trainer
