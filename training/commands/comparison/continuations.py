"""`python -m training continuations`: how well a network goes on from music."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("continuations", help="a model -> its continuations beside what people wrote")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument("--model", default="lstm")
    parser.add_argument("--pieces", type=int, default=60, help="continuations, of held-out piano pieces in turn")
    parser.add_argument("--json", type=file_to_write, help="file to write all figures to")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Halve, carry on, measure and print."""
    import json

    from tqdm import tqdm

    from composer import engines
    from composer.files import write_atomically
    from training.comparison.halves import halve_pieces, report_halves
    from training.corpus import dataset

    engine = engines.find(options.model).load()
    with tqdm(total=options.pieces, unit="piece", disable=None, leave=False) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.n)

        found = halve_pieces(dataset.load(options.data), engine, pieces=options.pieces, progress=show)
    figures = {name: round(value, 3) for name, value in report_halves(found).items()}
    for name, value in figures.items():
        print(f"{name:24}{value:g}")
    if options.json is not None:
        write_atomically(options.json, f"{json.dumps({'model': options.model, **figures}, indent=2)}\n".encode())
