"""Whether networks learn alike on two backends: `python -m tests.benchmarks.backends --python PATH`.

A process for each backend trains each network from the same weights on the same windows, and tells its losses. The
project's own environment has no JAX, so PATH is the Python of one that has `requirements/gpu.txt`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.tokens import features, vocabulary
from training.corpus import dataset
from training.corpus.batches import Batches

if TYPE_CHECKING:
    from training.networks.base import Network

SIZES: dict[str, dict[str, int]] = {
    "wavenet": {"width": 32, "stacks": 2, "depth": 4},
    "lstm": {"width": 24, "layers": 2},
    "transformer": {"width": 32, "heads": 2, "layers": 2, "window": 40},
}
BATCH, TIME, STACK = 4, 128, 4
ALIKE = 1e-4
"""Nats a token within which losses are the same."""


def main() -> int:
    """Train on both, and print how far the losses are apart; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--python", default=sys.executable, help="the Python that has JAX")
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--only", metavar="FOLDER", type=Path, help="train on this corpus, on the backend of Keras")
    options = parser.parse_args()
    if options.only is not None:
        say(json.dumps({name: train(name, options.only, options.steps) for name in SIZES}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        save_corpus(Path(folder))
        ours, theirs = (
            run_on(python, backend, Path(folder), options.steps)
            for python, backend in ((sys.executable, "tensorflow"), (options.python, "jax"))
        )
    apart = {name: float(np.abs(np.subtract(ours[name], theirs[name])).max()) for name in SIZES}
    for name in SIZES:
        first, last = ours[name][0], ours[name][-1]
        say(f"{name:12} {len(ours[name])} steps, loss {first:.4f} to {last:.4f}, apart by at most {apart[name]:.1e}")
    return 0 if max(apart.values()) < ALIKE else 1


def say(line: str) -> None:
    """One line to whoever runs this."""
    sys.stdout.write(f"{line}\n")


def save_corpus(folder: Path) -> None:
    """A corpus of tunes that nobody wrote."""
    # Here, for the process on the other backend has no packages that read music.
    from tests.training.corpora import small_dataset  # noqa: PLC0415

    dataset.save(small_dataset(folder / "music"), folder)


def run_on(python: str, backend: str, folder: Path, steps: int) -> dict[str, list[float]]:
    """The losses of each network, trained by a process of its own."""
    command = [python, "-m", "tests.benchmarks.backends", "--only", str(folder), "--steps", str(steps)]
    done = subprocess.run(
        command, env=os.environ | {"KERAS_BACKEND": backend}, stdout=subprocess.PIPE, text=True, check=True
    )
    losses: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return losses


def train(architecture: str, folder: Path, steps: int) -> list[float]:
    """Losses of so many steps."""
    from training.fitting.checkpoint import FittingRun  # noqa: PLC0415 - after the backend is chosen
    from training.fitting.plan import TrainingPlan  # noqa: PLC0415 - the same
    from training.fitting.trainer import Trainer  # noqa: PLC0415 - the same
    from training.networks.build import build_network  # noqa: PLC0415 - the same
    from training.networks.registry import configuration_from  # noqa: PLC0415 - the same

    configuration: dict[str, Any] = {
        "architecture": architecture,
        "vocabulary_size": vocabulary.VOCABULARY_SIZE,
        "feature_width": features.NEWEST.width,
        "dropout": 0.0,
        **SIZES[architecture],
    }
    network = build_network(configuration_from(configuration))
    draw_weights(network)
    plan = TrainingPlan(tokens=steps * BATCH * TIME, batch=BATCH, time=TIME, warmup=5, stack=STACK)
    trainer = Trainer(network, plan, FittingRun(configuration=configuration, seed=1), varied=False)
    batches = Batches(dataset.load(folder), {}, seed=1)
    return trainer.train(lambda: trainer.draw(batches), minutes=60)


def draw_weights(network: Network) -> None:
    """Weights from NumPy's generator, for backends draw with their own."""
    rng = np.random.default_rng(0)
    for weight in network.trainable_variables:
        shape = tuple(weight.shape)
        if len(shape) > 1:
            weight.assign(rng.normal(scale=shape[0] ** -0.5, size=shape))


if __name__ == "__main__":
    sys.exit(main())
