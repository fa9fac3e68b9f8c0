"""`python -m training simulate-raters`: whether retraining on ratings makes music that its raters like better."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write, folder_to_read, folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("simulate-raters", help="listeners of known tastes rate, the model learns, they rate")
    parser.add_argument("--model", default="wavenet", help="name, name@version or path of a model file")
    parser.add_argument(
        "--models", type=folder_to_read, help="folder of models (that of those which come with Cadenza)"
    )
    parser.add_argument("--tastes", nargs="+", metavar="NAME", help="populations of listeners (all)")
    parser.add_argument("--pieces", type=int, default=300, help="rated in each round")
    parser.add_argument("--after", type=int, default=100, help="heard after each round")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each piece")
    parser.add_argument("--minutes", type=float, default=20.0, help="of each retraining")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--trial", type=int, default=50, help="pieces that the gate has each version compose")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that compose")
    parser.add_argument(
        "--out", type=folder_to_write, required=True, help="folder for pieces and models; a rerun resumes"
    )
    parser.add_argument("--json", type=file_to_write, help="file to write all figures to")
    parser.add_argument("--seed", type=int, default=1)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Play every population; print the table as it grows on stderr, and whole on stdout."""
    from composer.files import write_atomically
    from composer.models import loading
    from training.commands.shared.inputs import model_path
    from training.listeners import experiment, populations, table
    from training.ratings.trial import Trial

    setting = experiment.Setting(
        pieces=options.pieces,
        after=options.after,
        seconds=options.seconds,
        minutes=options.minutes,
        rounds=options.rounds,
        workers=options.workers,
        folder=options.out,
        trial=Trial(pieces=options.trial),
        seed=options.seed,
    )
    card = loading.read_card(model_path(options.model, options.models))
    chosen = [populations.find_population(name) for name in options.tastes or populations.POPULATIONS]
    outcomes = []
    for population in chosen:
        outcomes += experiment.run_experiment(card, population, setting, tell=lambda line: _write_progress(f"{line}\n"))
        _write_progress(f"{table.format_markdown(outcomes[-setting.rounds :])}\n")
        if options.json is not None:
            write_atomically(options.json, f"{json.dumps(table.outcomes_record(outcomes), indent=1)}\n".encode())
    print(table.format_markdown(outcomes))


def _write_progress(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
