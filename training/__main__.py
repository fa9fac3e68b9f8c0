"""`python -m training COMMAND`: from music files to a model file, measured."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import math
import os
import sys
from pathlib import Path

from composer import features, vocabulary
from composer.errors import ComposerError, MachineError, RequestError

_COMMANDS = (
    "ablate",
    "check_keys",
    "compare",
    "evaluate",
    "fetch",
    "finetune",
    "fit_ranking",
    "fit_recall",
    "fit_tilts",
    "fixture",
    "habits",
    "polyphonic",
    "retrain",
    "simulate_raters",
    "tutorial",
)
"""Modules of `training.commands`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except ComposerError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    except ModuleNotFoundError as error:
        missing = MachineError(f"{error.name} is not installed; install Cadenza with its training extra")
        sys.stderr.write(f"{missing}\n")
        return missing.exit_status
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    prepare = commands.add_parser("prepare", help="music files -> a prepared corpus")
    prepare.add_argument("--corpus", type=Path, nargs="+", required=True, help="folders, archives of music")
    prepare.add_argument("--sets", nargs="*", default=[], help="names of the sets to take (all)")
    prepare.add_argument("--out", type=Path, default=Path("prepared"), help="where the prepared corpus goes")
    prepare.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    prepare.add_argument("--cache", type=Path, help="folder for what was read, for the next time (OUT/cache)")
    prepare.set_defaults(run=_prepare)

    fit = commands.add_parser("fit", help="a prepared corpus -> a trained network")
    fit.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    fit.add_argument("--architecture", default="wavenet", help="wavenet, lstm or transformer")
    fit.add_argument(
        "--size", type=_pair, nargs="*", default=[], metavar="NAME=VALUE", help="of the network: width=160"
    )
    fit.add_argument(
        "--weight", type=_pair, nargs="*", default=[], metavar="SET=VALUE", help="how often it is drawn: 1 each"
    )
    fit.add_argument("--minutes", type=float, default=math.inf, help="budget of time")
    fit.add_argument("--tokens", type=_number, default=60_000_000, help="budget of tokens")
    fit.add_argument("--batch", type=int, default=8, help="windows a step")
    fit.add_argument("--time", type=int, default=1024, help="tokens a window")
    fit.add_argument("--check-minutes", type=float, default=6.0, help="between checks on the valid split")
    fit.add_argument("--seed", type=int, default=1)
    fit.add_argument("--precision", default="float32", choices=["float32", "mixed_bfloat16"], help="see networks.build")
    fit.add_argument("--rate", type=float, default=2e-3, help="learning rate at its height")
    fit.add_argument("--from", dest="start", type=Path, help="a model file to begin with, at most as wide")
    fit.add_argument("--run", dest="folder", type=Path, default=Path("runs/wavenet"), help="checkpoints; resumed")
    fit.set_defaults(run=_fit)

    export = commands.add_parser("export", help="a trained network -> a model file, checked and measured")
    export.add_argument("--run", dest="folder", type=Path, default=Path("runs/wavenet"), help="of the training")
    export.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    export.add_argument("--name", help="of the model (its architecture)")
    export.add_argument("--version", type=int, default=1)
    export.add_argument("--licence", default="CC BY 4.0", help="of the weights")
    export.add_argument("--out", type=Path, default=Path("composer/weights"), help="folder of models")
    export.set_defaults(run=_export)

    speed = commands.add_parser("speed", help="what `python -m composer benchmark` asks Keras for; prints JSON")
    speed.add_argument("--out", type=Path, required=True, help="folder for models with random weights")
    speed.set_defaults(run=_speed)

    for command in _COMMANDS:
        importlib.import_module(f"training.commands.{command}").add_parser(commands)
    return parser


def _export(options: argparse.Namespace) -> None:
    from training import dataset, release

    told = release.release(
        options.folder,
        dataset.load(options.data),
        out=options.out,
        name=options.name,
        version=options.version,
        licence=options.licence,
    )
    for line in told:
        logging.getLogger("training").info(line)


def _speed(options: argparse.Namespace) -> None:
    from training.speed import speed

    print(json.dumps(speed(options.out)))


def _fit(options: argparse.Namespace) -> None:
    import keras

    from training import dataset
    from training.configuration import configuration_from
    from training.fit import Plan, fit

    configuration = {
        "architecture": options.architecture,
        "vocabulary_size": vocabulary.VOCABULARY_SIZE,
        "feature_width": features.FEATURE_WIDTH,
        **dict(options.size),
    }
    try:
        plan = Plan(
            minutes=options.minutes,
            tokens=options.tokens,
            batch=options.batch,
            time=options.time,
            check_minutes=options.check_minutes,
            seed=options.seed,
            learning_rate=options.rate,
            weights=dict(options.weight),
        )
        configuration_from(configuration)
        keras.config.set_dtype_policy(options.precision)
        fit(dataset.load(options.data), configuration, plan, folder=options.folder, start=options.start)
    except ValueError as error:
        raise RequestError(str(error)) from error


def _number(text: str) -> int | float:
    """A number as people write it: 60e6 is an int."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _pair(text: str) -> tuple[str, int | float]:
    """NAME=NUMBER."""
    name, _, number = text.partition("=")
    try:
        return name, _number(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=NUMBER") from None


def _prepare(options: argparse.Namespace) -> None:
    from composer.files import write_atomically
    from training import dataset
    from training.prepare import counted, prepare

    cache = options.cache or options.out / "cache"
    prepared, verdicts = prepare(options.corpus, only=options.sets, workers=options.workers, cache=cache)
    dataset.save(prepared, options.out)
    rows = sorted(f"{piece.name}\t{verdict}\n" for piece, verdict in verdicts.items())
    write_atomically(options.out / "verdicts.tsv", "".join(rows).encode())
    log = logging.getLogger("training")
    for collection, reasons in counted(verdicts).items():
        for reason, count in reasons.most_common():
            log.info("%-24s %6d %s", collection, count, reason)
    for split in dataset.SPLITS:
        entries = prepared.of(split)
        notes, tokens = sum(entry.notes for entry in entries), sum(entry.length for entry in entries)
        log.info("%-6s %5d sections %9d notes %9d tokens", split, len(entries), notes, tokens)
    log.info("what became of each file stands in %s", options.out / "verdicts.tsv")


if __name__ == "__main__":
    sys.exit(main())
