"""`python -m training evaluate`: bits per note of a model file beside smoothed n-grams."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("evaluate", help="a model file -> its bits per note beside those of n-grams")
    parser.add_argument("--model", default="wavenet", help="name, name@version or path of a model file")
    parser.add_argument(
        "--corpus", type=Path, default=Path("prepared"), help="a prepared corpus, or one that `prepare` takes"
    )
    parser.add_argument("--tokens", type=float, help="about how many to measure, evenly spread (the whole test split)")
    parser.add_argument("--json", type=file_to_write, help="file to write all figures to")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Measure, print the table and write the JSON."""
    from composer.files import write_atomically
    from training.commands.shared.inputs import load_corpus, load_model
    from training.evaluation import against_ngrams

    measured = against_ngrams.measure_against_ngrams(
        load_model(options.model), load_corpus(options.corpus), tokens=options.tokens
    )
    print(against_ngrams.format_table(measured))
    if options.json is not None:
        write_atomically(options.json, f"{json.dumps(against_ngrams.figures_record(measured), indent=2)}\n".encode())
