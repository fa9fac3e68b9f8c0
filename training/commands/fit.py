"""`python -m training fit`: a prepared corpus -> a trained network."""

from __future__ import annotations

import argparse
import math
import os
from pathlib import Path

from composer.command_parser import folder_to_write
from composer.errors import RequestError
from composer.tokens import features, vocabulary
from training.networks.registry import DEFAULT, NETWORKS


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit", help="a prepared corpus -> a trained network")
    parser.add_argument(
        "--data", type=Path, default=Path("prepared"), help="the prepared corpus, or an archive of it by `pack`"
    )
    known = ", ".join(f"{name} ({text})" for name, text in NETWORKS.items())
    parser.add_argument("--architecture", default=DEFAULT, help=known)
    parser.add_argument(
        "--size", type=_read_pair, nargs="*", default=[], metavar="NAME=VALUE", help="of the network: width=160"
    )
    parser.add_argument(
        "--weight", type=_read_pair, nargs="*", default=[], metavar="SET=VALUE", help="how often it is drawn: 1 each"
    )
    parser.add_argument("--minutes", type=float, default=math.inf, help="budget of time")
    parser.add_argument("--tokens", type=_read_number, default=60_000_000, help="budget of tokens")
    parser.add_argument("--batch", type=int, default=8, help="windows a step")
    parser.add_argument("--time", type=int, default=1024, help="tokens a window")
    parser.add_argument("--check-minutes", type=float, default=6.0, help="between checks on the valid split")
    parser.add_argument(
        "--backend", choices=["tensorflow", "jax"], help="of Keras: JAX for a GPU, from requirements/gpu.txt"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that read an archive")
    parser.add_argument("--stack", type=int, default=16, help="steps compiled into one call, on JAX")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--precision", default="float32", choices=["float32", "mixed_bfloat16"], help="see training.networks.build"
    )
    parser.add_argument("--rate", type=float, default=2e-3, help="learning rate at its height")
    parser.add_argument("--from", dest="start", type=Path, help="a model file to begin with, at most as wide")
    parser.add_argument(
        "--run", dest="folder", type=folder_to_write, default=f"runs/{DEFAULT}", help="checkpoints; resumed"
    )
    parser.add_argument("--carry", type=folder_to_write, help="the best weights too, half as large, in files of 16 MB")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Train until the budget is spent or the valid split says no more."""
    if options.backend is not None:
        os.environ["KERAS_BACKEND"] = options.backend
    import keras

    from training.corpus.packing import load_corpus
    from training.fitting.fit import fit_network
    from training.fitting.plan import TrainingPlan
    from training.networks.registry import configuration_from

    configuration = {
        "architecture": options.architecture,
        "vocabulary_size": vocabulary.VOCABULARY_SIZE,
        "feature_width": features.NEWEST.width,
        **dict(options.size),
    }
    try:
        plan = TrainingPlan(
            minutes=options.minutes,
            tokens=options.tokens,
            batch=options.batch,
            time=options.time,
            check_minutes=options.check_minutes,
            seed=options.seed,
            stack=options.stack,
            learning_rate=options.rate,
            weights=dict(options.weight),
        )
        configuration_from(configuration)
        # Mistakes are told before the corpus is read, which alone says how many features it has.
        data = load_corpus(options.data, workers=options.workers)
        configuration["feature_width"] = data.feature_set.width
        keras.config.set_dtype_policy(options.precision)
        fit_network(data, configuration, plan, folder=options.folder, carry=options.carry, start=options.start)
    except ValueError as error:
        raise RequestError(str(error)) from error


def _read_number(text: str) -> int | float:
    """A number as people write it: 60e6 is an int."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _read_pair(text: str) -> tuple[str, int | float]:
    """NAME=NUMBER."""
    name, _, number = text.partition("=")
    try:
        return name, _read_number(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=NUMBER") from None
